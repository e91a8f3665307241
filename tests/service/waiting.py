"""Waits for what another process or thread does, whose clock cannot be moved."""

import time
from collections.abc import Callable


def until(question: Callable[[], bool], seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while not question():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.05)  # noqa: TID251  # see above
