"""Watched child processes: started again when they die, ended with their parent, stopped when told."""

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from service.serving.children import Child, Recipe, stop_in_turn

pytestmark = pytest.mark.slow

SLEEPS = "import time; time.sleep(60)"


def recipe(folder: Path, code: str) -> Recipe:
    return Recipe("napper", [sys.executable, "-c", code], os.environ, folder / "logs" / "napper.log")


def until(question: Callable[[], bool], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not question():
        assert time.monotonic() < end
        time.sleep(0.05)  # noqa: TID251  # another process is awaited, its clock cannot be moved


@pytest.fixture
def start() -> Iterator[Callable[[Recipe], Child]]:
    children: list[Child] = []

    def begin(wanted: Recipe) -> Child:
        children.append(Child(wanted))
        children[-1].start()
        return children[-1]

    yield begin
    for child in children:
        child.stop()


def test_a_killed_child_is_started_again(tmp_path: Path, start: Callable[[Recipe], Child]) -> None:
    child = start(recipe(tmp_path, SLEEPS))
    until(lambda: child.is_ready)
    first = child.pid

    os.kill(first or 0, signal.SIGKILL)

    until(lambda: child.is_ready and child.pid != first)
    assert child.starts == 2


def test_a_child_that_keeps_dying_is_started_less_and_less_often(tmp_path: Path, start: Callable[[Recipe], Child]) -> None:
    began = time.monotonic()
    child = start(recipe(tmp_path, "print('it hurts', flush=True); raise SystemExit(3)"))

    until(lambda: child.starts == 3)

    assert time.monotonic() - began >= 0.5 + 1.0
    assert "it hurts" in child.recipe.log_file.read_text()


def test_a_child_is_ready_only_when_it_says_so(tmp_path: Path, start: Callable[[Recipe], Child]) -> None:
    sign = tmp_path / "ready"
    child = start(replace(recipe(tmp_path, SLEEPS), is_ready=sign.exists))
    until(lambda: child.pid is not None)
    assert not child.wait_until_ready(0.5)

    sign.touch()

    assert child.wait_until_ready(10)


def test_a_stopped_child_is_gone_and_stays_gone(tmp_path: Path, start: Callable[[Recipe], Child]) -> None:
    child = start(recipe(tmp_path, SLEEPS))
    until(lambda: child.is_ready)
    pid = child.pid or 0

    child.stop()

    assert child.pid is None
    assert not _runs(pid)
    assert child.starts == 1


def test_the_worker_ends_before_the_server_that_it_needs(tmp_path: Path, start: Callable[[Recipe], Child]) -> None:
    ended = tmp_path / "ended"
    notes = (
        "import signal, sys, time\n"
        "def end(*_): time.sleep(0.5); open({ended!r}, 'a').write({name!r} + '\\n'); sys.exit()\n"
        "signal.signal(signal.SIGTERM, end); open({ready!r}, 'w').close(); time.sleep(60)"
    )
    children = []
    for name in ("server", "worker"):
        sign = tmp_path / name
        code = notes.format(ended=str(ended), name=name, ready=str(sign))
        children.append(start(replace(recipe(tmp_path, code), is_ready=sign.exists)))
    until(lambda: all(child.is_ready for child in children))

    stop_in_turn(children)

    assert ended.read_text().split() == ["worker", "server"]


def test_a_child_that_does_not_end_is_killed_after_a_while(tmp_path: Path, start: Callable[[Recipe], Child]) -> None:
    sign = tmp_path / "ready"
    code = f"import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); open({str(sign)!r}, 'w').close(); time.sleep(60)"
    child = start(replace(recipe(tmp_path, code), is_ready=sign.exists))
    until(lambda: child.is_ready)
    began = time.monotonic()

    child.stop()

    assert child.pid is None
    assert time.monotonic() - began < 6


def test_a_child_says_once_that_it_is_ready(
    tmp_path: Path, start: Callable[[Recipe], Child], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "tocsin.children")
    child = start(replace(recipe(tmp_path, SLEEPS), once_ready="Prefect is ready at http://127.0.0.1:1"))

    until(lambda: child.is_ready)
    until(lambda: bool(caplog.messages))

    assert caplog.messages == ["Prefect is ready at http://127.0.0.1:1"]


def test_a_child_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    parent = f"""
import sys, os, pathlib, threading
from service.serving.children import Child, Recipe, stop_in_turn
child = Child(Recipe("napper", [sys.executable, "-c", {SLEEPS!r}], os.environ, pathlib.Path({str(tmp_path)!r}) / "log"))
child.start()
child.wait_until_ready(20)
print(child.pid, flush=True)
threading.Event().wait()
"""
    process = subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3])
    assert process.stdout
    pid = int(process.stdout.readline())
    assert _runs(pid)

    process.kill()
    process.wait()

    until(lambda: not _runs(pid))


def _runs(pid: int) -> bool:
    """A zombie does not run."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
