"""Earthquake, mine fire, ice, supplies, holiday, inspection: each runs at every level from the first call to the archive."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.deciding.reports.drafts import draft_report
from flows.model.commands import OpenResponse
from flows.model.events import EndProposed, Event, ResponseOpened
from flows.testing.night import Night, only
from flows.testing.runs import Run
from plans.catalog import load
from plans.model import Level
from resources.moments import BUREAU_ZONE, zone_named
from resources.samples import sample_duty

QUARTER = timedelta(minutes=15)
MORNING = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # 10:00 in Baoji


@dataclass(frozen=True)
class Story:
    """What is found during the response, and what people answer so that it can end."""

    plan: str
    answers: dict[str, str]
    findings: tuple[str, ...]


STORIES = (
    Story(
        "earthquake",
        {"all_heard": "true", "trapped": "0", "comms_restored": "true", "buildings_checked": "true", "loss_stable": "true"},
        ("silent_area", "site", "wave", "area", "strong_aftershock"),
    ),
    Story(
        "coal_mine_fire",
        {"trapped": "0", "count_certain": "true", "methane": "0.2", "carbon_monoxide": "5", "oxygen": "20.5"},
        ("wave", "group", "gas_alarm", "request"),
    ),
    Story(
        "snow_ice_road",
        {"road_state": "open", "stranded": "0", "hazmat_held": "0", "villages_cut": "0", "ice": "true"},
        ("hazmat_vehicle", "holding_point", "queue", "convoy", "crash", "salt_request"),
    ),
    Story(
        "epidemic_supplies",
        {"open_requests": "0", "supply_normal": "true", "stock_days": "20", "counties_short": "0"},
        ("request", "shortage", "arrival", "requisition"),
    ),
    Story("holiday_duty", {"holiday_over": "true", "posts_missing": "0"}, ("risk", "post_check", "empty_post", "event")),
    Story(
        "hazard_inspection",
        {"round_done": "true", "major_open": "0", "overdue": "0", "imminent_danger": "true", "grade": "major", "passed": "true"},
        ("inspection", "hazard", "late", "tip"),
    ),
)

OVER = {
    "earthquake": {"all_heard": "true", "trapped": "0", "loss_stable": "true"},
    "coal_mine_fire": {"fire": "false", "trapped": "0", "methane": "0.2", "carbon_monoxide": "5"},
    "snow_ice_road": {"road_state": "open", "ice": "false", "stranded": "0", "hazmat_held": "0"},
    "epidemic_supplies": {"supply_normal": "true", "open_requests": "0"},
    "holiday_duty": {"holiday_over": "true"},
    "hazard_inspection": {"round_done": "true", "major_open": "0", "overdue": "0", "found": "7", "rectified": "7"},
}


def run(story: Story, level: Level) -> Run:
    begun = Run(load(story.plan), level, MORNING, story.answers)
    # shifts open by themselves
    begun.forward(max((kind.every for kind in begun.plan.findings.values() if kind.every), default=MORNING - MORNING))
    for kind in story.findings:
        begun.report(kind)
    return begun


@pytest.mark.parametrize("level", Level, ids=lambda level: level.name)
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.plan)
def test_every_task_of_a_level_opens_is_done_and_the_response_reaches_its_archive(story: Story, level: Level) -> None:
    response = run(story, level)

    response.finish_everything()
    response.stand_down()
    response.finish_everything()

    asked = {name for name, task in response.plan.tasks.items() if level in task.levels and not task.signal}
    assert response.opened == asked
    (archive,) = response.state.of_task("archive")
    assert archive.has_ended


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.plan)
def test_every_report_is_drafted_in_both_languages_from_what_is_known(story: Story) -> None:
    response = run(story, Level.I)
    response.finish_everything()
    reports = [each for name, task in response.plan.tasks.items() if task.report for each in response.state.of_task(name)]

    drafts = [draft_report(response.plan, response.state, each, response.now, zone_named(BUREAU_ZONE)) for each in reports]

    assert {draft.fault for draft in drafts} == {""}
    assert all(draft.text.zh and draft.text.en for draft in drafts)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.plan)
def test_the_end_is_proposed_once_what_it_waits_for_has_held(story: Story) -> None:
    response = Run(load(story.plan), Level.IV, MORNING)
    hold = response.plan.end.hold

    for fact, value in OVER[story.plan].items():
        response.record("duty_officer", fact, value)
    before = while_readings_come(response, hold - QUARTER)
    then = while_readings_come(response, QUARTER)

    assert only(EndProposed, before) == []
    assert len(only(EndProposed, then)) == 1


def while_readings_come(response: Run, duration: timedelta) -> list[Event]:
    """What is measured stays as it was and never grows old."""
    measured = {name: value for name, value in OVER[response.plan.name].items() if response.plan.facts[name].fresh}
    seen, end = list[Event](), response.now + duration
    while response.now < end:
        for fact, value in measured.items():
            seen += response.record("duty_officer", fact, value)
        seen += response.forward(QUARTER)
    return seen


@pytest.mark.parametrize("level", Level, ids=lambda level: level.name)
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.plan)
def test_the_sample_bureau_opens_the_plan_at_every_level(tmp_path: Path, story: Story, level: Level) -> None:
    night = Night(tmp_path, load(story.plan), sample_duty(zone_named(BUREAU_ZONE)))

    turn = night.engine.open(
        story.plan, OpenResponse(incident="突发事件", level=level, by="chenzhiyuan", approved_by="gaozhenhua"), ""
    )

    (opened,) = only(ResponseOpened, turn.events)
    assert opened.level is level
    night.database.close()
