"""Child processes that `tocsin serve` starts and watches: the Prefect server and the worker. Never imports Prefect.

A child is tied to its parent: when the parent dies, however it dies, the kernel ends the child. A child that dies by itself is
started again, after a pause that grows while it keeps dying.
"""

import ctypes
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 60.0
"""A child that has run this long has recovered: its next death is the first again."""
GRACE_SECONDS = 4.0
"""Then a child that was asked to end is killed. It loses nothing: what it had in hand is taken up again at the next start."""
LOOK_SECONDS = 0.2

log = logging.getLogger("tocsin.children")


@dataclass(frozen=True)
class Recipe:
    """How to start a child. `is_ready` is asked again and again until it says yes; it must answer within a second."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log_file: Path
    is_ready: Callable[[], bool] = field(default=lambda: True)
    once_ready: str = ""
    """What the log says when it is; empty: nothing."""


class Child:
    """A watched subprocess; `start` returns at once."""

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self.starts = 0
        self._ready = threading.Event()
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        # The kernel ties a child to the thread that started it, so one thread starts it, every time, and lives as long.
        self._watcher = threading.Thread(target=self._watch, name=f"watch-{recipe.name}", daemon=True)

    @property
    def pid(self) -> int | None:
        process = self._process
        return process.pid if process and process.poll() is None else None

    @property
    def is_ready(self) -> bool:
        return self._ready.is_set() and self.pid is not None

    def start(self) -> None:
        self._watcher.start()

    def wait_until_ready(self, seconds: float) -> bool:
        """False when it is not ready in time; it is started on and on all the same."""
        return self._ready.wait(seconds)

    def stop(self) -> None:
        """Ends the child, by force after a while, and starts it no more."""
        self._stopping.set()
        if self._watcher.ident:
            self._watcher.join()

    def _watch(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        while not self._stopping.is_set():
            began = time.monotonic()
            self._run_once()
            if self._stopping.is_set():
                return
            pause = FIRST_PAUSE_SECONDS if time.monotonic() - began > STEADY_SECONDS else pause
            log.warning("%s died; starting it again in %.1f s (its log: %s)", self.recipe.name, pause, self.recipe.log_file)
            self._stopping.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    def _run_once(self) -> None:
        self.recipe.log_file.parent.mkdir(parents=True, exist_ok=True)
        with self.recipe.log_file.open("ab") as output:
            command = [sys.executable, "-I", "-S", __file__, str(os.getpid()), *self.recipe.command]
            self._process = subprocess.Popen(  # noqa: S603  # our own command line, no shell
                command, env=dict(self.recipe.environment), stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )
        self.starts += 1
        while self._process.poll() is None and not self._stopping.wait(LOOK_SECONDS):
            self._look()
        self._ready.clear()
        self._end(self._process)

    def _look(self) -> None:
        if self._ready.is_set() or not self.recipe.is_ready():
            return
        self._ready.set()
        if self.recipe.once_ready:
            log.info("%s", self.recipe.once_ready)

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        if process.poll() is None:
            process.terminate()
        try:
            process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def stop_in_turn(children: Sequence[Child]) -> None:
    """The last one first: the worker hands its runs back to a Prefect server that still answers, and need not wait for one."""
    for child in reversed(children):
        child.stop()


def prefect_environment(home: Path, address: str) -> dict[str, str]:
    """What every process of ours that uses Prefect runs with: its files in our data folder, nothing told to anybody."""
    return {
        **os.environ,
        "PREFECT_HOME": str(home / "prefect"),
        "PREFECT_API_URL": address,
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_LOGGING_COLORS": "false",
    }


def prefect_server(home: Path, port: int) -> Recipe:
    """A Prefect server on SQLite in the data folder, for this machine only. It needs 9 to 28 s to be ready."""
    address = local_address(port)
    own = {
        # its pages ask where they came from, through whatever tunnel that was, and advertise nothing
        "PREFECT_SERVER_UI_API_URL": "/api",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        # marking a crowd of waiting runs as late locks SQLite for minutes, and no response is late because its run is
        "PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED": "false",
    }
    return Recipe(
        "prefect-server",
        [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)],
        prefect_environment(home, address) | own,
        home / "logs" / "prefect-server.log",
        lambda: answers(f"{address}/health"),
        f"Prefect is ready at {address.removesuffix('/api')}",
    )


def prefect_worker(home: Path, address: str, command: Sequence[str]) -> Recipe:
    """The process that drives flow runs; `command` is the one that calls `flows.on_prefect.worker.run_worker`."""
    return Recipe("worker", command, prefect_environment(home, address), home / "logs" / "worker.log")


def local_address(port: int) -> str:
    return f"http://127.0.0.1:{port}/api"


def free_port() -> int:
    """A port of this machine that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(address: str) -> bool:
    """Whether an HTTP GET gives 200; proxies of the environment are not asked."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=1) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def _become(parent: int, command: Sequence[str]) -> None:
    """Ties this process to `parent` and turns into `command`."""
    death_signal = 1  # PR_SET_PDEATHSIG; the setting survives exec
    ctypes.CDLL(None).prctl(death_signal, signal.SIGKILL)
    if os.getppid() != parent:
        raise SystemExit(f"{command[0]}: the process that wanted it has gone")
    os.execvp(command[0], list(command))  # noqa: S606  # no shell is wanted


if __name__ == "__main__":
    _become(int(sys.argv[1]), sys.argv[2:])
