"""`python -m bench.running`: answers and what they set off, waiting clocks, a long journal, a start after a kill."""

import asyncio
import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

from rich.console import Console
from sqlalchemy import func, select

from bench.activation import activate, bureau
from bench.measure import Sample, one_at_a_time, percentile
from bench.peers import dbos
from bench.sending import dispatching
from flows.model.commands import Acknowledge, AddNote, Complete
from flows.model.events import NoteAdded, TaskOpened
from flows.running import journal
from flows.running.standby import Standby
from flows.running.tables import BOOKS
from notifications.channels import registry
from notifications.outbox import DeliveryView
from service.serving.children import free_port
from service.wiring import Home
from store.clock import MovableClock, RealClock
from store.kinds import Kind
from store.wakeups import Wakeups

RUNS = 3
ANSWERED = 60
"""Responses whose people answer."""
SUCCESSORS = 60
WAITING = 5_000
"""Responses with some twenty clocks each."""
FIRED_A_SECOND = 100
FIRED_FOR_SECONDS = 20
OPEN = 1_000
LONG = 100_000

console = Console()


def main() -> None:
    for measured in (answers(), [asyncio.run(set_off())], long_journal(), [restart()], [waiting_clocks()]):
        for line in measured:
            console.print(line, highlight=False)


def answers() -> Iterator[str]:
    """Acknowledging and completing, each a turn of its own, beside DBOS's durable steps."""
    ours = [_answered() for _ in range(RUNS)]
    acknowledged = median(each[0] for each in ours)
    completed = median(each[1] for each in ours)
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder, dbos(Path(folder)) as workflow:
        steps = median(one_at_a_time(workflow, 200).rate for _ in range(RUNS))
    yield f"acknowledged: {acknowledged:.0f} a second; completed, with what opens next: {completed:.0f} a second (SQLite)"
    yield f"DBOS, a durable workflow with one step: {steps:.0f} a second; we do {acknowledged / steps:.1f} × as many"


def _answered() -> tuple[float, float]:
    with bureau() as home:
        mine = [each for number in range(ANSWERED) for each in _in_hand(home, activate(home)(number))]
        return (
            _rate(lambda response, task, who: home.engine.submit(response, Acknowledge(by=who, assignment=task)), mine),
            _rate(lambda response, task, who: home.engine.submit(response, _done(task, who)), mine),
        )


def _in_hand(home: Home, response: str) -> list[tuple[str, str, str]]:
    """(response, assignment, somebody who has it)"""
    open_ = home.engine.head(response).state.assignments.unended
    return [(response, each.id, each.assignees[0]) for each in open_ if each.assignees]


def _done(assignment: str, who: str) -> Complete:
    return Complete(by=who, assignment=assignment, reason="bench")


def _rate(act: Callable[[str, str, str], object], each: list[tuple[str, str, str]]) -> float:
    began = time.perf_counter()
    for response, task, who in each:
        act(response, task, who)
    return len(each) / (time.perf_counter() - began)


async def set_off() -> str:
    """From a completion to the moment at which a gateway took the first message of what it opened."""
    arrived: dict[str, tuple[asyncio.Event, list[float]]] = {}

    def settled(view: DeliveryView, _: object) -> None:
        event, moments = _arrival(arrived, view.response, view.assignment)
        moments.append(time.perf_counter())
        event.set()

    taken: list[float] = []
    with bureau() as home:
        channels = registry.build(dict.fromkeys(("sms", "wechat", "voice", "email"), "file://"), home.folder.path)
        async with dispatching(home.database, channels, home.clock, home.template, home.link_for, settled):
            for number in range(SUCCESSORS):
                response = await asyncio.to_thread(activate(home), number)
                await asyncio.sleep(0.2)  # what the opening sent is gone
                for _, assignment, who in _in_hand(home, response):
                    began = time.perf_counter()
                    turn = await asyncio.to_thread(home.engine.submit, response, _done(assignment, who))
                    opened = [event.assignment for event in turn.events if isinstance(event, TaskOpened) and event.assignees]
                    if opened:
                        event, moments = _arrival(arrived, response, opened[0])
                        await event.wait()
                        taken.append(moments[0] - began)
    sample = Sample(tuple(taken), sum(taken))
    return f"answer → the next task's first message taken: p50 {sample.p50 * 1000:.1f} ms, p99 {sample.p99 * 1000:.1f} ms"


def _arrival(
    arrived: dict[str, tuple[asyncio.Event, list[float]]], response: str, assignment: str
) -> tuple[asyncio.Event, list[float]]:
    return arrived.setdefault(f"{response}/{assignment}", (asyncio.Event(), []))


def long_journal() -> Iterator[str]:
    """One response with very many entries: what the next one takes, and what proving all of them takes."""
    with bureau() as home:
        response = activate(home)(0)
        note = AddNote(by="chenzhiyuan", text="水位平稳，巡查无异常。")
        first = one_at_a_time(lambda _: home.engine.submit(response, note), 200)
        _lengthen(home, response)
        last = one_at_a_time(lambda _: home.engine.submit(response, note), 200)
        began = time.perf_counter()
        Home(home.folder).engine.head(response)
        opened = time.perf_counter() - began
        with home.database.read() as connection:
            began = time.perf_counter()
            count = journal.verify(connection, response)
            verified = count / (time.perf_counter() - began)
            bodies = [body.encode() for body in connection.execute(select(BOOKS[Kind.REAL].entries.c.body)).scalars()]
        began = time.perf_counter()
        for body in bodies:
            hashlib.sha256(body).hexdigest()
        hashed = count / (time.perf_counter() - began)
    yield (
        f"a note in a journal of {LONG:,} entries: {last.p50 * 1000:.1f} ms, {last.p50 / first.p50:.2f} × that of a short one; "
        f"opened in {opened * 1000:.0f} ms"
    )
    yield f"verified: {verified:,.0f} entries a second, {hashed / verified:.0f} × slower than sha256 of the same bytes alone"


def _lengthen(home: Home, response: str) -> None:
    now = home.clock.now()
    with home.database.write() as connection:
        for _ in range(LONG // 1000):
            head = journal.load(connection, response)
            notes = [NoteAdded(at=now, by="chenzhiyuan", via="cli", text=f"水位 {number}") for number in range(1000)]
            journal.append(connection, head, notes, head.state, now)


def restart() -> str:
    """A killed `tocsin serve` started again: until its doors are open and it says that it is ready."""
    with bureau() as home:
        for number in range(OPEN):
            activate(home)(number)
        (home.folder.path / "tocsin.toml").write_text(f"[server]\nport = {(port := free_port())}\n", encoding="utf-8")
        taken = [_started(home, port) for _ in range(RUNS)]
    doors, ready = (median(each[place] for each in taken) for place in range(2))
    return f"serve killed with {OPEN:,} open responses, started again: doors open in {doors:.1f} s, ready in {ready:.1f} s"


def _started(home: Home, port: int) -> tuple[float, float]:
    command = [sys.executable, "-m", "service", "serve", "--without-prefect"]
    process = subprocess.Popen(
        command,
        env=os.environ | {"TOCSIN_HOME": str(home.folder.path)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    began = time.perf_counter()
    try:
        return _until(port, "healthz", began), _until(port, "readyz", began)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def _until(port: int, path: str, began: float) -> float:
    while time.perf_counter() - began < 60:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=1):
                return time.perf_counter() - began
        except (urllib.error.URLError, OSError):
            time.sleep(0.02)
    raise TimeoutError(path)


def waiting_clocks() -> str:
    """Very many clocks wait, some fire every second: how late, and how much memory that takes."""
    run = subprocess.run([sys.executable, "-m", "bench.running", "clocks"], stdout=subprocess.PIPE, check=True, text=True)
    return run.stdout.strip()


def _fire() -> None:
    with bureau(opening := MovableClock(RealClock().now() - timedelta(hours=1))) as home:
        first = opening.now()
        for number in range(WAITING):
            activate(home)(number)
            opening.forward(timedelta(seconds=1 / FIRED_A_SECOND))
        folder, waiting = home.folder, _clocks(home)
        due = min(home.engine.due(first + timedelta(days=1)).values())
        home.database.close()
        fired = asyncio.run(_fired(Home(folder, Shifted(due - timedelta(seconds=1))), due))
    (most,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    print(
        f"{waiting:,} clocks wait, {len(fired) / FIRED_FOR_SECONDS:.0f} a second fire, "
        f"p50 {percentile(fired, 50) * 1000:.0f} ms, p99 {percentile(fired, 99) * 1000:.0f} ms late; "
        f"{int(most.split()[1]) // 1024} MB"
    )


async def _fired(home: Home, first: datetime) -> list[float]:
    wakeups = Wakeups(home.database)
    standby = asyncio.create_task(Standby(home.engine, wakeups).run())
    await asyncio.sleep(FIRED_FOR_SECONDS + 1)
    standby.cancel()
    await asyncio.gather(standby, return_exceptions=True)
    entries = BOOKS[Kind.REAL].entries
    with home.database.read() as connection:
        bodies = connection.execute(select(entries.c.body).where(entries.c.kind == "step_fired", entries.c.at >= first)).scalars()
        found = [json.loads(body) for body in bodies]
    return [(datetime.fromisoformat(one["at"]) - datetime.fromisoformat(one["due"])).total_seconds() for one in found]


def _clocks(home: Home) -> int:
    with home.database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(BOOKS[Kind.REAL].clocks)).scalar_one())


class Shifted(RealClock):
    """The real clock, begun at another time."""

    def __init__(self, start: datetime) -> None:
        self._shift = start - super().now()

    def now(self) -> datetime:
        return super().now() + self._shift


if __name__ == "__main__":
    _fire() if sys.argv[1:] == ["clocks"] else main()
