"""The watchdog: a thread of its own, so that it goes on when the loops that it watches, and their event loop, do not."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Protocol

from service.watch.pulse import Seconds
from service.watch.telling import News, Said, Turn, news_of
from service.watch.troubles import Trouble

EVERY = timedelta(seconds=5)
_SHOWN = {Turn.BEGAN: "", Turn.LASTS: "still: ", Turn.OVER: "over: "}

log = logging.getLogger("tocsin.watchdog")


class Heart(Protocol):
    """What is told that all is well, or what is not."""

    def begin(self) -> None: ...

    def beat(self, troubles: Sequence[Trouble]) -> None: ...


class Watchdog:
    def __init__(
        self,
        look: Callable[[], list[Trouble]],
        tell: Callable[[Sequence[News]], None],
        heart: Heart,
        remind: timedelta,
        beat: Callable[[], None],
        seconds: Seconds = time.monotonic,
    ) -> None:
        self._look, self._tell, self._heart, self._remind, self._beat = look, tell, heart, remind, beat
        self._seconds = seconds
        self._said: dict[str, Said] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Does not wait: it may be waiting for a gateway just now."""
        self._stopping.set()

    def round(self) -> None:
        """One look, and what follows from it."""
        troubles = self._look()
        news, self._said = news_of(troubles, self._said, self._seconds(), self._remind)
        for each in news:
            level = logging.WARNING if each.turn is Turn.OVER else logging.ERROR
            log.log(level, "%s%s", _SHOWN[each.turn], each.trouble.what.en)
        # the outside first: the telling may take a while
        self._heart.beat(troubles)
        if news:
            self._tell(news)

    def _run(self) -> None:
        self._heart.begin()
        while not self._stopping.wait(EVERY.total_seconds()):
            try:
                self.round()
                self._beat()
            except Exception:
                log.exception("the watchdog failed in this round and goes on with the next")
