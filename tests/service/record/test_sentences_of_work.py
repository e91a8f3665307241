"""Sentences about what was found, reported, stopped, asked for and moved: in both languages, with names and times."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from flows.model.commands import (
    CloseFinding,
    Complete,
    CorrectReport,
    FileReport,
    RecordFact,
    ReportFinding,
    ResumeTask,
    SendBack,
    SuspendTask,
    UpdateFinding,
)
from flows.model.events import Event
from flows.running.engine import Turn
from flows.testing.night import ALL, Night, minutes, small_plan, task
from plans.model import ClockFrom, Daylight, EvidenceField, EvidenceType, FindingKind, Level, Plan, Report, Signal, Text
from service.record.sentences import Teller

ZONE = ZoneInfo("Asia/Shanghai")
BAD = EvidenceField("bad", Text("是否恶化", "getting worse"), EvidenceType.BOOLEAN, required=False)
LIMITS = {Level.III: minutes(60), Level.II: minutes(40)}


def plan() -> Plan:
    report = Report("government", ClockFrom.LEARNED, LIMITS, Text("市政府", "the city"), "fax", numbered=True)
    return small_plan(
        [
            task("written", "duty_officer", report=report, done=minutes(60)),
            task("clear", "patrol", pause="night", progress={level: minutes(60) for level in ALL}, again=("flow",)),
            task("judge", "town", each="danger", again=("finding.bad",)),
            task("fight", "town", each="danger", after=("judge",)),
            task("close_valve", "patrol"),
            task("confirm_valve", "duty_officer", confirms="close_valve", after=("close_valve",)),
            task("withdraw", "duty_officer", need="all", signal=Signal(("duty_officer",), stops=("judge",))),
        ],
        findings={"danger": FindingKind("danger", Text("险情", "danger"), (BAD,))},
        daylight=Daylight(34.36, 107.24),
    )


@pytest.fixture
def night(tmp_path: Path) -> Iterator[Night]:
    night = Night(tmp_path, plan())
    night.activate()
    yield night
    night.database.close()


def told(night: Night, history: tuple[Event, ...] | list[Event] | Turn) -> list[tuple[str, str]]:
    events = history.events if isinstance(history, Turn) else history
    teller = Teller(plan(), night.head.state, ZONE, str.title)
    return [(each.zh, each.en) for each in map(teller.tell, events)]


def test_the_night_and_the_pause_that_comes_with_it(night: Night) -> None:
    opening = told(night, night.history)
    night.forward(minutes(299))

    assert ("夜间，至06:26", "it is night until 06:26") in opening
    assert ("clear：暂停（夜间），时限停走", "clear: paused by the plan (it is night); its clocks stand still") in opening
    resumed = [zh for zh, _ in told(night, night.history) if zh.startswith("clear：恢复")]
    assert resumed == ["clear：恢复，时限顺延4小时26分：不再满足：夜间"]


def test_an_order_to_stop_and_to_go_on(night: Night) -> None:
    stopped = told(night, night.submit(SuspendTask(by="zhao", assignment="written.1", reason="等候省厅")))
    night.forward(minutes(5))
    resumed = told(night, night.submit(ResumeTask(by="zhao", assignment="written.1", reason="继续")))

    assert stopped == [
        ("written：Zhao令其暂停：等候省厅，时限停走", "written: Zhao suspended it: 等候省厅; its clocks stand still")
    ]
    assert resumed[0] == (
        "written：Zhao令其恢复，时限顺延5分钟：继续",
        "written: Zhao resumed it, its limits moved by 5 min: 继续",
    )


def test_a_report_filed_late_and_corrected(night: Night) -> None:
    night.forward(minutes(65))
    filed = told(night, night.submit(FileReport(by="zhao", assignment="written", text="三人", signed_by="qian", receipt="0213")))
    fixed = told(night, night.submit(CorrectReport(by="zhao", assignment="written", text="四人", reason="医治无效")))

    assert filed[0] == (
        "written（1号）：Zhao报送市政府，Qian签发，回执0213，迟报5分钟",
        "written no. 1: Zhao filed it to the city, signed by Qian, receipt 0213, 5 min late",
    )
    assert fixed == [("written（1号）：Zhao第1次更正：医治无效", "written no. 1: Zhao corrected it (1): 医治无效")]


def test_a_limit_that_a_higher_level_brings_forward(night: Night) -> None:
    raised = told(night, night.change_level(Level.II))

    assert ("written：时限由03:00提前到02:40：现为II级", "written: due at 02:40 instead of 03:00: level II") in raised


def test_a_finding_that_is_corrected_and_what_begins_anew_by_it(night: Night) -> None:
    night.submit(ReportFinding(by="wang", of="danger", label="K5+900"))
    for name in ("judge.1", "fight.1"):
        night.submit(Complete(by="wu", assignment=name))
    worse = told(night, night.submit(UpdateFinding(by="wang", finding="danger-1", values={"bad": "yes"})))
    judged = told(night, night.submit(Complete(by="wu", assignment="judge.2")))

    assert worse[:2] == [
        ("Wang更新险情 danger-1（K5+900）：是否恶化：是", "Wang updated danger danger-1 (K5+900): getting worse: yes"),
        (
            "judge：任务开始（第2轮），险情 danger-1（K5+900），Wu；因是否恶化有新结果再次开始",
            "judge: opened (round 2), for danger danger-1 (K5+900), Wu; opened again: getting worse was given anew",
        ),
    ]
    assert judged[-2][0].endswith("因“judge”（judge.2）重新办过再次开始")


def test_a_finding_from_its_report_to_its_close(night: Night) -> None:
    found = told(night, night.submit(ReportFinding(by="wang", of="danger", label="K5+900")))
    closed = told(night, night.submit(CloseFinding(by="wang", finding="danger-1", reason="已处置")))

    assert found[:2] == [
        ("Wang报告险情 danger-1：K5+900", "Wang reported danger danger-1: K5+900"),
        ("judge：任务开始，险情 danger-1（K5+900），Wu", "judge: opened, for danger danger-1 (K5+900), Wu"),
    ]
    assert closed[0] == ("Wang销号险情 danger-1（K5+900）：已处置", "Wang closed danger danger-1 (K5+900): 已处置")


def test_a_signal_and_what_it_stops(night: Night) -> None:
    from flows.model.commands import SendSignal

    night.submit(ReportFinding(by="wang", of="danger", label="K5+900"))
    sent = told(night, night.submit(SendSignal(by="zhao", signal="withdraw", reason="二次滑塌")))

    assert sent[0] == ("信号“withdraw”，Zhao发出：二次滑塌", "signal: withdraw, sent by Zhao: 二次滑塌")
    assert any(zh.startswith("judge：Zhao令其暂停") for zh, _ in sent)


def test_why_a_task_opened_again(night: Night) -> None:
    night.clock.forward(timedelta(hours=6))
    night.engine.tick(night.response)
    again = told(night, night.submit(RecordFact(by="zhao", name="flow", value=2600.0)))

    assert (
        "clear：任务开始（第2轮），Wang；因flow变化再次开始",
        "clear: opened (round 2), Wang; opened again: flow changed",
    ) in again


def test_progress_that_nobody_reported(night: Night) -> None:
    night.clock.forward(datetime(2026, 9, 4, 4, 0, tzinfo=ZoneInfo("UTC")) - night.clock.now())
    night.engine.tick(night.response)
    night.acknowledge("wang", "clear.1")
    night.forward(minutes(120))

    assert (
        "clear：第2次未按时报告进展，已催Wang、Qian",
        "clear: no word of progress in time (2 in a row); asked Wang, Qian",
    ) in told(night, night.history)


def test_what_was_not_confirmed_goes_back_with_the_reason(night: Night) -> None:
    who = night.task("close_valve.1").assignees[0]
    night.complete(who, "close_valve.1")

    back = told(night, night.submit(SendBack(by="zhao", assignment="confirm_valve.1", reason="阀门仍在漏")))

    assert back[0] == (
        "confirm_valve：Zhao未予确认，退回“close_valve”：阀门仍在漏",
        "confirm_valve: Zhao did not confirm it and sent back close_valve (close_valve.1): 阀门仍在漏",
    )
    assert back[1] == (
        f"close_valve：任务开始（第2轮），{who.title()}；因“confirm_valve”（confirm_valve.1）再次开始：阀门仍在漏",
        f"close_valve: opened (round 2), {who.title()}; opened again: confirm_valve (confirm_valve.1): 阀门仍在漏",
    )
