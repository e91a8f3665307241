"""A gauge that trembles at the line does not flap: levels are called for long enough, and kept a little below their line."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from flows.errors import NotAuthorisedError, WrongStateError
from flows.model.events import (
    Event,
    LevelChanged,
    LevelConditionBroken,
    LevelConditionMet,
    LevelProposalLapsed,
    LevelProposed,
    LevelRefused,
)
from flows.testing.night import Night, minutes, only, small_plan
from plans.model import Level, Plan


def steady(hold: timedelta = timedelta(0)) -> Plan:
    """Each level is kept down to nine tenths of its line."""
    plan = small_plan()
    rules = {level: replace(rule, keep=rule.when.replace(">=", ">= 0.9 *"), hold=hold) for level, rule in plan.levels.items()}
    return replace(plan, levels=rules)


@pytest.fixture
def river(tmp_path: Path) -> Iterator[Night]:
    night = Night(tmp_path, steady())
    yield night
    night.database.close()


@pytest.fixture
def patient(tmp_path: Path) -> Iterator[Night]:
    """The same, and a level must be called for during ten minutes."""
    night = Night(tmp_path, steady(minutes(10)))
    yield night
    night.database.close()


def flows(night: Night, *values: float) -> list[Event]:
    """A reading every five minutes."""
    events: list[Event] = []
    for value in values:
        events += night.flow(value).events
        events += night.forward(minutes(5))
    return events


def proposed(events: list[Event]) -> list[Level]:
    return [event.level for event in only(LevelProposed, events)]


def test_a_gauge_trembling_at_the_line_above_proposes_once(river: Night) -> None:
    river.activate(Level.IV, flow=1500)

    events = flows(river, 2010, 1990, 2005, 1985, 2015)

    assert proposed(events) == [Level.III]
    assert only(LevelProposalLapsed, events) == []


def test_a_gauge_trembling_at_its_own_line_proposes_no_way_down(river: Night) -> None:
    river.activate(Level.III, flow=2010)

    assert proposed(flows(river, 1990, 2005, 1950, 1810)) == []


def test_below_what_the_level_keeps_the_lower_level_is_proposed(river: Night) -> None:
    river.activate(Level.III, flow=2010)

    assert proposed(flows(river, 1790)) == [Level.IV]


def test_unknown_is_no_reason_to_step_down(tmp_path: Path) -> None:
    plan = steady()
    rules = {
        **plan.levels,
        Level.III: replace(plan.levels[Level.III], when="flow.forecast >= 2000", keep="flow.forecast >= 1800"),
    }
    night = Night(tmp_path, replace(plan, levels=rules))
    night.activate(Level.III, flow=1500)

    assert proposed(flows(night, 1400)) == []


def test_a_rise_must_hold_for_ten_minutes(patient: Night) -> None:
    patient.activate(Level.IV, flow=1500)

    met = patient.flow(2100).events
    assert [event.level for event in only(LevelConditionMet, met)] == [Level.III]
    assert proposed(list(patient.forward(minutes(9)))) == []

    assert proposed(list(patient.forward(minutes(1)))) == [Level.III]


def test_a_dip_begins_the_ten_minutes_anew(patient: Night) -> None:
    patient.activate(Level.IV, flow=1500)

    events = flows(patient, 2100, 1990, 2100)

    assert [event.level for event in only(LevelConditionBroken, events)] == [Level.III]
    assert proposed(events) == []
    assert proposed(list(patient.forward(minutes(5)))) == [Level.III]


def test_a_level_that_goes_on_rising_loses_no_time(patient: Night) -> None:
    patient.activate(Level.IV, flow=1500)
    patient.flow(2100)
    patient.forward(minutes(6))
    patient.flow(3100)  # II begins to count, III goes on counting

    assert proposed(list(patient.forward(minutes(4)))) == [Level.III]
    assert proposed(list(patient.forward(minutes(6)))) == [Level.II]


def test_levels_jump(patient: Night) -> None:
    patient.activate(Level.IV, flow=1500)
    patient.flow(4100)

    assert proposed(list(patient.forward(minutes(10)))) == [Level.I]

    changed = patient.change_level(Level.I)
    assert [(event.before, event.level) for event in only(LevelChanged, changed.events)] == [(Level.IV, Level.I)]


def test_a_machine_that_slept_through_the_hold_proposes_when_it_wakes(patient: Night) -> None:
    patient.activate(Level.IV, flow=1500)
    patient.flow(2100)
    patient.clock.forward(timedelta(hours=3))
    patient.restart()

    assert proposed(list(patient.engine.tick(patient.response).events)) == [Level.III]


def test_a_refused_level_is_not_proposed_again_until_the_facts_change_their_call(river: Night) -> None:
    river.activate(Level.IV, flow=1500)
    river.flow(2100)

    refused = river.refuse_level("sun", "the gauge is being repaired")
    assert [(event.level, event.reason) for event in only(LevelRefused, refused.events)] == [
        (Level.III, "the gauge is being repaired")
    ]
    assert proposed(flows(river, 2200, 1990, 2300)) == []

    assert proposed(flows(river, 1700, 2100)) == [Level.III]


def test_a_refusal_of_one_level_leaves_the_higher_one_to_be_proposed(river: Night) -> None:
    river.activate(Level.IV, flow=1500)
    river.flow(2100)
    river.refuse_level("sun")

    assert proposed(flows(river, 3100)) == [Level.II]


def test_refusing_twice_changes_nothing_and_without_a_proposal_it_is_an_error(river: Night) -> None:
    river.activate(Level.IV, flow=1500)
    with pytest.raises(WrongStateError, match="without a proposed level"):
        river.refuse_level("sun")
    river.flow(2100)
    river.refuse_level("sun")

    assert river.refuse_level("sun").events == ()


def test_who_may_not_approve_may_not_refuse(river: Night) -> None:
    river.activate(Level.IV, flow=1500)
    river.flow(2100)

    with pytest.raises(NotAuthorisedError, match=r"zhao may not refuse level III.*deputy_commander \(now: Sun \(sun\)\)"):
        river.refuse_level("zhao")


def test_who_steps_down_against_the_facts_is_not_asked_for_the_level_they_left(river: Night) -> None:
    river.activate(Level.III, flow=2100)

    stepped = river.change_level(Level.IV)

    assert [event.level for event in only(LevelRefused, stepped.events)] == [Level.III]
    assert proposed(flows(river, 2200)) == []
    assert proposed(flows(river, 3100)) == [Level.II]


def test_an_opening_below_what_the_facts_call_for_asks_for_that_level_at_once(river: Night) -> None:
    opened = river.activate(Level.IV, flow=3100)

    assert proposed(list(opened.events)) == [Level.II]


def test_a_level_that_nobody_was_asked_for_is_proposed_whatever_was_decided_on_another(river: Night) -> None:
    river.activate(Level.IV)

    changed = river.flow(2100)
    assert proposed(list(changed.events)) == [Level.III]
    assert proposed([*river.change_level(Level.III).events, *flows(river, 3100)]) == [Level.II]


def test_who_decides_below_the_proposed_level_has_refused_it(river: Night) -> None:
    river.activate(Level.IV, flow=1500)
    river.flow(3100)

    decided = river.change_level(Level.III)

    assert [event.level for event in only(LevelRefused, decided.events)] == [Level.II]
    assert proposed(flows(river, 3200)) == []


def test_a_level_decided_above_the_facts_is_no_refusal_of_theirs_and_they_do_not_ask_again(river: Night) -> None:
    river.activate(Level.IV, flow=1500)

    raised = river.change_level(Level.III)
    higher = river.change_level(Level.II)

    assert [(event.level, event.is_set_aside) for event in only(LevelRefused, raised.events)] == [(Level.IV, True)]
    assert only(LevelRefused, higher.events) == []
    assert proposed([*raised.events, *higher.events, *flows(river, 1600)]) == []
    assert proposed(flows(river, 100, 1500)) == [Level.IV]


def test_who_decides_below_the_proposed_level_is_said_to_have_refused_it(river: Night) -> None:
    river.activate(Level.IV, flow=1500)
    river.flow(3100)

    assert [event.is_set_aside for event in only(LevelRefused, river.change_level(Level.III).events)] == [False]


def test_drills_hold_and_keep_as_well(tmp_path: Path) -> None:
    night = Night(tmp_path, steady(minutes(10)))
    night.drill(Level.IV)
    night.flow(2100)

    assert proposed(list(night.forward(minutes(10)))) == [Level.III]
