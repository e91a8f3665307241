"""Reports to those above: limits that begin when the event became known, three tracks at once, numbers, zeros and corrections."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from flows.deciding.reports.drafts import draft_report
from flows.errors import NotAuthorisedError, ReasonRequiredError, WrongStateError
from flows.model.commands import CorrectReport, FileReport, OpenResponse, RecordFact
from flows.model.events import DeadlineMissed, LimitMoved, ReportCorrected, ReportFiled, StepFired, TaskCompleted
from flows.model.state import TaskStatus
from flows.report_errors import (
    CorrectionOverError,
    FutureError,
    MustBeFiledError,
    NotAReportError,
    ReportTextError,
    SignatureError,
)
from flows.running.engine import Turn
from flows.testing.night import START, Night, minutes, only, small_duty, small_plan, task, text
from plans.model import (
    ClockFrom,
    CorrectFrom,
    EvidenceField,
    EvidenceType,
    Fact,
    FactType,
    Level,
    Plan,
    Report,
    Source,
    Task,
    Text,
)

ZONE = ZoneInfo("Asia/Shanghai")
HOUR = dict.fromkeys(Level, minutes(60))
RECEIPT = EvidenceField("receipt", text("receipt"), EvidenceType.TEXT)


def report(name: str, *, within: dict[Level, timedelta] = HOUR, clock: ClockFrom = ClockFrom.LEARNED, **more: object) -> Task:
    of_task = {key: more.pop(key) for key in ("every", "after", "source", "late", "evidence", "role", "levels") if key in more}
    asked = {"to": Text("市政府", "the city"), "by": "fax", **more}
    made = Report(track=name, clock_from=clock, within=within, **asked)  # type: ignore[arg-type]  # the fields are the caller's
    role = of_task.pop("role", "duty_officer")
    return task(name, role, done=max(within.values()), life_safety=False, report=made, **of_task)  # type: ignore[arg-type]


def plan_of(*tasks: Task) -> Plan:
    plan = small_plan(tasks)
    deaths = Fact("deaths", Text("死亡", "deaths"), FactType.NUMBER, "1")
    return replace(plan, facts={**plan.facts, "deaths": deaths}, sources={"law": Source("law", "生产安全事故报告和调查处理条例")})


def open_late(night: Night, *, ago: timedelta, which: str = "learned_at", **more: object) -> Turn:
    """The response opens some time after the bureau heard of it."""
    heard = {which: night.clock.now() - ago, **more}
    opening = OpenResponse(incident="液氯罐车侧翻", level=Level.III, by="zhao", approved_by="sun", **heard)  # type: ignore[arg-type]
    turn = night.engine.open("small", opening)
    night.response = turn.response
    return turn


def file(night: Night, assignment: str, words: str = "三人死亡", by: str = "zhao", **more: object) -> Turn:
    return night.submit(FileReport(by=by, assignment=assignment, text=words, **more))  # type: ignore[arg-type]


def test_a_written_report_has_twenty_minutes_left_when_the_response_opens_forty_after_it_was_learned(tmp_path: Path) -> None:
    night = Night(tmp_path, plan_of(report("written", late="late")))
    open_late(night, ago=minutes(40))

    assert night.task("written.1").done_by == START + minutes(20)
    assert not [each for each in only(DeadlineMissed, night.forward(minutes(19))) if each.clock == "done"]
    file(night, "written.1")
    (filed,) = night.head.state.reports.values()
    assert filed.late == timedelta(0)


def test_a_report_filed_too_late_says_by_how_much(tmp_path: Path) -> None:
    night = Night(tmp_path, plan_of(report("written", late="late")))
    open_late(night, ago=minutes(40))

    events = night.forward(minutes(25))
    file(night, "written.1")

    assert [each.due for each in only(DeadlineMissed, events) if each.clock == "done"] == [START + minutes(20)]
    assert night.head.state.reports["written.1"].late == minutes(5)


def test_a_limit_that_had_passed_before_the_opening_is_missed_at_once_and_climbs(tmp_path: Path) -> None:
    night = Night(tmp_path, plan_of(report("written", late="late")))
    turn = open_late(night, ago=minutes(90))

    assert [each.due for each in only(DeadlineMissed, turn.events)] == [START - minutes(30)]
    assert {each.step for each in only(StepFired, turn.events) if each.clock == "done"} == {"remind", "tell"}


def test_three_tracks_run_at_once_each_with_its_own_clock(tmp_path: Path) -> None:
    environment = report("environment", within=dict.fromkeys(Level, minutes(240)), clock=ClockFrom.RECEIVED, role="town")
    accident = report("accident", within=dict.fromkeys(Level, minutes(120)), clock=ClockFrom.OCCURRED, role="patrol")
    night = Night(tmp_path, plan_of(report("written"), environment, accident))
    open_late(night, ago=minutes(40), occurred_at=START - minutes(70), received_at=START - minutes(10))

    limits = {each.id: each.done_by - START for each in night.head.state.assignments.values()}

    assert limits == {"written.1": minutes(20), "environment.1": minutes(230), "accident.1": minutes(50)}


def test_where_nobody_said_when_it_was_learned_the_opening_counts(tmp_path: Path) -> None:
    night = Night(tmp_path, plan_of(report("written")))
    night.activate()

    assert night.task("written.1").done_by == START + minutes(60)


def test_what_lies_in_the_future_has_not_been_learned(tmp_path: Path) -> None:
    night = Night(tmp_path, plan_of(report("written")))

    with pytest.raises(FutureError, match="learned"):
        open_late(night, ago=minutes(-5))


def test_a_higher_level_shortens_the_limit_and_a_lower_one_does_not_lengthen_it(tmp_path: Path) -> None:
    by_level = {Level.IV: minutes(240), Level.III: minutes(240), Level.II: minutes(120), Level.I: minutes(120)}
    night = Night(tmp_path, plan_of(report("environment", within=by_level)))
    open_late(night, ago=minutes(40))
    night.forward(minutes(30))

    raised = night.change_level(Level.II)
    lowered = night.change_level(Level.IV)

    (moved,) = only(LimitMoved, raised.events)
    assert (moved.before - START, moved.done_by - START) == (minutes(200), minutes(80))
    assert only(LimitMoved, lowered.events) == []
    assert night.task("environment.1").done_by == START + minutes(80)


def test_a_limit_that_the_higher_level_puts_into_the_past_is_missed_at_once(tmp_path: Path) -> None:
    by_level = {Level.III: minutes(240), Level.II: minutes(30), Level.IV: minutes(240), Level.I: minutes(30)}
    night = Night(tmp_path, plan_of(report("environment", within=by_level, late="late")))
    open_late(night, ago=minutes(40))

    raised = night.change_level(Level.II)

    assert [each.due for each in only(DeadlineMissed, raised.events)] == [START - minutes(10)]


def continued(*, zero: bool = False) -> Plan:
    every = {Level.III: minutes(240)}
    return plan_of(report("continued", within=every, every=every, numbered=True, fields=("deaths",), zero=zero))


def test_continued_reports_are_numbered_over_their_rounds(tmp_path: Path) -> None:
    night = Night(tmp_path, continued())
    night.activate()

    for number in (1, 2, 3):
        file(night, f"continued.{number}")
        night.forward(minutes(240))

    assert [each.number for each in only(ReportFiled, night.history)] == [1, 2, 3]


def test_a_later_round_counts_from_its_own_opening(tmp_path: Path) -> None:
    night = Night(tmp_path, continued())
    open_late(night, ago=minutes(40))
    file(night, "continued.1")
    night.forward(minutes(240))

    assert night.task("continued.2").done_by == START + minutes(480)


def test_the_draft_names_what_is_not_known_and_does_not_guess_it(tmp_path: Path) -> None:
    words = Text(
        "{{ incident }}：死亡{{ deaths }}人，{{ level }}级，第{{ report_number }}号", "{{ deaths }} dead, no. {{ report_number }}"
    )
    night = Night(tmp_path, plan_of(report("written", fields=("deaths",), text=words)))
    open_late(night, ago=minutes(40))

    def draft() -> tuple[Text, list[str]]:
        head = night.head
        drafted = draft_report(night.plans.plan, head.state, head.state.assignments["written.1"], night.clock.now(), ZONE)
        return drafted.text, [fact.name for fact in drafted.unknown]

    assert draft() == (Text("液氯罐车侧翻：死亡待核实人，III级，第1号", "being verified dead, no. 1"), ["deaths"])
    night.submit(RecordFact(by="zhao", name="deaths", value=3.0))
    assert draft() == (Text("液氯罐车侧翻：死亡3人，III级，第1号", "3 dead, no. 1"), [])


def test_without_a_text_of_its_own_the_draft_lists_when_what_and_how_many(tmp_path: Path) -> None:
    night = Night(tmp_path, plan_of(report("written", fields=("deaths",), numbered=True)))
    open_late(night, ago=minutes(40))
    head = night.head

    drafted = draft_report(night.plans.plan, head.state, head.state.assignments["written.1"], night.clock.now(), ZONE)

    for words in ("第1号", "报送：市政府", "液氯罐车侧翻", "接报时间：2026年9月4日01时20分", "死亡：待核实", "发生时间：待核实"):
        assert words in drafted.text.zh
    assert "deaths: being verified" in drafted.text.en


def test_a_text_that_cannot_be_filled_still_gives_a_draft_and_says_why(tmp_path: Path) -> None:
    night = Night(tmp_path, plan_of(report("written", fields=("deaths",), text=Text("{{ nothing }}", "{{ nothing }}"))))
    night.activate()
    head = night.head

    drafted = draft_report(night.plans.plan, head.state, head.state.assignments["written.1"], night.clock.now(), ZONE)

    assert "nothing" in drafted.fault
    assert "死亡：待核实" in drafted.text.zh


def test_the_draft_of_a_drill_is_marked(tmp_path: Path) -> None:
    night = Night(tmp_path, plan_of(report("written")))
    night.drill()
    head = night.head

    drafted = draft_report(night.plans.plan, head.state, head.state.assignments["written.1"], night.clock.now(), ZONE)

    assert drafted.text.zh.startswith("【演练】")
    assert drafted.text.en.startswith("EXERCISE")


def test_when_nothing_is_new_the_next_report_is_a_zero_report(tmp_path: Path) -> None:
    night = Night(tmp_path, continued(zero=True))
    night.activate()
    night.submit(RecordFact(by="zhao", name="deaths", value=3.0))
    file(night, "continued.1")
    night.forward(minutes(240))
    head = night.head

    drafted = draft_report(night.plans.plan, head.state, head.state.assignments["continued.2"], night.clock.now(), ZONE)
    file(night, "continued.2")
    night.submit(RecordFact(by="zhao", name="deaths", value=4.0))
    night.forward(minutes(240))
    file(night, "continued.3")

    assert drafted.is_zero
    assert drafted.text.zh.startswith("零报告：自第1号报告")
    assert [each.is_zero for each in only(ReportFiled, night.history)] == [False, True, False]


def test_a_zero_report_is_due_and_cannot_be_waved_away(tmp_path: Path) -> None:
    night = Night(tmp_path, continued(zero=True))
    night.activate()

    with pytest.raises(MustBeFiledError, match="零报告"):
        night.complete("zhao", "continued.1", reason="nothing new")


def test_another_report_is_left_out_only_for_a_reason(tmp_path: Path) -> None:
    night = Night(tmp_path, plan_of(report("written")))
    night.activate()

    with pytest.raises(MustBeFiledError):
        night.complete("zhao", "written.1")
    night.complete("zhao", "written.1", reason="the province took it over")
    assert night.task("written.1").status is TaskStatus.DONE


def test_filing_completes_the_task_with_its_receipt_once(tmp_path: Path) -> None:
    night = Night(tmp_path, plan_of(report("written", evidence=(RECEIPT,))))
    night.activate()

    first = file(night, "written", receipt="传真 0213")
    again = file(night, "written.1", "另一个文本", receipt="传真 0214")

    assert only(TaskCompleted, first.events)[0].evidence == {"receipt": "传真 0213"}
    assert again.events == ()
    assert night.head.state.reports["written.1"].text == "三人死亡"


def test_a_report_takes_a_text_and_the_signature_that_the_plan_asks_for(tmp_path: Path) -> None:
    night = Night(tmp_path, plan_of(report("written", sign=("duty_leader",)), task("verify", "duty_officer")))
    night.activate()

    with pytest.raises(ReportTextError):
        file(night, "written.1", "  ", signed_by="qian")
    with pytest.raises(SignatureError, match="duty_leader"):
        file(night, "written.1")
    with pytest.raises(NotAuthorisedError):
        file(night, "written.1", signed_by="wu")
    with pytest.raises(NotAReportError, match="written"):
        file(night, "verify.1")
    assert only(ReportFiled, file(night, "written.1", signed_by="qian").events)[0].names == {"zhao": "Zhao", "qian": "Qian"}


def corrected(night: Night, words: str, reason: str = "一人医治无效") -> Turn:
    return night.submit(CorrectReport(by="zhao", assignment="accident", text=words, reason=reason))


@pytest.fixture
def closed(tmp_path: Path) -> Night:
    """An accident report that may be corrected for seven days; the response closed after one."""
    accident = report("accident", correct_within=timedelta(days=7), source="law", late="late")
    night = Night(tmp_path, plan_of(accident), small_duty())
    night.activate()
    file(night, "accident.1")
    night.forward(timedelta(days=1))
    night.stand_down()
    night.close()
    return night


def test_a_correction_within_the_time_is_numbered_even_after_the_close(closed: Night) -> None:
    closed.forward(timedelta(days=2))

    corrected(closed, "四人死亡")
    corrected(closed, "五人死亡")

    filed = closed.head.state.reports["accident.1"]
    assert [each.correction for each in only(ReportCorrected, closed.history)] == [1, 2]
    assert (filed.text, filed.latest_text) == ("三人死亡", "五人死亡")


def test_a_correction_after_the_time_is_refused_with_the_law_and_the_window(closed: Night) -> None:
    closed.forward(timedelta(days=6, minutes=1))

    with pytest.raises(CorrectionOverError, match="7 days from its filing by 生产安全事故报告和调查处理条例"):
        corrected(closed, "四人死亡")


def test_the_law_may_count_the_time_for_corrections_from_the_accident(tmp_path: Path) -> None:
    law = {"correct_within": timedelta(days=30), "correct_from": CorrectFrom.OCCURRED, "source": "law art. 13"}
    night = Night(tmp_path, plan_of(report("accident", **law)))  # type: ignore[arg-type]  # the fields of a report
    open_late(night, ago=timedelta(days=2), which="occurred_at")
    file(night, "accident.1")
    assert night.head.state.reports["accident.1"].correct_until == START + timedelta(days=28)
    night.forward(timedelta(days=27, hours=23))
    corrected(night, "四人死亡")
    night.forward(timedelta(hours=2))

    with pytest.raises(CorrectionOverError, match=r"30 days from when it happened by 生产安全事故报告和调查处理条例 art\. 13"):
        corrected(night, "五人死亡")


def test_the_same_correction_twice_is_one(closed: Night) -> None:
    assert corrected(closed, "四人死亡").events
    assert corrected(closed, "四人死亡").events == ()


def test_a_correction_takes_a_reason(closed: Night) -> None:
    with pytest.raises(ReasonRequiredError):
        corrected(closed, "四人死亡", " ")


def test_nothing_else_is_filed_after_the_close(closed: Night) -> None:
    with pytest.raises(WrongStateError):
        file(closed, "accident.1")


def test_without_a_time_for_corrections_the_close_ends_them(tmp_path: Path) -> None:
    night = Night(tmp_path, plan_of(report("accident")))
    night.activate()
    file(night, "accident.1")
    assert corrected(night, "四人死亡").events
    night.stand_down()
    night.close()

    with pytest.raises(CorrectionOverError, match="closed"):
        corrected(night, "五人死亡")


def test_filing_may_be_entered_later_with_the_time_at_which_it_went_out(tmp_path: Path) -> None:
    night = Night(tmp_path, plan_of(report("written")))
    night.activate()
    night.forward(minutes(70))
    went_out: datetime = START + minutes(50)

    file(night, "written.1", at=went_out)

    assert night.head.state.reports["written.1"].at == went_out
    assert night.head.state.reports["written.1"].late == timedelta(0)


def test_the_draft_says_the_title_of_a_choice_in_each_language(tmp_path: Path) -> None:
    titles = (Text("沟渠", "ditch"), Text("支流", "tributary"))
    water = Fact("water", Text("水体", "water"), FactType.CHOICE, choices=("ditch", "stream"), choice_titles=titles)
    plan = plan_of(report("written", fields=("water",)))
    night = Night(tmp_path, replace(plan, facts={**plan.facts, "water": water}))
    night.activate(Level.III)
    night.submit(RecordFact(by="zhao", name="water", value="stream"))

    drafted = draft_report(
        night.engine.plan_of(night.head), night.head.state, night.head.state.assignments["written.1"], night.clock.now(), ZONE
    ).text

    assert ("水体：支流" in drafted.zh, "water: tributary" in drafted.en) == (True, True)


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        (None, "事件：待核实\n", "Incident: being verified\n"),
        (Text("地点：{{ place }}。", "Place: {{ place }}."), "地点：待核实。", "Place: being verified."),
    ],
)
def test_a_place_that_nobody_named_is_being_verified(tmp_path: Path, text: Text | None, zh: str, en: str) -> None:
    night = Night(tmp_path, plan_of(report("written", text=text)))
    night.activate()
    state = replace(night.head.state, incident=" ", place="")

    drafted = draft_report(night.plans.plan, state, state.assignments["written.1"], night.clock.now(), ZONE)

    assert (zh in drafted.text.zh, en in drafted.text.en) == (True, True)
