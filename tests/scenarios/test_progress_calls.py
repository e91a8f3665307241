"""A search that goes on for hours: whoever leads it says how far it is, or is asked; the second silence goes up."""

from dataclasses import replace
from pathlib import Path

import pytest

from flows.model.commands import RecordFact, ReportProgress, SuspendTask
from flows.model.events import ProgressMissed
from flows.testing.night import Night, minutes, only, small_plan, task
from plans.model import Level


@pytest.fixture
def night(tmp_path: Path) -> Night:
    hourly = {Level.III: minutes(60), Level.II: minutes(30)}
    night = Night(tmp_path, small_plan([task("search", "patrol", done=minutes(4320), progress=hourly)]))
    night.activate()
    night.acknowledge("wang", "search.1")
    return night


def asked(events: object) -> list[tuple[int, tuple[str, ...]]]:
    return [(each.misses, tuple(told.person for told in each.told)) for each in only(ProgressMissed, events)]  # type: ignore[arg-type]


def test_whoever_took_it_on_is_asked_after_an_hour_without_a_word(night: Night) -> None:
    assert asked(night.forward(minutes(59))) == []
    assert asked(night.forward(minutes(1))) == [(1, ("wang",))]
    assert {each.person for each in night.messages if each.step.startswith("progress_missed")} == {"wang"}


def test_progress_missed_twice_goes_to_the_leader_as_well(night: Night) -> None:
    assert asked(night.forward(minutes(120))) == [(1, ("wang",)), (2, ("wang", "qian"))]


def test_a_word_of_progress_begins_the_hour_anew_and_forgives_the_miss(night: Night) -> None:
    night.forward(minutes(70))
    night.submit(ReportProgress(by="wang", assignment="search.1", text="two of four houses"))

    assert asked(night.forward(minutes(59))) == []
    assert asked(night.forward(minutes(1))) == [(1, ("wang",))]


def test_a_question_that_has_not_gone_out_is_taken_back_by_the_word_itself(night: Night) -> None:
    night.forward(minutes(60))
    night.submit(ReportProgress(by="wang", assignment="search.1", text="two of four houses"))

    questions = [each for each in night.messages if each.step.startswith("progress_missed")]
    assert questions
    assert {each.state.value for each in questions} == {"withdrawn"}


def test_a_higher_level_asks_sooner_at_once(night: Night) -> None:
    night.forward(minutes(40))

    assert asked(night.change_level(Level.II).events) == [(1, ("wang",))]


def test_nobody_is_asked_before_somebody_took_it_on(tmp_path: Path) -> None:
    night = Night(tmp_path, small_plan([task("search", "patrol", progress={Level.III: minutes(10)})]))
    night.activate()

    assert asked(night.forward(minutes(60))) == []


def test_nobody_is_asked_while_it_stands_still_or_when_it_is_done(night: Night) -> None:
    night.submit(SuspendTask(by="zhao", assignment="search.1", reason="cracks above"))
    assert asked(night.forward(minutes(300))) == []

    night.complete("wang", "search.1")
    assert asked(night.forward(minutes(300))) == []


def test_after_a_night_without_the_machine_one_question_is_asked_not_eight(night: Night) -> None:
    night.clock.forward(minutes(8 * 60))

    assert asked(night.engine.tick(night.response).events) == [(1, ("wang",))]


def test_other_news_does_not_count_as_progress(night: Night) -> None:
    night.forward(minutes(59))
    night.submit(RecordFact(by="zhao", name="flow", value=2100.0))

    assert asked(night.forward(minutes(1))) == [(1, ("wang",))]


def test_a_role_on_the_ladder_that_took_it_on_is_told_once(tmp_path: Path) -> None:
    plan = small_plan([task("search", "duty_leader", progress={Level.III: minutes(60)})])
    night = Night(tmp_path, replace(plan))
    night.activate()
    night.acknowledge("qian", "search.1")

    assert asked(night.forward(minutes(120))) == [(1, ("qian",)), (2, ("qian",))]
