"""A golden journal: a night of a shipped plan, as the database held it, in JSON Lines: the plan, the entries, what they led to.

`python -m tests.golden.writing NAME…` plays the night of each plan named and adds a file. It never writes over one: it is the old
ones that have to stay readable.
"""

import gzip
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select

import service.tables  # noqa: F401
from flows.errors import FlowError
from flows.model.commands import (
    Acknowledge,
    ChangeLevel,
    Close,
    Command,
    Decline,
    OpenResponse,
    ProposeLevel,
    Reassign,
    RecordDecision,
    RecordFact,
    ReportProgress,
    ResumeTask,
    SendSignal,
    Start,
    SuspendTask,
)
from flows.model.events import Event
from flows.model.state import state_adapter
from flows.running import exporting, plan_versions
from flows.running.engine import Engine
from flows.running.tables import BOOKS, PLAN_VERSIONS
from flows.testing.night import OnePlan
from flows.testing.people import duty_of, person
from flows.testing.runs import Run
from plans.catalog import load
from plans.model import FactType, Level, Plan
from store.clock import MovableClock
from store.database import Database
from store.kinds import Kind

FOLDER = Path(__file__).parent
START = datetime(2026, 9, 3, 10, 0, tzinfo=UTC)
_BOOK = BOOKS[Kind.REAL]
_TABLES = {"names": _BOOK.names, "assignments": _BOOK.assignments, "clocks": _BOOK.clocks}


class EngineRun(Run):
    """The same, taken through the engine and a database."""

    def __init__(self, folder: Path, plan: Plan, level: Level) -> None:
        self.plan, self.now, self.answers = plan, START, {}
        self.duty = duty_of([person(role) for role in plan.roles], **{role: role for role in plan.roles})
        self._clock = MovableClock(START)
        self.database = Database(folder / "tocsin.db")
        self._engine = Engine(self.database, OnePlan(plan), lambda: self.duty, self._clock, ZoneInfo("Asia/Shanghai"))
        roles = list(plan.roles)
        opening = OpenResponse(
            incident="突发事件", place="宝鸡市", level=level, by=_of(plan.activate, roles), approved_by=_approver(plan, level)
        )
        turn = self._engine.open(plan.name, opening)
        self.response, self.state, self.history = turn.response, turn.state, list(turn.events)

    def submit(self, command: Command) -> list[Event]:
        self._clock.forward(self.now - self._clock.now())
        turn = self._engine.submit(self.response, command)
        self.state = turn.state
        self.history += turn.events
        return list(turn.events)


def night(folder: Path, plan: Plan) -> EngineRun:
    """Nobody answers, then they do; things are found, levels and signals come, all is done, and it closes."""
    lowest = max(plan.levels)
    run = EngineRun(folder, plan, lowest)
    run.forward(timedelta(minutes=45), timedelta(minutes=1))
    for _ in range(2):
        for command in _deeds(run):
            with suppress(FlowError):
                run.submit(command)
        _finish(run, 1)
    for kind in plan.findings:
        with suppress(FlowError):
            run.report(kind)
    run.forward(timedelta(hours=1))
    for level in sorted(plan.levels, reverse=True)[1:]:
        with suppress(FlowError):
            run.submit(ChangeLevel(by=_boss(plan), level=level, reason="形势变化", approved_by=_approver(plan, level)))
        run.forward(timedelta(minutes=30))
    _finish(run)
    for task in plan.tasks.values():
        if task.signal:
            with suppress(FlowError):
                run.submit(SendSignal(by=_of(task.signal.send, list(plan.roles)), signal=task.name, reason="险情"))
    with suppress(FlowError):
        run.stand_down()
    run.forward(timedelta(hours=2))
    _finish(run)
    with suppress(FlowError):
        run.submit(Close(by=_boss(plan), reason="处置结束"))
    return run


def _deeds(run: EngineRun) -> Iterator[Command]:
    """What people do with the first tasks that are open, and what is recorded."""
    for fact in run.plan.facts.values():
        if fact.type is FactType.NUMBER:
            yield RecordFact(by=_boss(run.plan), name=fact.name, value=1.0)
    yield ProposeLevel(by=_boss(run.plan), level=min(run.plan.levels), reason="研判")
    for place, assignment in enumerate(run.state.assignments.unended):
        name, by = assignment.id, assignment.assignees[0]
        doings: tuple[Command, ...] = (
            Acknowledge(by=by, assignment=name),
            Start(by=by, assignment=name),
            Decline(by=by, assignment=name, reason="道路中断"),
            ReportProgress(by=by, assignment=name, text="正在进行"),
            SuspendTask(by=_boss(run.plan), assignment=name, reason="等待"),
            ResumeTask(by=_boss(run.plan), assignment=name, reason="继续"),
            Reassign(by=_boss(run.plan), assignment=name, to=(by,), reason="换班"),
            RecordDecision(by=_boss(run.plan), assignment=name, decision="courier", reason="无人应答"),
        )
        yield doings[place % len(doings)]
        yield Acknowledge(by=by, assignment=name)


def _finish(run: EngineRun, rounds: int = 6) -> None:
    """Whatever can be done is done, a few rounds of it."""
    for _ in range(rounds):
        for name in dict.fromkeys(each.task for each in run.state.assignments.unended):
            with suppress(FlowError):
                run.finish(name)
        run.forward(timedelta(minutes=5))


def _of(wanted: tuple[str, ...], roles: list[str]) -> str:
    return next((role for role in wanted if role in roles), roles[0])


def _boss(plan: Plan) -> str:
    return _of(plan.activate, list(plan.roles))


def _approver(plan: Plan, level: Level) -> str:
    return _of(plan.levels[level].approve, list(plan.roles))


def lines(run: EngineRun) -> Iterator[bytes]:
    with run.database.read() as connection:
        stored = connection.execute(select(PLAN_VERSIONS)).mappings().one()
        assert plan_versions.load(connection, run.state.digest)
        yield _line({"plan": stored["canonical"].decode(), "digest": stored["digest"], "name": stored["name"]})
        yield from exporting.lines(connection, run.response)
        found: dict[str, object] = {"state": json.loads(state_adapter.dump_json(run.state))}
        for name, table in _TABLES.items():
            rows = connection.execute(select(table).order_by(*table.primary_key)).mappings()
            found[name] = [dict(row) for row in rows]
        yield _line(found)


def _line(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=_moment).encode() + b"\n"


def _moment(value: object) -> str:
    assert isinstance(value, datetime), value
    return value.isoformat()


def write(plan: str) -> Path:
    with tempfile.TemporaryDirectory() as folder:
        run = night(Path(folder), load(plan))
        content = b"".join(lines(run))
        run.database.close()
    path = next(path for number in count(1) if not (path := FOLDER / f"{plan}-{number}.jsonl.gz").exists())
    # without the time in its head, so that the same content is the same file
    path.write_bytes(gzip.compress(content, 9, mtime=0))
    return path


if __name__ == "__main__":
    for name in sys.argv[1:]:
        print(write(name))
