"""A drill reaches only those who take part in drills, and leaves no trace among real responses."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, inspect, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

from flows.errors import NotAuthorisedError, UnknownNameError
from flows.model.events import StepPassed
from flows.running.tables import BOOKS
from flows.testing.night import Night, minutes, only, small_duty, small_plan, steps, task
from plans.model import Level, Text
from resources.model import Duty
from store.kinds import Kind


def rows(night: Night, prefix: str) -> dict[str, int]:
    tables = [table for name, table in SQLModel.metadata.tables.items() if name.startswith(prefix)]
    with night.database.read() as connection:
        present = set(inspect(connection).get_table_names())
        counted = {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in tables
            if table.name in present
        }
    return {name: count for name, count in counted.items() if count}


def without_exercises(*names: str) -> Duty:
    duty = small_duty()
    return replace(duty, people={**duty.people, **{name: replace(duty.people[name], exercises=False) for name in names}})


def test_drill_reaches_only_those_who_take_part(tmp_path: Path) -> None:
    night = Night(tmp_path, small_plan([task("patrol", "patrol")]), without_exercises("wang", "qian"))

    drill = night.drill()
    climbed = night.forward(minutes(30))

    told = {who for _, people in steps([*drill.events, *climbed]) for who in people}
    assert told == {"sun", "zhao"}
    assert {each.person for each in night.messages} == {"sun", "zhao"}
    assert only(StepPassed, drill.events)[0].reason == Text("patrol无人在岗", "nobody holds patrol")


def test_rows_of_a_drill_are_in_the_drill_tables_alone(night: Night) -> None:
    night.drill()
    night.forward(minutes(3))

    assert rows(night, "real_") == {}
    assert {"drill_response", "drill_entry", "drill_assignment", "drill_clock", "drill_message"} <= rows(night, "drill_").keys()


def test_rows_of_a_real_response_are_in_the_real_tables_alone(night: Night) -> None:
    night.activate()
    night.forward(minutes(30))

    assert rows(night, "drill_") == {}


@pytest.mark.parametrize("kind", Kind)
def test_database_itself_refuses_a_response_in_the_other_kinds_table(night: Night, kind: Kind) -> None:
    turn = night.activate() if kind is Kind.REAL else night.drill()
    other = BOOKS[Kind.DRILL if kind is Kind.REAL else Kind.REAL]
    with night.database.read() as connection:
        head = connection.execute(select(BOOKS[kind].heads)).mappings().one()

    with pytest.raises(IntegrityError, match="_only"), night.database.write() as connection:
        connection.execute(other.heads.insert().values(**head))
    assert turn.response.startswith(kind.prefix)


def test_drill_takes_no_approval_and_a_real_response_does(night: Night) -> None:
    night.drill()
    night.change_level(Level.II, approved_by="")
    night.stand_down(approved_by="")

    night.activate()
    with pytest.raises(NotAuthorisedError):
        night.stand_down(approved_by="")


def test_task_of_a_drill_cannot_be_given_to_somebody_who_takes_no_part(tmp_path: Path) -> None:
    night = Night(tmp_path, duty=without_exercises("wu"))
    night.drill()

    with pytest.raises(UnknownNameError, match="the directory has no person 'wu'"):
        night.reassign("verify.1", "wu")


def test_drill_and_real_response_run_side_by_side(night: Night) -> None:
    drill = night.drill().response
    real = night.activate().response
    night.acknowledge("zhao", "verify.1")

    assert not night.engine.head(drill).state.assignments["verify.1"].is_answered
    assert night.engine.head(real).state.assignments["verify.1"].is_answered
