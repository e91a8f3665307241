"""A circuit breaker for one provider: after a run of provider faults it stays away for a while, then tries with one message."""

from collections import deque
from datetime import datetime, timedelta

_WINDOW = timedelta(seconds=30)
_REST = timedelta(seconds=15)
_FAULTS = 5


class Circuit:
    """Opens at five faults and more than half in 30 s; lets one probe through every 15 s until one succeeds."""

    def __init__(self) -> None:
        self._results: deque[tuple[datetime, bool]] = deque()
        self._retry_at: datetime | None = None

    def room(self, now: datetime) -> int | None:
        """How many messages may be tried now; None: any number."""
        if self._retry_at is None:
            return None
        # a rest that is longer than any began before the clock was set back
        return 1 if now >= self._retry_at or now < self._retry_at - _REST else 0

    @property
    def retry_at(self) -> datetime | None:
        """When the next probe may go; None while the circuit is closed."""
        return self._retry_at

    def tried(self, now: datetime) -> None:
        """A probe is on its way: the next one only after another rest."""
        if self._retry_at is not None:
            self._retry_at = now + _REST

    def succeeded(self, now: datetime) -> None:
        if self._retry_at is not None:
            self._retry_at = None
            self._results.clear()
        self._record(now, good=True)

    def failed(self, now: datetime) -> None:
        self._record(now, good=False)
        faults = sum(not good for _, good in self._results)
        if self._retry_at is not None or (faults >= _FAULTS and 2 * faults > len(self._results)):
            self._retry_at = now + _REST

    def _record(self, now: datetime, *, good: bool) -> None:
        self._results.append((now, good))
        # what came after now came before the clock was set back
        while self._results and not now - _WINDOW < self._results[0][0] <= now:
            self._results.popleft()
