"""The heartbeat to the outside: a service there raises the alarm when it hears nothing. It hears from us only while all is well.

As healthchecks.io and its kin take it: POST to URL, to URL/start and to URL/fail; the body says what is wrong.
"""

import logging
import time
import urllib.request
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlsplit, urlunsplit

from service.watch.pulse import Seconds
from service.watch.troubles import Trouble

PATIENCE_SECONDS = 10
START, FAIL = "start", "fail"

log = logging.getLogger("tocsin.heartbeat")


class NoHeart:
    """No service outside is named."""

    def begin(self) -> None:
        """Nobody hears it."""

    def beat(self, troubles: Sequence[Trouble]) -> None:
        """Nor this."""


class OutsideHeart:
    def __init__(self, url: str, every: timedelta, seconds: Seconds = time.monotonic) -> None:
        self._url, self._every, self._seconds = url, every, seconds
        self._said_at = float("-inf")
        self._was_well = True
        self._is_heard = True

    def begin(self) -> None:
        self._post(START, "tocsin serve begins")

    def beat(self, troubles: Sequence[Trouble]) -> None:
        """At most once in its interval; that something has gone wrong, or is well again, is said at once."""
        is_well, now = not troubles, self._seconds()
        if is_well is self._was_well and now - self._said_at < self._every.total_seconds():
            return
        self._said_at, self._was_well = now, is_well
        if is_well:
            self._post("", "all is well")
        else:
            self._post(FAIL, "\n".join(each.what.en for each in troubles))

    def _post(self, path: str, said: str) -> None:
        request = urllib.request.Request(_below(self._url, path), said.encode(), method="POST")  # noqa: S310 - checked in settings
        try:
            urllib.request.urlopen(request, timeout=PATIENCE_SECONDS).close()  # noqa: S310 - as above
        except OSError as cause:
            if self._is_heard:
                log.warning("the heartbeat is not heard outside (%s); it is tried on and on", type(cause).__name__)
            self._is_heard = False
            return
        if not self._is_heard:
            log.warning("the heartbeat is heard outside again")
        self._is_heard = True


def _below(url: str, path: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{path}")) if path else url
