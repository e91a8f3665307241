"""The same thing reported twice: the door asks; what is opened again takes the place of what was open, once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from flows.model.commands import OpenResponse, ReportFinding
from flows.model.events import FindingReported, TaskOpened, TaskWithdrawn
from flows.objection_errors import AlikeFindingError
from flows.testing.night import Night, only
from plans.catalog import load
from plans.model import Level
from resources.samples import sample_duty

OFFICER, COMMANDER, ON_SCENE = "chenzhiyuan", "gaozhenhua", "weiguodong"
SLIDE = ReportFinding(by=ON_SCENE, of="second_slide", label="K87+600 上边坡", values={"km_post": "K87+600"})


@pytest.fixture
def night(tmp_path: Path) -> Iterator[Night]:
    night = Night(tmp_path, load("landslide"), sample_duty(ZoneInfo("Asia/Shanghai")))
    facts: dict[str, float | str] = {"road_state": "closed", "road_class": "trunk"}
    opening = OpenResponse(incident="滑坡", level=Level.III, facts=facts, by=OFFICER, approved_by=COMMANDER)
    night.response = night.engine.open("landslide", opening, "").response
    yield night
    night.database.close()


def test_same_place_three_seconds_later_is_asked_about_and_opens_nothing(night: Night) -> None:
    night.submit(SLIDE)
    night.forward(timedelta(seconds=3))

    with pytest.raises(AlikeFindingError, match=r"the same as second_slide-1, reported 3 s ago by 魏国栋.*--another") as asked:
        night.submit(replace(SLIDE, by=OFFICER, label="再次滑塌", values={"km_post": "k87 + 600"}))

    assert "与魏国栋3秒前报告的 second_slide-1 相同" in asked.value.told.zh
    assert [name for name in night.head.state.findings if name.startswith("second_slide")] == ["second_slide-1"]


def test_said_to_be_another_it_is_another(night: Night) -> None:
    night.submit(SLIDE)

    reported = night.submit(replace(SLIDE, another=True))

    assert [event.finding for event in only(FindingReported, reported.events)] == ["second_slide-2"]


def test_sent_twice_by_one_person_it_is_one(night: Night) -> None:
    night.submit(SLIDE)

    assert not night.submit(SLIDE).events


def test_another_place_or_a_quarter_of_an_hour_later_is_not_asked_about(night: Night) -> None:
    night.submit(SLIDE)

    elsewhere = night.submit(replace(SLIDE, label="K91+200", values={"km_post": "K91+200"}))
    night.forward(timedelta(minutes=15))
    later = night.submit(SLIDE)

    assert only(FindingReported, elsewhere.events)
    assert only(FindingReported, later.events)


def test_what_a_second_slide_opens_again_takes_the_place_of_the_round_under_way(night: Night) -> None:
    night.complete(night.task("verify.1").assignees[0], "verify.1", **_evidence(night, "verify"))
    night.acknowledge(night.task("barriers.1").assignees[0], "barriers.1")

    again = night.submit(SLIDE)

    assert [event.task for event in only(TaskOpened, again.events)].count("barriers") == 1
    assert "barriers.1" in {event.assignment for event in only(TaskWithdrawn, again.events)}
    assert [each.id for each in night.head.state.assignments.unended if each.task == "barriers"] == ["barriers.2"]
    (gone,) = [event for event in only(TaskWithdrawn, again.events) if event.assignment == "barriers.1"]
    assert not gone.released, "who is called again is not called off"


def _evidence(night: Night, task: str) -> dict[str, str]:
    fits = {"time": "2026-09-04T01:50", "number": "1", "boolean": "true"}
    fields = night.plans.plan.tasks[task].evidence
    return {each.name: each.choices[0] if each.choices else fits.get(each.type.value, "已核实") for each in fields}
