"""One response with a long record: what an entry more and a look at it cost, and how fast its chain is proved.

A fifth of the entries is the flood plan at work, with its rounds; the others are readings. Beside: sha256 of the same bytes.
"""

import hashlib
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

import service.tables  # noqa: F401  # every table
from bench.measure import Sample, one_at_a_time
from flows.model.commands import AddNote
from flows.model.events import Event, FactRecorded, events
from flows.model.state import fold
from flows.running import journal, plan_versions, rebuilding
from flows.running.engine import Engine
from flows.testing.runs import Run
from plans.catalog import load
from plans.model import Level, Plan
from store.clock import MovableClock
from store.database import Database

RESPONSE, SIZES, TURNS, AT_ONCE = "R-1", (1_000, 10_000, 100_000), 200, 500
START = datetime(2026, 9, 3, 18, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Figures:
    entries: int
    append: Sample
    warm: Sample
    cold: float
    proved: float
    verified: float
    hashed: float


class _One:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def named(self, name: str) -> Plan:  # noqa: ARG002 - there is one
        return self.plan


def measure(plan: Plan, entries: int) -> Figures:
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder:
        database = Database(Path(folder) / "tocsin.db")
        run = _written(database, plan, entries)
        engine = Engine(database, _One(plan), lambda: run.duty, MovableClock(run.now), ZoneInfo("Asia/Shanghai"))
        began = time.perf_counter()
        engine.head(RESPONSE)
        cold = time.perf_counter() - began
        append = one_at_a_time(lambda _: engine.submit(RESPONSE, AddNote(by="duty_officer", text="仍在巡查")), TURNS)
        warm = one_at_a_time(lambda _: engine.head(RESPONSE), TURNS)
        figures = Figures(entries, append, warm, cold, _proved(database), _verified(database), _hashed(database))
        database.close()
        return figures


def _written(database: Database, plan: Plan, entries: int) -> Run:
    run = Run(plan, Level.III, START)
    while len(run.history) < entries // 5:
        run.forward(timedelta(minutes=30))
        run.finish(*(each.task for each in run.state.assignments.unended[:6]))
    history = [*run.history, *_readings(run.now, entries - len(run.history))]
    first, state = history[:1], fold(history[:1])
    with database.write() as connection:
        plan_versions.store(connection, plan, START)
        head = journal.begin(connection, RESPONSE, "key", "asked", first, state, START)
        for start in range(1, len(history), AT_ONCE):
            part = history[start : start + AT_ONCE]
            state = fold(part, state)
            head = journal.append(connection, head, part, state, START)
        rebuilding.rebuild(connection, RESPONSE)
    return run


def _readings(at: datetime, count: int) -> Iterator[Event]:
    for number in range(count):
        moment = at - timedelta(seconds=count - number)
        value = 2000.0 + number % 300
        yield FactRecorded(at=moment, by="duty_officer", name="flow", value=value, forecast=False, observed_at=moment)


def _proved(database: Database) -> float:
    with database.read() as connection:
        began = time.perf_counter()
        count = sum(1 for _ in journal.proven(connection, RESPONSE))
        return count / (time.perf_counter() - began)


def _verified(database: Database) -> float:
    with database.read() as connection:
        began = time.perf_counter()
        return journal.verify(connection, RESPONSE) / (time.perf_counter() - began)


def _hashed(database: Database) -> float:
    with database.read() as connection:
        bodies = [events.dump_json(each.event) for each in journal.entries(connection, RESPONSE)]
    began = time.perf_counter()
    for body in bodies:
        hashlib.sha256(body).hexdigest()
    return len(bodies) / (time.perf_counter() - began)


def table(found: list[Figures]) -> Table:
    result = Table(title="Tocsin: one response with a long record")
    columns = ("entries", "append p50 ms", "p99 ms", "open again p50 ms", "open in a new process ms")
    for column in (*columns, "proved a second", "verified with its state", "sha256 a second"):
        result.add_column(column, justify="right")
    for each in found:
        result.add_row(
            f"{each.entries:,}",
            f"{each.append.p50 * 1000:.1f}",
            f"{each.append.p99 * 1000:.1f}",
            f"{each.warm.p50 * 1000:.2f}",
            f"{each.cold * 1000:.0f}",
            f"{each.proved:,.0f}",
            f"{each.verified:,.0f}",
            f"{each.hashed:,.0f}",
        )
    return result


def main() -> None:
    console, plan = Console(width=140), load("flood")
    with console.status("writing long records …"):
        found = [measure(plan, entries) for entries in SIZES]
    console.print(table(found))


if __name__ == "__main__":
    main()
