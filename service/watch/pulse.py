"""When each loop of this process last came round. A loop that hangs does not beat, and neither does one that only fails."""

import threading
import time
from collections.abc import Callable, Mapping
from datetime import timedelta

Seconds = Callable[[], float]


class Pulse:
    """May be asked from any thread. `seconds` runs on, whatever happens to the clock on the wall."""

    def __init__(self, seconds: Seconds = time.monotonic) -> None:
        self._seconds = seconds
        self._last: dict[str, float] = {}
        self._lock = threading.Lock()

    def of(self, loop: str) -> Callable[[], None]:
        """What the loop of this name is to call; it is watched from now on."""

        def beat() -> None:
            with self._lock:
                self._last[loop] = self._seconds()

        beat()
        return beat

    def silences(self) -> Mapping[str, timedelta]:
        """How long ago each loop last beat."""
        with self._lock:
            now = self._seconds()
            return {loop: timedelta(seconds=now - last) for loop, last in sorted(self._last.items())}

    def silent(self, longest: timedelta) -> Mapping[str, timedelta]:
        """Those that have not beaten for longer."""
        return {loop: silence for loop, silence in self.silences().items() if silence > longest}
