"""What is being done, told to whoever watches: metrics, traces, log lines. The work knows none of them.

Work says `step` where it begins and `beat` where a loop has come round well. Without a watcher a step costs a microsecond.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from contextvars import ContextVar

Facts = dict[str, object]


class Step:
    """A piece of work. `about` grows while it is done: `note` adds what was not known at its beginning."""

    __slots__ = ("about", "name", "within")

    def __init__(self, name: str, about: Facts, within: "Step | None") -> None:
        self.name, self.about, self.within = name, about, within

    def note(self, **facts: object) -> None:
        self.about.update(facts)


Watcher = Callable[[Step], AbstractContextManager[None]]
"""Entered as a step begins, left as it ends, with its error where it had one."""


def _nobody() -> None:
    """No loop is watched here."""


_watchers: list[Watcher] = []
_step: ContextVar[Step | None] = ContextVar("tocsin_step", default=None)
_beat: ContextVar[Callable[[], None]] = ContextVar("tocsin_beat", default=_nobody)


def watch(watcher: Watcher) -> None:
    """From now on, in the whole process."""
    _watchers.append(watcher)


def forget(watcher: Watcher) -> None:
    _watchers.remove(watcher)


@contextmanager
def step(name: str, **about: object) -> Iterator[Step]:
    """The work inside belongs to it, also in threads and coroutines that are begun there."""
    doing = Step(name, about, _step.get())
    token = _step.set(doing)
    try:
        if not _watchers:
            yield doing
            return
        with ExitStack() as stack:
            for watcher in tuple(_watchers):
                stack.enter_context(watcher(doing))
            yield doing
    finally:
        _step.reset(token)


def happened(name: str, **about: object) -> None:
    """A step that takes no time."""
    with step(name, **about):
        pass


def known() -> Facts:
    """All that is known of what is being done here, the innermost first to be believed."""
    facts: Facts = {}
    doing = _step.get()
    while doing is not None:
        facts = {**doing.about, **facts}
        doing = doing.within
    return facts


def beat() -> None:
    """The loop that is running here has come round, and did what it is there for."""
    _beat.get()()


@contextmanager
def beating(told: Callable[[], None]) -> Iterator[None]:
    """`told` hears each `beat` of the loop inside."""
    token = _beat.set(told)
    try:
        yield
    finally:
        _beat.reset(token)
