"""`tocsin serve` that kills itself with -9 when it reaches a fault point for the so manyth time; started by tests alone."""

import os
import signal
import sys
import threading

from service.serving.serve import serve
from service.wiring import Home
from store import faults
from store.faults import Point


class Strike:
    def __init__(self, at: Point, hit: int) -> None:
        self._at, self._left, self._lock = at, hit, threading.Lock()

    def __call__(self, point: Point) -> None:
        if point is self._at:
            with self._lock:
                self._left -= 1
                if self._left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    with faults.installed(Strike(Point[sys.argv[1]], int(sys.argv[2]))):
        serve(Home(), with_prefect=False)
