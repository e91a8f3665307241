"""A level is left by whoever may approve it; an end against the facts or over an unanswered signal is confirmed and recorded."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from flows.errors import NotAuthorisedError, TwoPeopleError
from flows.model.commands import ChangeLevel, Close, FileReport, OpenResponse, ProposeEnd, StandDown
from flows.model.events import EndProposed, LevelChanged, LevelProposed, StoodDown
from flows.model.state import Status
from flows.objection_errors import ObjectionsError
from flows.testing.night import Night, minutes, only, small_plan, task
from plans.catalog import load
from plans.model import EndCondition, Level
from resources.samples import sample_duty
from service.record.told import told_entries

OFFICER, HEAD, COMMANDER, ON_SCENE = "chenzhiyuan", "zhengguoqiang", "gaozhenhua", "weiguodong"
SHANGHAI = ZoneInfo("Asia/Shanghai")
ANY = {"text": "已核实", "number": "1", "boolean": "true", "time": "2026-09-04T01:50", "file": "报告.pdf", "image": "现场.jpg"}


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Callable[..., Night]]:
    nights: list[Night] = []

    def of(plan: str, level: Level, **facts: float | str) -> Night:
        night = Night(tmp_path, load(plan), sample_duty(SHANGHAI))
        nights.append(night)
        opening = OpenResponse(incident="险情", level=level, facts=facts, by=OFFICER, approved_by=COMMANDER)
        night.response = night.engine.open(plan, opening, "").response
        return night

    yield of
    for night in nights:
        night.database.close()


def stand_down(approved_by: str, by: str = OFFICER, although: str = "") -> StandDown:
    return StandDown(by=by, reason="水已退", approved_by=approved_by, although=although)


def test_head_of_the_office_alone_does_not_end_the_highest_level(bureau: Callable[..., Night]) -> None:
    night = bureau("flood", Level.I, flow=6000.0)

    with pytest.raises(NotAuthorisedError, match=f"{HEAD} may not stand the response down: it takes one of commander"):
        night.submit(stand_down(HEAD, by=HEAD, although="水已退"))
    assert night.head.state.status is Status.OPEN


def test_who_asks_for_the_end_does_not_approve_it_where_the_level_wants_two(bureau: Callable[..., Night]) -> None:
    night = bureau("flood", Level.I, flow=6000.0)

    with pytest.raises(TwoPeopleError, match="may not approve the end of level I: nobody else proposed it"):
        night.submit(stand_down(COMMANDER, by=COMMANDER, although="水已退"))


def test_end_against_the_facts_is_asked_about_and_the_record_keeps_both(bureau: Callable[..., Night]) -> None:
    night = bureau("flood", Level.I, flow=6000.0)

    with pytest.raises(ObjectionsError, match="the end condition does not hold: Flow"):
        night.submit(stand_down(COMMANDER))
    assert night.head.state.status is Status.OPEN
    night.submit(stand_down(COMMANDER, although="水文站读数有误，现场已核实"))

    said = [entry.words for entry in told_entries(night.engine, night.response, SHANGHAI) if "终止响应，" in entry.words.zh]
    assert len(said) == 1
    assert "当时终止条件不成立" in said[0].zh
    assert "仍作此决定：水文站读数有误，现场已核实" in said[0].zh
    assert "although the end condition does not hold" in said[0].en


def test_end_over_an_unanswered_signal_names_who_has_not_answered(bureau: Callable[..., Night]) -> None:
    night = bureau("landslide", Level.III, road_state="closed", road_class="trunk")
    night.signal("withdraw", by=ON_SCENE, reason="坡体在动")
    night.forward(timedelta(seconds=25))

    with pytest.raises(ObjectionsError, match=r"is not yet answered by ") as asked:
        night.submit(stand_down(COMMANDER))

    assert any("全员撤离" in each.zh and "尚无" in each.zh for each in asked.value.objections)


def test_level_is_lowered_by_whoever_may_approve_the_one_that_is_left(bureau: Callable[..., Night]) -> None:
    night = bureau("flood", Level.I, flow=6000.0)
    lower = ChangeLevel(by=OFFICER, level=Level.IV, reason="降级", approved_by=HEAD, although="现场平稳")

    with pytest.raises(NotAuthorisedError, match=f"{HEAD} may not approve level IV: it takes one of commander"):
        night.submit(lower)
    with pytest.raises(ObjectionsError, match=r"cannot lower the level to IV.*the facts call for level I: Flow"):
        night.submit(replace(lower, approved_by=COMMANDER, although=""))

    (changed,) = only(LevelChanged, night.submit(replace(lower, approved_by=COMMANDER)).events)
    assert (changed.level, changed.although) == (Level.IV, "现场平稳")
    assert changed.objections[0].zh.startswith("按事实应为I级")


def rules_by_level(tmp_path: Path) -> Night:
    """Level IV is approved by the duty leader, everything above by the deputy commander; no list of its own for the end."""
    plan = small_plan([task("verify", "duty_officer")])
    duty_leader = replace(plan.levels[Level.IV], approve=("duty_leader",))
    return Night(
        tmp_path, replace(plan, levels={**plan.levels, Level.IV: duty_leader}, end=EndCondition("flow < 1000", minutes(60)))
    )


def test_falling_water_asks_the_approvers_of_the_level_that_would_be_left(tmp_path: Path) -> None:
    night = rules_by_level(tmp_path)
    night.activate(Level.III, approved_by="sun")
    night.flow(2500)

    (proposed,) = only(LevelProposed, night.flow(1500).events)

    assert (proposed.level, [told.person for told in proposed.told]) == (Level.IV, ["sun"])


def test_end_is_asked_of_whoever_may_approve_the_level_in_force_where_the_plan_names_nobody(tmp_path: Path) -> None:
    night = rules_by_level(tmp_path)
    night.activate(Level.IV, approved_by="qian")

    (proposed,) = only(EndProposed, night.submit(ProposeEnd(by="zhao", reason="雨停了")).events)

    assert [told.person for told in proposed.told] == ["qian"]


def test_end_that_its_condition_proposed_needs_no_confirmation(tmp_path: Path) -> None:
    night = rules_by_level(tmp_path)
    night.activate(Level.IV, approved_by="qian")
    night.flow(800)
    night.forward(minutes(60))

    (ended,) = only(StoodDown, night.submit(StandDown(by="qian", reason="水已退", although="不需要")).events)

    assert (ended.objections, ended.although) == ((), "")


def test_end_before_the_condition_has_held_long_enough_says_how_much_is_missing(tmp_path: Path) -> None:
    night = rules_by_level(tmp_path)
    night.activate(Level.IV, approved_by="qian")
    night.flow(800)
    night.forward(minutes(45))

    with pytest.raises(ObjectionsError, match="must hold for 1 h, 15 min are still missing"):
        night.submit(StandDown(by="qian", reason="水已退"))


def test_reports_that_are_owed_outlive_the_end_and_the_closing_asks_about_them(bureau: Callable[..., Night]) -> None:
    night = bureau("landslide", Level.III, road_state="closed", road_class="trunk")
    for name in ("verify.1", "close_road.1"):
        skipped = night.task(name)
        needed = {each.name: ANY[each.type.value] for each in night.plans.plan.tasks[skipped.task].evidence if not each.choices}
        chosen = {each.name: each.choices[0] for each in night.plans.plan.tasks[skipped.task].evidence if each.choices}
        night.complete(skipped.assignees[0], name, **needed, **chosen)
    night.submit(stand_down(COMMANDER, although="道路已抢通"))

    owed = {each.id for each in night.head.state.assignments.unended if night.plans.plan.tasks[each.task].report}
    assert owed >= {"phone_report.1", "blockage_report.1"}
    with pytest.raises(ObjectionsError, match=r"\(phone_report.1\) is still open"):
        night.submit(Close(by=OFFICER, reason="归档"))

    night.submit(FileReport(by=OFFICER, assignment="phone_report.1", text="首报", receipt="市总值班室李明", via="test"))
    assert "written_report.1" in {each.id for each in night.head.state.assignments.unended}
