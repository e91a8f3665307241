"""The gauge falls silent: what it said last is unknown, never false, and somebody is told, once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from flows.deciding.clocks import ClockRow, clocks
from flows.deciding.levels.levels import values_in
from flows.model.events import EndConditionMet, FactStale, LevelProposalLapsed, LevelProposed, TaskOpened
from flows.testing.night import START, Night, minutes, only, small_plan, task
from plans.model import Fact, FactType, GradeColumn, GradeRow, Level, Plan

HOUR = timedelta(hours=1)


def silent(**more: object) -> Plan:
    plan = small_plan([task("verify", "duty_officer"), task("pump", "town", when="flow < 1800")])
    return replace(plan, facts={"flow": replace(plan.facts["flow"], fresh=2 * HOUR, **more)})  # type: ignore[arg-type]


@pytest.fixture
def night(tmp_path: Path) -> Iterator[Night]:
    night = Night(tmp_path, silent())
    night.activate(Level.III, flow=2100)
    yield night
    night.database.close()


def told(night: Night) -> list[str]:
    notices = (each for each in night.messages if each.template == "notice" and each.channel == "sms")
    return [each.person for each in notices if "无新数据" in each.parameters["reason"]]


def test_the_alert_roles_are_told_once_when_a_gauge_falls_silent(night: Night) -> None:
    assert only(FactStale, night.forward(2 * HOUR - minutes(1))) == []

    stale = only(FactStale, night.forward(minutes(1)))

    assert [(event.fact, event.observed_at, [each.person for each in event.told]) for event in stale] == [
        ("flow", START, ["zhao"])
    ]
    assert told(night) == ["zhao"]
    assert only(FactStale, night.forward(10 * HOUR)) == []


def test_what_is_unknown_is_neither_a_reason_to_end_nor_to_step_down_nor_to_open(night: Night) -> None:
    events = night.forward(5 * HOUR)

    assert only(LevelProposed, events) == []
    assert only(EndConditionMet, events) == []
    assert [event for event in only(TaskOpened, events) if event.task == "pump"] == []


def test_a_default_does_not_stand_in_for_a_gauge_that_fell_silent(tmp_path: Path) -> None:
    night = Night(tmp_path, silent(default=500.0))
    night.activate(Level.III, flow=2100)

    events = night.forward(3 * HOUR)

    assert only(EndConditionMet, events) == []
    assert values_in(silent(default=500.0), night.head.state) == {}


def test_a_waiting_proposal_is_not_taken_back_because_the_gauge_fell_silent(night: Night) -> None:
    night.flow(3100)

    assert only(LevelProposalLapsed, night.forward(3 * HOUR)) == []
    assert night.head.state.proposed_level is Level.II


def test_a_new_reading_makes_it_known_again_and_the_next_silence_is_told_again(night: Night) -> None:
    night.forward(3 * HOUR)

    night.flow(1700)
    assert "flow" not in night.head.state.situation.stale

    assert len(only(FactStale, night.forward(2 * HOUR))) == 1


def test_a_reading_that_comes_too_old_leaves_it_unknown_and_tells_nobody_again(night: Night) -> None:
    night.forward(3 * HOUR)

    late = night.flow(3100, observed_at=START + minutes(5))

    assert only(FactStale, late.events) == []
    assert night.head.state.situation.stale == ("flow",)
    assert only(LevelProposed, late.events) == []


def test_a_forecast_grows_old_as_well(night: Night) -> None:
    night.flow(4200, forecast=True)

    assert [event.fact for event in only(FactStale, night.forward(2 * HOUR))] == ["flow", "flow.forecast"]


def test_a_fact_without_a_limit_is_known_for_ever(tmp_path: Path) -> None:
    night = Night(tmp_path, small_plan())
    night.activate(Level.III, flow=2100)

    assert only(FactStale, night.forward(100 * HOUR)) == []


def test_the_clock_of_a_fact_is_a_row_and_moves_with_every_reading(night: Night) -> None:
    night.forward(HOUR)
    night.flow(2200)

    fresh = [row for row in clocks(night.plans.plan, night.head.state) if row.clock == "fresh"]

    assert fresh == [ClockRow("", "fresh", "flow", 1, START + 3 * HOUR)]


def test_a_machine_that_slept_notes_the_silence_before_it_judges(night: Night) -> None:
    night.flow(800)  # the end condition begins to hold
    night.clock.forward(5 * HOUR)

    events = night.engine.tick(night.response).events

    assert only(FactStale, events)
    assert night.head.state.end_proposed_at is None


def test_a_grade_of_an_old_value_is_unknown(tmp_path: Path) -> None:
    plan = silent()
    rows = (GradeRow("small", high=1000), GradeRow("large", low=1000))
    grade = Fact(
        "grade", plan.facts["flow"].title, FactType.CHOICE, choices=("small", "large"), table=(GradeColumn("flow", rows),)
    )
    plan = replace(plan, facts={**plan.facts, "grade": grade})
    night = Night(tmp_path, plan)
    night.activate(Level.III, flow=2100)
    assert values_in(plan, night.head.state) == {"flow": 2100, "grade": "large"}

    night.forward(2 * HOUR)

    assert values_in(plan, night.head.state) == {}
