"""How many messages one address may get over a channel in a time; beyond it a message waits, it is not dropped."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Window:
    """At most `most` in any stretch of `duration`."""

    most: int
    duration: timedelta


# WeCom drops what is above 30 a minute and 1000 an hour for one member, and does not say so
WECHAT = (Window(28, timedelta(minutes=1)), Window(900, timedelta(hours=1)))
# the providers of voice calls refuse what is above
VOICE = (Window(1, timedelta(minutes=1)), Window(5, timedelta(hours=1)), Window(20, timedelta(days=1)))
LIMITS: Mapping[str, tuple[Window, ...]] = {"wechat": WECHAT, "voice": VOICE}


class AddressLimits:
    """Sliding windows for each (channel, address); channels without windows are free."""

    def __init__(self, windows: Mapping[str, tuple[Window, ...]]) -> None:
        self._windows = windows
        self._sent: dict[tuple[str, str], deque[datetime]] = {}

    @property
    def longest(self) -> timedelta:
        """How far back a new process has to look to know what was sent."""
        durations = [window.duration for windows in self._windows.values() for window in windows]
        return max(durations, default=timedelta(0))

    @property
    def channels(self) -> frozenset[str]:
        return frozenset(self._windows)

    def free_at(self, channel: str, address: str, now: datetime) -> datetime:
        """`now`, or when the next message may go."""
        sent = self._sent.get((channel, address), deque())
        # once the clock was set back, what was sent in the future of now says nothing: nobody waits for that time to come again
        while sent and sent[-1] > now:
            sent.pop()
        return max((_free_at(window, sent, now) for window in self._windows.get(channel, ())), default=now)

    def record(self, channel: str, address: str, at: datetime) -> None:
        windows = self._windows.get(channel, ())
        if not windows:
            return
        sent = self._sent.setdefault((channel, address), deque())
        sent.append(at)
        while len(sent) > max(window.most for window in windows):
            sent.popleft()

    def remember(self, sent: Iterable[tuple[str, str, datetime]]) -> None:
        """Take over what another process sent, oldest first."""
        for channel, address, at in sent:
            self.record(channel, address, at)


def _free_at(window: Window, sent: deque[datetime], now: datetime) -> datetime:
    if len(sent) < window.most:
        return now
    return max(sent[-window.most] + window.duration, now)
