"""Whatever people do and however time passes, what must hold holds: random nights, looked at after every step."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from flows.deciding.climbing import CLOCKS
from flows.deciding.clocks import ClockRow, clocks, next_due
from flows.deciding.tasks.applying import findings_of
from flows.deciding.tasks.repeating import due_rounds
from flows.deciding.tasks.waiting import opens_at
from flows.errors import FlowError
from flows.model.commands import (
    Acknowledge,
    AddNote,
    ChangeLevel,
    Close,
    CloseFinding,
    Command,
    Complete,
    CorrectReport,
    Decline,
    EndDrill,
    FilePaper,
    FileReport,
    NoticeAlert,
    NoticeLinked,
    ProposeEnd,
    ProposeLevel,
    Reassign,
    RecordDecision,
    RecordEndedDrills,
    RecordFact,
    RefuseEnd,
    RefuseLevel,
    ReportFinding,
    ReportProgress,
    ReportUnreached,
    ResumeTask,
    SendBack,
    SendSignal,
    StandDown,
    Start,
    SuspendTask,
    TellPublic,
    Tick,
    UpdateFinding,
)
from flows.model.events import Event, Heard, StepFired, TaskAcknowledged, TaskCalledAnew, TaskReassigned
from flows.model.level_events import LinkedNews
from flows.model.state import ResponseState, Status, fold, state_adapter
from flows.running import journal
from flows.running.tables import book_of
from flows.testing.night import ALL, LATE, LIFE_SAFETY, SIGN_OFF, START, Night, duty_of, minutes, person, small_plan, task
from plans.model import (
    ClockFrom,
    Daylight,
    EvidenceField,
    EvidenceType,
    FindingKind,
    Level,
    Link,
    OnDowngrade,
    OnEnd,
    Phase,
    Plan,
    Repeat,
    Report,
    Signal,
    Task,
    Text,
)
from store.kinds import Kind
from store.testing import ADDRESS

PEOPLE = ("zhao", "qian", "sun", "wang", "ma", "li", "wu")
DUTY = duty_of(
    [person("wang", "li"), person("ma", "li"), *(person(name) for name in PEOPLE if name not in ("wang", "ma"))],
    duty_officer="zhao",
    duty_leader="qian",
    deputy_commander="sun",
    patrol=("wang", "ma"),
    town="wu",
)
EVERY = {Level.III: minutes(40), Level.II: minutes(20), Level.I: minutes(20)}
UPPER = frozenset({Level.I, Level.II})


def plan() -> Plan:
    count = EvidenceField("count", task("count", "town").title, EvidenceType.NUMBER)
    return with_signatures(
        [
            task("verify", "duty_officer", late="late"),
            task("patrol", "patrol", after=("verify",), every=EVERY, need="all", late="late"),
            task("pump", "town", when="flow >= 2500", every={level: minutes(30) for level in ALL}),
            task("evacuate", "town", levels=UPPER, evidence=(count,)),
            task("watch", "patrol", levels=UPPER, need=1),
            task("review", "office", phase=Phase.RECOVERY),
            task("restock", "town", phase=Phase.RECOVERY, after=("review",)),
            *tasks_of_findings(),
            *tasks_that_stand_still(),
        ]
    )


def tasks_of_findings() -> list[Task]:
    """What opens for each finding, again, late, idle, by signal; and what outlives its level and the response."""
    faster = Repeat({level: minutes(15) for level in ALL}, when="flow >= 2500")
    return [
        task("fight", "town", each="danger", after=("verify",), levels=UPPER | {Level.III}, reopens=("scout",)),
        task("lookout", "patrol", every={level: minutes(25) for level in ALL}, repeat_while="running(fight)"),
        task("scout", "patrol", each="shift", after=("verify",), after_at_most={"verify": minutes(30)}, again=("level", "flow")),
        task(
            "guard",
            "town",
            levels=UPPER,
            every={level: minutes(35) for level in UPPER},
            every_case=(faster,),
            repeat_until="flow < 1000",
            on_downgrade=OnDowngrade.HAND_OVER,
            hand_over="patrol",
            on_end=OnEnd.KEEP,
        ),
        task("withdraw", "duty_officer", need="all", signal=Signal(("deputy_commander",), stops=("fight",))),
        task("stop_drill", "duty_officer", signal=Signal(("duty_leader",), ends_drill=True)),
    ]


def tasks_that_stand_still() -> list[Task]:
    """What pauses in the night, has to be reported on, and is reported to those above by a limit of its own."""
    hourly = {level: minutes(60) for level in ALL}
    limits = {level: minutes(30 * level) for level in ALL}
    report = Report(
        "government", ClockFrom.LEARNED, limits, Text("市政府", "the city"), "fax", ("flow",), numbered=True, zero=True
    )
    return [
        task("clear", "patrol", pause="night && flow < 3000", progress=hourly, every=hourly, late="late"),
        task("written", "duty_officer", report=report, done=minutes(120), every={level: minutes(90) for level in ALL}),
    ]


def with_signatures(tasks: list[Task]) -> Plan:
    """Levels are held, kept and signed for; the flow grows old; a link proposes another plan."""
    plain = small_plan(tasks)
    rules = {
        level: replace(rule, hold=minutes(10), keep=rule.when.replace(">=", "> 0.9 *"), sign="sign_off", paper=minutes(90))
        for level, rule in plain.levels.items()
    }
    return replace(
        plain,
        levels=rules,
        ladders={**plain.ladders, "sign_off": SIGN_OFF},
        facts={name: replace(fact, fresh=minutes(100)) for name, fact in plain.facts.items()},
        links={"dam": Link("dam", "small", "flow >= 4000", Text("堵江", "dammed"), facts={"flow": "flow"})},
        end=replace(plain.end, sign="sign_off"),
        daylight=Daylight(34.36, 107.24),
        findings={
            "danger": FindingKind("danger", Text("险情", "danger"), report=("patrol", "town")),
            "flood": FindingKind("flood", Text("洪水", "flood"), when="flow >= 3000"),
            "shift": FindingKind("shift", Text("班次", "shift"), every=minutes(70)),
        },
    )


PLAN = plan()
TASKS = tuple(f"{name}.{number}" for name in PLAN.tasks for number in (1, 2, 3))


@dataclass(frozen=True)
class Wait:
    """Time passes; `seen`: the watcher fires what comes due on the way, else the machine is off meanwhile."""

    duration: timedelta
    seen: bool


people, tasks, words = st.sampled_from(PEOPLE), st.sampled_from(TASKS), st.sampled_from(["", "the road is cut"])
moments = st.none() | st.integers(-30, 120).map(lambda after: START + minutes(after))
heard = st.builds(
    Heard,
    response=st.sampled_from(["R-260903-00000a", "R-260903-00000b"]),
    link=st.just("county"),
    entry=st.integers(1, 4),
    happened_at=st.just(START),
    title=st.just(Text("县预案", "County plan")),
    news=st.sampled_from(get_args(LinkedNews)),
    level=st.sampled_from(Level),
)
COMMANDS: dict[type, st.SearchStrategy[Command]] = {
    RecordFact: st.builds(
        RecordFact,
        by=people,
        name=st.just("flow"),
        value=st.sampled_from([500.0, 1500.0, 2600.0, 3100.0, 4100.0]),
        forecast=st.booleans(),
    ),
    Acknowledge: st.builds(Acknowledge, by=people, assignment=tasks, at=moments),
    Decline: st.builds(Decline, by=people, assignment=tasks, reason=words),
    Start: st.builds(Start, by=people, assignment=tasks),
    ReportProgress: st.builds(ReportProgress, by=people, assignment=tasks, text=words),
    Complete: st.builds(Complete, by=people, assignment=tasks, evidence=st.sampled_from([{}, {"count": "3"}]), reason=words),
    Reassign: st.builds(Reassign, by=people, assignment=tasks, to=st.lists(people, max_size=2).map(tuple), reason=words),
    SuspendTask: st.builds(SuspendTask, by=people, assignment=tasks, reason=words),
    SendBack: st.builds(SendBack, by=people, assignment=tasks, reason=words),
    ResumeTask: st.builds(ResumeTask, by=people, assignment=tasks, reason=words),
    FileReport: st.builds(FileReport, by=people, assignment=tasks, text=words, at=moments),
    CorrectReport: st.builds(CorrectReport, by=people, assignment=tasks, text=words, reason=words),
    RecordDecision: st.builds(
        RecordDecision, by=people, assignment=tasks, decision=st.sampled_from(["skip", "courier"]), reason=words
    ),
    ChangeLevel: st.builds(
        ChangeLevel,
        by=people,
        level=st.sampled_from(Level),
        reason=words,
        approved_by=st.just("sun"),
        oral=st.booleans(),
        although=words,
    ),
    ReportFinding: st.builds(
        ReportFinding,
        by=people,
        of=st.sampled_from(["danger", "flood"]),
        label=st.sampled_from(["K1", "K2", ""]),
        at=moments,
        another=st.booleans(),
    ),
    CloseFinding: st.builds(
        CloseFinding, by=people, finding=st.sampled_from(["danger-1", "danger-2", "flood-1", "shift-1"]), reason=words
    ),
    UpdateFinding: st.builds(
        UpdateFinding,
        by=people,
        finding=st.sampled_from(["danger-1", "danger-2", "flood-1", "shift-1"]),
        values=st.dictionaries(st.sampled_from(["kind", "nothing"]), words, max_size=2),
    ),
    SendSignal: st.builds(SendSignal, by=people, signal=st.sampled_from(["withdraw", "stop_drill"]), reason=words),
    NoticeAlert: st.builds(NoticeAlert, by=people, news=st.sampled_from(["changed", "source_ended"]), text=words),
    NoticeLinked: st.builds(NoticeLinked, heard=heard, after=st.integers(0, 3)),
    ProposeLevel: st.builds(ProposeLevel, by=people, level=st.sampled_from(Level), reason=words),
    RefuseLevel: st.builds(RefuseLevel, by=people, reason=words),
    ProposeEnd: st.builds(ProposeEnd, by=people, reason=words),
    RefuseEnd: st.builds(RefuseEnd, by=people, reason=words),
    FilePaper: st.builds(FilePaper, by=people, reference=words, paper=st.sampled_from(["", "opening", "level-1", "end-1"])),
    StandDown: st.builds(StandDown, by=people, reason=words, approved_by=st.just("sun"), oral=st.booleans(), although=words),
    Close: st.builds(Close, by=people, reason=words, although=words),
    AddNote: st.builds(AddNote, by=people, text=words),
    TellPublic: st.builds(
        TellPublic, by=people, text=words, audience=words, people=st.integers(1, 9), step=st.just("public/1"), approved_by=people
    ),
    EndDrill: st.builds(EndDrill, by=people, reason=words),
    RecordEndedDrills: st.builds(RecordEndedDrills, by=people, drills=st.just(("D-260903-abcdef",))),
    ReportUnreached: st.builds(
        ReportUnreached,
        assignment=tasks,
        clock=st.sampled_from(CLOCKS),
        step=st.sampled_from([rung.name for rung in (*LIFE_SAFETY.rungs, *LATE.rungs)]),
        epoch=st.integers(1, 3),
        person=people,
        reason=st.just("no such number"),
    ),
    Tick: st.just(Tick()),
}
waits = st.builds(Wait, st.integers(0, 45).map(minutes), st.booleans())
likely = st.one_of(
    waits,
    COMMANDS[ReportFinding],
    COMMANDS[Acknowledge],
    COMMANDS[Complete],
    COMMANDS[Decline],
    COMMANDS[RecordFact],
    COMMANDS[ChangeLevel],
)
paths = st.lists(st.one_of(likely, likely, *COMMANDS.values()), max_size=25)
by_chance = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@contextmanager
def a_night(kind: Kind = Kind.REAL, level: Level = Level.III, address: str = "") -> Iterator[Night]:
    with tempfile.TemporaryDirectory() as folder:
        if address:
            (Path(folder) / ADDRESS).write_text(address)
        night = Night(Path(folder), PLAN, DUTY)
        night.activate(level) if kind is Kind.REAL else night.drill(level)
        yield night
        night.database.close()


def walk(night: Night, step: Command | Wait) -> None:
    if not isinstance(step, Wait):
        with suppress(FlowError):
            night.submit(step)
    elif step.seen:
        night.forward(step.duration)
    else:
        night.clock.forward(step.duration)
        night.engine.tick(night.response)


def clock_rows(night: Night) -> frozenset[ClockRow]:
    table = book_of(night.response).clocks
    with night.database.read() as connection:
        rows = connection.execute(select(table)).all()
    return frozenset(ClockRow(row.assignment, row.clock, row.name, row.epoch, row.due) for row in rows)


def check(night: Night) -> None:
    state, history = night.head.state, night.history
    assert fold(history) == state
    assert clock_rows(night) == clocks(PLAN, state)
    assert may_open(state, night.clock.now()) == []
    due = next_due(PLAN, state)
    assert due is None or due > night.clock.now()
    with night.database.read() as connection:
        assert journal.verify(connection, night.response) == len(history)


def may_open(state: ResponseState, now: datetime) -> list[str]:
    """What a decision should have opened and has not."""
    moments = [
        (task.name, opens_at(PLAN, state, task, finding)) for task in PLAN.tasks.values() for finding in findings_of(state, task)
    ]
    rounds = [latest.id for latest, _ in due_rounds(PLAN, state, now)]
    return [*(task for task, moment in moments if moment and moment <= now), *rounds]


@by_chance
@given(st.sampled_from(Kind), st.sampled_from(Level), paths)
def test_rows_always_say_what_the_history_says(kind: Kind, level: Level, path: list[Command | Wait]) -> None:
    with a_night(kind, level) as night:
        check(night)
        for step in path:
            walk(night, step)
            night.engine.tick(night.response)
            check(night)
            assert night.engine.tick(night.response).events == ()


@by_chance
@given(paths)
def test_restart_after_every_step_changes_nothing(path: list[Command | Wait]) -> None:
    with a_night() as steady, a_night() as shaken:
        for step in path:
            walk(steady, step)
            walk(shaken, step)
            shaken.restart()
        assert shaken.history == steady.history
        assert shaken.head.state == steady.head.state
        assert comparable(shaken) == comparable(steady)


@pytest.mark.slow
@settings(by_chance, max_examples=20)
@given(paths)
def test_restart_after_every_step_on_postgresql_ends_where_sqlite_does(
    new_postgresql: Callable[[], str], path: list[Command | Wait]
) -> None:
    with a_night() as steady, a_night(address=new_postgresql()) as shaken:
        for step in path:
            walk(steady, step)
            walk(shaken, step)
            shaken.restart()
        assert shaken.history == steady.history
        assert shaken.head.state == steady.head.state
        assert comparable(shaken) == comparable(steady)


def comparable(night: Night) -> list[dict[str, object]]:
    """Every delivery, without the identifiers that each response draws for itself."""
    return sorted(
        ({key: value for key, value in asdict(each).items() if key not in ("id", "response")} for each in night.messages),
        key=repr,
    )


@by_chance
@given(st.sampled_from(Kind), paths)
def test_no_command_turns_one_kind_into_the_other(kind: Kind, path: list[Command | Wait]) -> None:
    with a_night(kind) as night:
        for step in path:
            walk(night, step)
        with night.database.read() as connection:
            others = book_of(Kind.DRILL.prefix if kind is Kind.REAL else Kind.REAL.prefix)
            strangers = [
                connection.execute(select(table)).first()
                for table in (others.heads, others.entries, others.clocks, others.assignments)
            ]
        assert night.head.state.kind is kind is Kind.of(night.response)
        assert strangers == [None] * 4
        assert {message.kind for message in night.messages} == {kind}


def test_every_command_is_among_those_tried() -> None:
    assert set(COMMANDS) == set(get_args(Command))
    assert "kind" not in {field.name for command in get_args(Command) for field in fields(command)}


@by_chance
@given(paths)
def test_step_fires_once_for_each_epoch(path: list[Command | Wait]) -> None:
    with a_night() as night:
        for step in path:
            walk(night, step)
        fired = [(event.assignment, event.clock, event.step) for event in night.history if isinstance(event, StepFired)]
        epochs = [
            (event.assignment, event.clock, event.step, event.epoch) for event in night.history if isinstance(event, StepFired)
        ]
        calls_again = sum(isinstance(event, TaskCalledAnew | TaskReassigned) for event in night.history)
    assert len(epochs) == len(set(epochs))
    assert calls_again or len(fired) == len(set(fired))


@by_chance
@given(paths)
def test_answered_ladder_never_fires_again(path: list[Command | Wait]) -> None:
    with a_night() as night:
        for step in path:
            walk(night, step)
        assert fired_after_answers(night.history) == []


def fired_after_answers(history: list[Event]) -> list[StepFired]:
    resting: set[str] = set()
    wrong = []
    for event in history:
        match event:
            case TaskAcknowledged(answers_ladder=True):
                resting.add(event.assignment)
            case TaskCalledAnew() | TaskReassigned():
                resting.discard(event.assignment)
            case StepFired(clock="acknowledge") if event.assignment in resting:
                wrong.append(event)
            case _:
                pass
    return wrong


@by_chance
@given(paths)
def test_nothing_changes_after_the_close(path: list[Command | Wait]) -> None:
    with a_night() as night:
        night.stand_down()
        night.close("enough")
        closed, count = night.head, len(night.history)
        for step in path:
            walk(night, step)
        assert night.head == closed
        assert len(night.history) == count
        assert night.head.state.status is Status.CLOSED


@by_chance
@given(paths)
def test_moments_never_run_ahead_of_the_clock(path: list[Command | Wait]) -> None:
    with a_night() as night:
        for step in path:
            walk(night, step)
        with night.database.read() as connection:
            entries = list(journal.entries(connection, night.response))
        recorded = [entry.recorded_at for entry in entries]
    assert recorded == sorted(recorded)
    assert all(entry.event.at <= entry.recorded_at for entry in entries)


@by_chance
@given(paths)
def test_state_survives_the_snapshot(path: list[Command | Wait]) -> None:
    with a_night() as night:
        for step in path:
            walk(night, step)
        state: ResponseState = night.head.state
        started: datetime = state.opened_at
    assert state == state_adapter.validate_json(state_adapter.dump_json(state))
    assert started.tzinfo is not None
