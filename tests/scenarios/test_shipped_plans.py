"""The shipped plans with the sample bureau: what happens on the levee and below the slope does not wait for the paper."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from flows.model.commands import ChangeLevel, Complete, FileReport, OpenResponse
from flows.model.events import TaskOpened, TaskReassigned, TaskSuspended
from flows.running.engine import Turn
from flows.testing.night import START, Night, only, opened
from notifications.message import Priority
from plans.catalog import known, load
from plans.model import EvidenceField, Level
from resources.samples import sample_duty

OFFICER, COMMANDER, ON_SCENE = "chenzhiyuan", "liangwenbo", "weiguodong"
ANY = {"text": "已核实", "number": "1", "boolean": "true", "time": "2026-09-04T02:10", "file": "报告.pdf", "image": "现场.jpg"}


class Bureau:
    """A response of a shipped plan; whoever was called does what is asked, and says what the story needs."""

    def __init__(self, night: Night) -> None:
        self.night = night

    def open(self, level: Level, **facts: float | str) -> Turn:
        opening = OpenResponse(incident="演练事件", level=level, facts=facts, by=OFFICER, approved_by=COMMANDER)
        turn = self.night.engine.open(self.night.plans.plan.name, opening, "")
        self.night.response = turn.response
        return turn

    def done(self, assignment: str, **said: str) -> Turn:
        task, who = self.night.plans.plan.tasks[self.night.task(assignment).task], self.night.task(assignment).assignees[0]
        if task.report:
            report = FileReport(
                by=who, assignment=assignment, text="情况报告", signed_by="zhaojianguo", receipt="收到", via="test"
            )
            return self.night.submit(report)
        evidence = {each.name: said.get(each.name, _any(each)) for each in task.evidence if each.required or each.name in said}
        return self.night.submit(Complete(by=who, assignment=assignment, evidence=evidence, reason="", via="test"))


def _any(field: EvidenceField) -> str:
    return field.choices[0] if field.choices else ANY[field.type.value]


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Callable[[str], Bureau]]:
    nights: list[Night] = []

    def of(plan: str) -> Bureau:
        nights.append(Night(tmp_path, load(plan), sample_duty(ZoneInfo("Asia/Shanghai"))))
        return Bureau(nights[-1])

    yield of
    for night in nights:
        night.database.close()


def test_danger_on_the_levee_is_fought_while_the_report_is_not_even_verified(bureau: Callable[[str], Bureau]) -> None:
    flood = bureau("flood")
    flood.open(Level.III, flow=3300.0)

    found = flood.night.report("12+350", by="xuhongbin", chainage="12+350", kind="piping")
    reported = flood.done("report_danger.1", kind="piping", water="muddy")
    graded = flood.done("classify_danger.1", grade="major", worst="major")

    assert opened(found.events) == ["report_danger.1"]
    assert opened(reported.events) == ["classify_danger.1", "first_protection.1"]
    assert sorted(opened(graded.events)) == ["call_out.1", "decide_evacuation.1", "on_site_hq.1", "send_supplies.1"]
    assert not flood.night.task("verify.1").has_ended


def test_falling_level_hands_the_fight_to_the_works_manager_and_keeps_its_safety_watch(
    bureau: Callable[[str], Bureau],
) -> None:
    flood = bureau("flood")
    flood.open(Level.III, flow=3300.0)
    flood.night.report("12+350", by="xuhongbin", chainage="12+350", kind="piping")
    for name in ("report_danger", "classify_danger", "on_site_hq", "scheme", "call_out", "assemble", "send_supplies"):
        flood.done(f"{name}.1", **({"grade": "larger", "worst": "larger"} if name == "classify_danger" else {}))

    lowered = flood.night.submit(
        ChangeLevel(by=OFFICER, level=Level.IV, reason="洪峰已过", approved_by=COMMANDER, although="上游已退水")
    )

    assert [(each.assignment, each.assignees) for each in only(TaskReassigned, lowered.events)] == [("fight.1", ("panxinmin",))]
    assert not flood.night.task("safety_watch.1").has_ended


def test_second_slide_withdraws_everybody_and_starts_the_road_from_the_beginning(bureau: Callable[[str], Bureau]) -> None:
    slide = bureau("landslide")
    slide.open(Level.III, road_state="closed", road_class="trunk")
    said = {
        "verify": {"state": "closed", "class": "trunk"},
        "check_buried": {"missing": "0", "vehicles": "0"},
        "survey": {"moving": "false"},
        "judge": {"hours": "14", "people": "20"},
        "scheme": {"method": "clear", "night": "true"},
    }
    names = ("verify", "barriers", "close_road", "check_buried", "survey", "judge", "approve", "notify", "machines")
    for name in (*names, "experts_arrive", "lookout", "scheme"):
        slide.done(f"{name}.1", **said.get(name, {}))

    again = slide.night.report("K875+800", "second_slide", ON_SCENE, km_post="K875+800", seen_at="2026-09-04T17:15")
    signal = slide.night.signal("withdraw", ON_SCENE, "再次滑塌")

    assert [(event.assignment, event.again) for event in only(TaskOpened, again.events)] == [
        ("second_slide_retreat.1", ""),
        ("barriers.2", "barriers.1"),
        ("close_road.2", "close_road.1"),
        ("check_buried.2", "check_buried.1"),
        ("survey.2", "survey.1"),
    ]
    assert [event.assignment for event in only(TaskSuspended, signal.events)] == ["clear_half.1"]
    assert "hejun" in slide.night.task("withdraw.1").assignees


def test_road_that_was_open_by_half_is_surveyed_and_planned_again_before_it_is_cleared(
    bureau: Callable[[str], Bureau],
) -> None:
    slide = bureau("landslide")
    slide.open(Level.IV, road_state="closed")
    said = {
        "verify": {"state": "closed"},
        "check_buried": {"missing": "0", "vehicles": "0"},
        "survey": {"moving": "false"},
        "judge": {"people": "0"},
        "scheme": {"night": "true"},
        "half_width_check": {"state": "half"},
    }
    names = ("verify", "barriers", "close_road", "check_buried", "survey", "judge", "approve", "notify", "machines")
    for name in (*names, "experts_arrive", "lookout", "scheme", "clear_half", "half_width_check"):
        slide.done(f"{name}.1", **said.get(name, {}))
    slide.night.report("K875+800", "second_slide", ON_SCENE, km_post="K875+800", seen_at="2026-09-04T17:15")

    closed = slide.done("second_slide_retreat.1", state="closed")
    surveyed = slide.done("survey.2", moving="false")
    planned = slide.done("scheme.2", night="true")

    assert "scheme.2" not in opened(closed.events)
    assert "scheme.2" in opened(surveyed.events)
    assert "clear_half.2" in opened(planned.events)


@pytest.mark.parametrize("plan", known())
def test_sample_bureau_has_somebody_for_every_task_of_a_shipped_plan(plan: str) -> None:
    duty = sample_duty(ZoneInfo("Asia/Shanghai"))
    roles = {role for task in load(plan).tasks.values() for role in (task.role, task.hand_over) if role}

    assert [role for role in sorted(roles) if not duty.holders(role, START)] == []


def test_signal_goes_out_before_everything_else(bureau: Callable[[str], Bureau]) -> None:
    flood = bureau("flood")
    flood.open(Level.III, flow=3300.0)

    flood.night.signal("withdraw", ON_SCENE, "管涌扩大")
    flood.night.forward(timedelta(seconds=1))

    assert {each.priority for each in flood.night.messages if each.assignment == "withdraw.1"} == {Priority.FLASH}
