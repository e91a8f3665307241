"""Named points before and after every commit, send and receipt: a test that installs a strike can kill the process at each.

Inert in a process that installs nothing: passing a point is one look at a variable, and no setting leads here.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum


class Point(StrEnum):
    """Whoever adds one need not tell the tests: they take the list from here, and fail where a point is never reached."""

    BEFORE_COMMIT = "before a commit"
    AFTER_COMMIT = "after a commit"
    BEFORE_SEND = "before a send"
    AFTER_SEND = "after a send"
    BEFORE_LOOK_UP = "before the provider is asked"
    AFTER_LOOK_UP = "after the provider was asked"
    BEFORE_RECEIPT = "before a receipt is taken in"
    AFTER_RECEIPT = "after a receipt was taken in"
    BEFORE_REPLY = "before a reply is taken in"
    AFTER_REPLY = "after a reply was taken in"


Strike = Callable[[Point], None]

_strike: Strike | None = None


def reached(point: Point) -> None:
    """From any thread."""
    if _strike is not None:
        _strike(point)


@contextmanager
def installed(strike: Strike) -> Iterator[None]:
    """For tests alone (tests/house holds it)."""
    global _strike
    _strike = strike
    try:
        yield
    finally:
        _strike = None
