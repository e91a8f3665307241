"""One turn of the engine: idempotent, all or nothing, alone or among many writers."""

import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection

from flows.errors import (
    AlreadyOpenError,
    ConflictError,
    DrillOpenError,
    FactValueError,
    NotAuthorisedError,
    UndecidedLevelError,
    UnknownNameError,
    UnnamedActivationError,
    WrongStateError,
)
from flows.model.commands import Acknowledge, Complete, OpenResponse, RecordFact, Tick
from flows.model.events import ResponseOpened, StepFired, TaskAcknowledged
from flows.running import journal
from flows.running.engine import Engine
from flows.testing.night import START, Night, duty_of, minutes, only, person, small_plan, task
from plans.model import Level, Text
from resources.model import Duty
from store.clock import MovableClock
from store.database import Database
from store.errors import DatabaseBusyError, DatabaseFullError

pytestmark = pytest.mark.usefixtures("each_database")

CREW = tuple(f"member{number}" for number in range(12))


@pytest.fixture
def night(tmp_path: Path) -> Night:
    return Night(tmp_path)


def crowded(folder: Path) -> Night:
    """Twelve people who must all acknowledge."""
    people = [person(name) for name in ("zhao", "sun", *CREW)]
    duty = duty_of(people, duty_officer="zhao", deputy_commander="sun", patrol=CREW)
    night = Night(folder, small_plan([task("patrol", "patrol", need="all")]), duty)
    night.activate()
    return night


def at_once(*acts: Callable[[], object]) -> list[object]:
    """All in threads of their own, begun together."""
    gate = threading.Barrier(len(acts))

    def begin(act: Callable[[], object]) -> object:
        gate.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(begin, acts))


def counted(night: Night) -> dict[str, int]:
    with night.database.read() as connection:
        tables = ("real_response", "real_entry", "real_assignment", "real_clock", "real_message", "short_code", "plan_version")
        return {table: connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one() for table in tables}


# opening


def test_same_key_gives_the_same_response_and_changes_nothing(night: Night) -> None:
    first = night.activate(key="door-1")
    before = counted(night)

    second = night.activate(key="door-1")

    assert (second.response, second.events) == (first.response, ())
    assert counted(night) == before


def test_second_activation_is_refused_and_says_which_response_is_open(night: Night) -> None:
    first = night.activate()
    before = counted(night)

    with pytest.raises(AlreadyOpenError) as refused:
        night.activate()

    assert str(refused.value) == (
        f"response {first.response} of plan 'small' is already open for '渭河洪水'; record facts there or change its level; "
        "if this is another event, give it another incident or place"
    )
    assert counted(night) == before


def test_another_incident_opens_another_response(night: Night) -> None:
    assert night.activate().response != night.activate(incident="千河洪水").response


def test_activation_that_names_nothing_is_refused_while_any_response_of_the_plan_is_open(night: Night) -> None:
    first = night.activate(incident="暴雨预警")
    before = counted(night)

    with pytest.raises(UnnamedActivationError) as refused:
        night.activate(incident="")

    assert str(refused.value) == (
        f"response {first.response} of plan 'small' is already open for '暴雨预警', and this activation names neither incident "
        "nor place; record facts there or change its level; if this is another event, name its incident or place"
    )
    assert counted(night) == before


def test_activation_that_names_nothing_opens_once_the_others_have_stood_down(night: Night) -> None:
    night.activate(incident="暴雨预警")
    night.stand_down()

    assert night.activate(incident="").state.incident == "Small plan"


def test_danger_that_comes_back_after_the_stand_down_opens_a_new_response(night: Night) -> None:
    first = night.activate().response
    night.stand_down()

    assert night.activate().response != first


def test_a_second_drill_of_a_plan_waits_for_the_first(night: Night) -> None:
    first = night.drill().response

    with pytest.raises(DrillOpenError, match=first):
        night.drill()
    night.stand_down(approved_by="")

    assert night.drill().response != first


def test_date_in_the_identifier_is_the_bureaus(night: Night) -> None:
    # 18:00 UTC is two in the morning of the next day in Baoji
    assert night.activate().response.startswith("R-260904-")


def test_facts_decide_the_level(night: Night) -> None:
    turn = night.activate(None, flow=3100)

    assert turn.state.level is Level.II
    assert only(ResponseOpened, turn.events)[0].rule == Text(
        "II级：flow ≥ 3000 m3/s；按事实应为：II级", "II: flow ≥ 3000 m3/s; the facts call for: II"
    )


def test_record_shows_a_level_that_the_facts_do_not_call_for(night: Night) -> None:
    turn = night.activate(Level.II, flow=2100)

    assert only(ResponseOpened, turn.events)[0].rule == Text(
        "II级：flow ≥ 3000 m3/s；按事实应为：III级", "II: flow ≥ 3000 m3/s; the facts call for: III"
    )


def test_what_joins_the_opening_fails_with_it(night: Night) -> None:
    def also(_: Connection, response: str) -> None:
        raise RuntimeError(response)

    before = counted(night)

    with pytest.raises(RuntimeError, match="R-260904-"):
        night.engine.open("small", OpenResponse(incident="x", level=Level.III, by="zhao", approved_by="sun"), also=also)

    assert counted(night) == before


# refusals change nothing


@pytest.mark.parametrize(
    ("asked", "error", "words"),
    [
        (
            {"level": None},
            UndecidedLevelError,
            "reach no level of plan 'small'; not known yet: flow; give more facts, or say the",
        ),
        (
            {"level": None, "facts": {"flow": 10.0}},
            UndecidedLevelError,
            "the facts given reach no level of plan 'small'; give more",
        ),
        ({"facts": {"flw": 1.0}}, UnknownNameError, "plan 'small' has no fact 'flw'; did you mean 'flow'?"),
        ({"facts": {"flow": "high"}}, FactValueError, "fact 'flow': 'high' does not fit; expected a number in m3/s"),
        ({"facts": {"flow": True}}, FactValueError, "fact 'flow': 'True' does not fit; expected a number in m3/s"),
        ({"facts": {"flow": float("nan")}}, FactValueError, "fact 'flow': 'nan' does not fit"),
        ({"facts": {"flow": "3 m"}}, FactValueError, "fact 'flow': '3 m' does not fit; expected a number in m3/s"),
        ({"forecasts": {"rain": 3.0}}, UnknownNameError, "plan 'small' has no fact 'rain' (known: flow)"),
        ({"by": "zhou"}, UnknownNameError, "the directory has no person 'zhou'; did you mean 'zhao'?"),
        (
            {"approved_by": "zhao"},
            NotAuthorisedError,
            "zhao may not approve level III of small: it takes one of deputy_commander",
        ),
        ({"by": "wu"}, NotAuthorisedError, "wu may not activate small: it takes one of duty_officer, deputy_commander"),
    ],
)
def test_refused_opening_says_why_and_changes_nothing(
    night: Night, asked: dict[str, object], error: type[Exception], words: str
) -> None:
    before = counted(night)
    opening = {"incident": "x", "level": Level.III, "by": "zhao", "approved_by": "sun", **asked}

    with pytest.raises(error) as refused:
        night.engine.open("small", OpenResponse(**opening))  # type: ignore[arg-type]

    assert words in str(refused.value)
    assert counted(night) == before


def test_level_that_the_plan_does_not_have_is_said(night: Night) -> None:
    plan = night.plans.plan
    night.plans.plan = replace(plan, levels={level: rule for level, rule in plan.levels.items() if level is not Level.I})

    with pytest.raises(UnknownNameError, match=r"plan 'small' has no level 'I'.*known: IV, III, II"):
        night.activate(Level.I)


@pytest.mark.parametrize(
    ("command", "error", "words"),
    [
        (Acknowledge(by="li", assignment="verify.1"), WrongStateError, ""),
        (
            Acknowledge(by="zhao", assignment="verfy.1"),
            UnknownNameError,
            "this response has no task 'verfy.1'; did you mean",
        ),
        (
            RecordFact(by="zhao", name="rain", value=3.0),
            UnknownNameError,
            "plan 'small' has no fact 'rain' (known: flow)",
        ),
        (RecordFact(by="zhao", name="flow", value="high"), FactValueError, "expected a number in m3/s"),
    ],
)
def test_refused_command_says_why_and_changes_nothing(
    night: Night, command: Acknowledge | RecordFact, error: type[Exception], words: str
) -> None:
    night.activate()
    if error is WrongStateError:
        night.stand_down()
        night.close("enough")
        words = "the response is closed: cannot acknowledge; open a new response if the danger is back; nothing was changed"
    before = counted(night)

    with pytest.raises(error) as refused:
        night.submit(command)

    assert words in str(refused.value)
    assert counted(night) == before


# many at once


def test_everybody_answers_at_once_and_no_answer_is_lost(tmp_path: Path) -> None:
    night = crowded(tmp_path)

    at_once(*(lambda who=who: night.acknowledge(who, "patrol.1") for who in CREW))

    answers = only(TaskAcknowledged, night.history)
    assert sorted(event.person for event in answers) == sorted(CREW)
    assert [event.answers_ladder for event in answers] == [False] * (len(CREW) - 1) + [True]
    with night.database.read() as connection:
        journal.verify(connection, night.response)


def test_engines_of_several_processes_share_one_response(tmp_path: Path) -> None:
    night = crowded(tmp_path)
    databases = [Database(night.place) for _ in range(4)]
    engines = [night.another_engine(database) for database in databases]
    night.clock.forward(minutes(6))

    def answer(engine: Engine, who: str) -> Callable[[], object]:
        return lambda: engine.submit(night.response, Acknowledge(by=who, assignment="patrol.1"))

    def tick(engine: Engine) -> Callable[[], object]:
        return lambda: engine.tick(night.response)

    at_once(*(answer(engines[index % 4], who) for index, who in enumerate(CREW)), *(tick(engine) for engine in engines))

    assert sorted(event.person for event in only(TaskAcknowledged, night.history)) == sorted(CREW)
    fired = [(event.step, event.epoch) for event in only(StepFired, night.history)]
    assert len(fired) == len(set(fired))
    with night.database.read() as connection:
        assert journal.verify(connection, night.response) == len(night.history)
    for database in databases:
        database.close()


def test_one_key_from_many_doors_opens_one_response(tmp_path: Path) -> None:
    night = Night(tmp_path)
    databases = [Database(night.place) for _ in range(3)]
    engines = [night.engine, *(night.another_engine(database) for database in databases)]
    opening = OpenResponse(incident="渭河洪水", level=Level.III, by="zhao", approved_by="sun")

    turns = at_once(*(lambda engine=engine: engine.open("small", opening, "door-1") for engine in engines * 3))

    assert len({turn.response for turn in turns}) == 1  # type: ignore[attr-defined]
    assert sum(bool(turn.events) for turn in turns) == 1  # type: ignore[attr-defined]
    assert counted(night)["real_response"] == 1
    for database in databases:
        database.close()


def test_second_activation_is_refused_even_at_the_same_moment(tmp_path: Path) -> None:
    night = Night(tmp_path)
    databases = [Database(night.place) for _ in range(3)]
    opening = OpenResponse(incident="渭河洪水", level=Level.III, by="zhao", approved_by="sun")

    def activate(engine: Engine) -> str:
        try:
            return engine.open("small", opening).response
        except AlreadyOpenError:
            return "refused"

    outcomes = at_once(*(lambda database=database: activate(night.another_engine(database)) for database in databases))

    assert outcomes.count("refused") == 2
    for database in databases:
        database.close()


class Interrupting:
    """A roster that lets somebody else act, between the reading and the writing of a turn."""

    def __init__(self, duty: Duty, meanwhile: Callable[[], object], times: int) -> None:
        self._duty, self._meanwhile, self._times = duty, meanwhile, times

    def __call__(self) -> Duty:
        if self._times:
            self._times -= 1
            self._meanwhile()
        return self._duty


def interrupted(night: Night, database: Database, meanwhile: Callable[[], object], times: int = 1) -> Engine:
    duty = Interrupting(night.duty, meanwhile, times)
    return Engine(database, night.plans, duty, night.clock, START.tzinfo)  # type: ignore[arg-type]


def test_writer_who_lost_reads_again_and_decides_again(tmp_path: Path) -> None:
    night = Night(tmp_path, small_plan([task("patrol", "patrol")]))
    night.activate()
    night.clock.forward(minutes(6))
    database = Database(night.place)
    slow = interrupted(night, database, lambda: night.acknowledge("wang", "patrol.1"))

    turn = slow.tick(night.response)  # it had decided to call the deputy; meanwhile wang answered

    assert only(StepFired, turn.events) == []
    assert [type(event) for event in night.history[-1:]] == [TaskAcknowledged]
    database.close()


def test_writer_who_loses_again_and_again_gives_up_with_a_word(tmp_path: Path) -> None:
    night = Night(tmp_path)
    night.activate()
    database = Database(night.place)
    slow = interrupted(night, database, lambda: night.flow(1500), times=100)

    with pytest.raises(ConflictError, match="has moved on past entry"):
        slow.submit(night.response, Complete(by="zhao", assignment="verify.1"))

    database.close()


# a database that cannot


@pytest.mark.only_sqlite
def test_locked_database_refuses_the_turn_and_changes_nothing(tmp_path: Path) -> None:
    night = Night(tmp_path)
    night.activate()
    before = counted(night)
    impatient = Database(night.place, busy_seconds=0.05)
    other = sqlite3.connect(night.place, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(DatabaseBusyError, match="locked by another process"):
        night.another_engine(impatient).submit(night.response, Acknowledge(by="zhao", assignment="verify.1"))

    other.close()
    impatient.close()
    assert counted(night) == before


@pytest.mark.only_sqlite
def test_full_disk_refuses_the_opening_and_changes_nothing(tmp_path: Path) -> None:
    night = Night(tmp_path)
    night.activate()
    before = counted(night)

    def disk_is_full(connection: Connection, _: str) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")  # SQLite takes the present size at least
        connection.exec_driver_sql("CREATE TABLE filler AS SELECT randomblob(1000000) AS x")

    with pytest.raises(DatabaseFullError, match="nothing was changed; free some space"):
        night.engine.open("small", OpenResponse(incident="x", level=Level.III, by="zhao", approved_by="sun"), also=disk_is_full)

    assert counted(night) == before


# the due list


def test_due_lists_each_response_with_its_earliest_time(night: Night) -> None:
    first = night.activate().response
    night.clock.forward(minutes(1))
    second = night.activate(incident="千河洪水").response

    assert night.engine.due(START + minutes(1.5)) == {}
    assert night.engine.due(START + minutes(3)) == {first: START + minutes(2), second: START + minutes(3)}


def test_tick_before_anything_is_due_writes_nothing(night: Night) -> None:
    night.activate()
    version = night.head.version

    night.submit(Tick())

    assert night.head.version == version


def test_clock_that_was_set_back_fires_nothing_twice(tmp_path: Path) -> None:
    night = Night(tmp_path, small_plan([task("patrol", "patrol")]))
    night.activate()
    night.forward(minutes(5))
    night.clock = MovableClock(START + minutes(3))
    night.restart()

    again = night.forward(minutes(2))

    assert only(StepFired, again) == []
