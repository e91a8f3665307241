"""The second slide: what was done or is being done is done again, and the record says why."""

from pathlib import Path

import pytest

from flows.errors import WrongStateError
from flows.model.events import FactRecorded, TaskOpened, TaskWithdrawn
from flows.testing.night import ALL, START, Night, minutes, only, opened, small_plan, task, text
from plans.model import EvidenceField, EvidenceType, Fact, FactType, FindingKind, Level, Task


def slope() -> list[Task]:
    """Barriers and a closed road, then a survey, then clearing; a second slide restarts the first three."""
    return [
        task("barrier", "patrol"),
        task("close_road", "town", after=("barrier",)),
        task("survey", "duty_officer", after=("barrier",)),
        task("scheme", "deputy_commander", after=("survey",)),
        task("clear", "patrol", after=("scheme",)),
        task("second_slide", "duty_leader", each="slide", reopens=("barrier", "close_road", "survey", "clear")),
    ]


@pytest.fixture
def night(tmp_path: Path) -> Night:
    night = Night(tmp_path, small_plan(slope(), findings={"slide": FindingKind("slide", text("slide"))}))
    night.activate()
    return night


def test_second_slide_closes_the_road_again_and_restarts_the_survey_with_links_to_the_old_ones(night: Night) -> None:
    night.complete("wang", "barrier.1")
    night.complete("wu", "close_road.1")
    night.complete("zhao", "survey.1")

    slid = night.report("above K12", "slide")

    assert [(event.assignment, event.again, event.because) for event in only(TaskOpened, slid.events)] == [
        ("second_slide.1", "", ""),
        ("barrier.2", "barrier.1", "second_slide.1"),
        ("close_road.2", "close_road.1", "second_slide.1"),
        ("survey.2", "survey.1", "second_slide.1"),
    ]


def test_what_has_not_been_open_yet_waits_for_its_turn(night: Night) -> None:
    slid = night.report("above K12", "slide")

    assert opened(slid.events) == ["second_slide.1", "barrier.2"]


def test_round_under_way_gives_way_to_the_one_that_another_task_opens_again(night: Night) -> None:
    night.complete("wang", "barrier.1")
    night.acknowledge("wu", "close_road.1")

    slid = night.report("above K12", "slide")

    assert [event.assignment for event in only(TaskWithdrawn, slid.events)] == ["close_road.1", "survey.1"]
    assert "close_road.2" in opened(slid.events)


def test_scheme_is_approved_only_on_the_survey_after_the_second_slide(night: Night) -> None:
    night.complete("wang", "barrier.1")
    night.start("zhao", "survey.1")
    night.report("above K12", "slide")

    with pytest.raises(WrongStateError, match=r"survey\.1 is withdrawn"):
        night.complete("zhao", "survey.1")
    assert opened(night.complete("zhao", "survey.2").events) == ["scheme.1"]


def test_rounds_go_on_from_the_reopening(tmp_path: Path) -> None:
    every = {level: minutes(60) for level in ALL}
    night = Night(
        tmp_path,
        small_plan(
            [task("survey", "patrol", every=every), task("slide", "town", each="slide", reopens=("survey",))],
            findings={"slide": FindingKind("slide", text("slide"))},
        ),
    )
    night.activate()
    night.complete("wang", "survey.1")
    night.forward(minutes(20))
    night.report("above K12", "slide")
    night.complete("wang", "survey.2")

    rounds = [event for event in only(TaskOpened, night.forward(minutes(60))) if event.task == "survey"]

    assert [(event.assignment, event.at - START) for event in rounds] == [("survey.3", minutes(80))]


def test_tasks_that_reopen_each_other_open_once(tmp_path: Path) -> None:
    night = Night(
        tmp_path, small_plan([task("a", "town", reopens=("b",), again=("level",)), task("b", "patrol", reopens=("a",))])
    )
    night.activate()

    assert opened(night.change_level(Level.II).events) == ["a.2", "b.2"]


def windy(folder: Path, **more: object) -> Night:
    wind = Fact("wind", text("wind"), FactType.CHOICE, choices=("north", "south"))
    base = small_plan()
    night = Night(
        folder,
        small_plan(
            [task("cordon", "patrol", again=("wind", "level"), **more), task("watch", "town")], facts={**base.facts, "wind": wind}
        ),
    )
    night.activate()
    night.complete("wang", "cordon.1")
    return night


def test_task_opens_again_when_its_fact_changes(tmp_path: Path) -> None:
    night = windy(tmp_path)

    turned = night.fact("wind", "north")

    assert [(event.assignment, event.because, event.again) for event in only(TaskOpened, turned.events)] == [
        ("cordon.2", "fact wind", "cordon.1")
    ]


def test_same_value_again_is_no_change(tmp_path: Path) -> None:
    night = windy(tmp_path)
    night.fact("wind", "north")
    night.complete("wang", "cordon.2")

    assert opened(night.fact("wind", "north").events) == []
    assert opened(night.fact("wind", "south").events) == ["cordon.3"]


def test_task_opens_again_at_another_level(tmp_path: Path) -> None:
    night = windy(tmp_path)

    changed = night.change_level(Level.I)

    assert [(event.assignment, event.because) for event in only(TaskOpened, changed.events)] == [("cordon.2", "level")]


def test_task_that_is_over_does_not_open_again(tmp_path: Path) -> None:
    night = windy(tmp_path, repeat_until="flow < 500")
    night.flow(400)

    assert opened(night.fact("wind", "north").events) == []


def test_task_that_does_not_apply_does_not_open_again(tmp_path: Path) -> None:
    night = windy(tmp_path, levels=frozenset({Level.III}))

    assert opened(night.change_level(Level.IV).events) == []


def grading(folder: Path) -> Night:
    grade = Fact("grade", text("grade"), FactType.CHOICE, choices=("small", "large"))
    field = EvidenceField("judged", text("judged"), EvidenceType.CHOICE, fact="grade", choices=("small", "large"))
    base = small_plan()
    judge = task("judge", "duty_officer", evidence=(field,), again=("grade",))
    night = Night(
        folder,
        small_plan([judge, task("move", "town", when='grade == "large"')], facts={**base.facts, "grade": grade}),
    )
    night.activate()
    return night


def test_outcome_of_a_task_becomes_a_fact_and_opens_another_task(tmp_path: Path) -> None:
    night = grading(tmp_path)

    judged = night.complete("zhao", "judge.1", judged="large")

    assert [(event.name, event.value, event.by) for event in only(FactRecorded, judged.events)] == [("grade", "large", "zhao")]
    assert opened(judged.events) == ["move.1"]  # and its own result is no news to the judgement


def test_fact_from_elsewhere_asks_for_the_judgement_again(tmp_path: Path) -> None:
    night = grading(tmp_path)
    night.complete("zhao", "judge.1", judged="small")

    assert opened(night.fact("grade", "large").events) == ["judge.2", "move.1"]
