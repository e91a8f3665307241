"""Every journal event as a sentence for people, in Chinese and English: the same in the record and on the screen."""

from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from typing import assert_never

from flows.model import events as happened
from flows.model.events import Event, Reason, both
from flows.model.reasons import because_of
from flows.model.shown import shown
from flows.model.state import ResponseState
from plans.model import Plan, Task, Text
from service.field.words import door
from service.record.finding_sentences import FindingTeller, finding_name, titles_of
from service.record.level_sentences import LevelTeller
from service.record.objection_sentences import ended
from service.record.report_sentences import ReportTeller
from service.record.saying_sentences import said
from service.record.standing_sentences import StandingTeller

LATE = timedelta(seconds=5)
_STEPS = {"acknowledge": ("确认", "acknowledgement"), "done": ("办结", "completion")}
_NEWS = {
    "changed": ("预警变化", "the alert changed"),
    "source_cancelled": ("预警已取消", "the alert was cancelled at its source"),
    "source_ended": ("预警已结束", "the alert has ended"),
}

NameOf = Callable[[str], str]

_Situation = happened.FactRecorded | happened.AlertNoticed
_Course = (
    happened.EndConditionMet
    | happened.EndConditionBroken
    | happened.EndProposed
    | happened.StoodDown
    | happened.Closed
    | happened.DrillsEnded
    | happened.NoteAdded
    | happened.PublicTold
)
_OnTask = (
    happened.TaskOpened
    | happened.StepPassed
    | happened.LadderAdvanced
    | happened.PersonUnreached
    | happened.DeadlineMissed
    | happened.TaskAcknowledged
    | happened.TaskDeclined
    | happened.TaskCalledAnew
    | happened.TaskStarted
    | happened.ProgressReported
    | happened.TaskCompleted
    | happened.TaskReassigned
    | happened.ManualDecisionRecorded
    | happened.TaskWithdrawn
    | happened.TaskSuspended
    | happened.TaskResumed
    | happened.ProgressMissed
    | happened.LimitMoved
)


class Teller:
    """Tells events of one response; `name_of` gives a person's name for an id."""

    def __init__(self, plan: Plan, state: ResponseState, zone: tzinfo, name_of: NameOf) -> None:
        self._plan, self._state, self._zone, self._name = plan, state, zone, name_of
        self._standing = StandingTeller(name_of, self._clock)

    def tell(self, event: Event) -> Text:
        """What happened, in one line each."""
        if isinstance(event, happened.LevelEvent):
            return LevelTeller(self._plan, self._name, self._clock).tell(event)
        match event:
            case happened.ResponseOpened() | happened.DrillOpened():
                return self._opened(event)
            case happened.StepFired():
                return self._fired(event)
            case happened.FactRecorded() | happened.AlertNoticed():
                return self._situation(event)
            case (
                happened.EndConditionMet()
                | happened.EndConditionBroken()
                | happened.EndProposed()
                | happened.StoodDown()
                | happened.Closed()
                | happened.DrillsEnded()
                | happened.NoteAdded()
                | happened.PublicTold()
            ):
                return self._course(event)
            case (
                happened.FindingReported()
                | happened.FindingUpdated()
                | happened.FindingClosed()
                | happened.FindingConditionBroken()
                | happened.SignalSent()
            ):
                return FindingTeller(self._plan, self._state, self._name).tell(event)
            case happened.ReportFiled() | happened.ReportCorrected():
                return ReportTeller(self._plan, self._name).tell(event)
            case happened.DaylightNoted():
                return self._standing.daylight(event)
            case happened.PlanChanged():
                return self._standing.plan_changed(event)
            case _:
                return self._about_task(event)

    def _opened(self, event: happened.ResponseOpened | happened.DrillOpened) -> Text:
        where = f"（{event.place}）" if event.place else ""
        if isinstance(event, happened.DrillOpened):
            return Text(
                f"演练开始：{event.incident}{where}，{event.level.name}级",
                f"drill opened: {event.incident} {event.place}, level {event.level.name}",
            )
        approval = "口头批准" if event.oral else "批准"
        oral = "orally approved" if event.oral else "approved"
        by, approver = self._name(event.by), self._name(event.approved_by)
        return Text(
            f"{by}启动{event.level.name}级响应：{event.incident}{where}，{approver}{approval}",
            f"{by} opened the response at level {event.level.name}: {event.incident} {event.place}, {oral} by {approver}",
        )

    def _fired(self, event: happened.StepFired) -> Text:
        title, people = self._title(event.assignment), "、".join(told.name for told in event.told)
        names = ", ".join(told.name for told in event.told)
        late = event.late > LATE
        span = _span(event.late)
        zh_late, en_late = (f"（晚了{span.zh}）", f" ({span.en} late)") if late else ("", "")
        if event.manual:
            return Text(
                f"无人应答，请{people}人工决定：{title.zh}{zh_late}", f"nobody answered, {names} must decide: {title.en}{en_late}"
            )
        verb = (
            ("叫应", "called") if all(told.stands_for == (told.person,) for told in event.told) else ("升级叫应", "escalated to")
        )
        return Text(
            f"{verb[0]}{people}：{title.zh}{zh_late}",
            f"{verb[1]} {names} for {title.en} [{event.step}]{en_late}",
        )

    def _situation(self, event: _Situation) -> Text:
        match event:
            case happened.FactRecorded():
                fact = self._plan.facts[event.name]
                value, unit = shown(event.value, fact), f" {fact.unit}" if fact.unit not in ("", "1") else ""
                kind, by = ("预报", "forecast ") if event.forecast else ("", ""), self._name(event.by)
                return Text(
                    f"{by}记录{kind[0]}{fact.title.zh}：{value.zh}{unit}",
                    f"{by} recorded {kind[1]}{fact.title.en}: {value.en}{unit}",
                )
            case happened.AlertNoticed():
                (zh, en), said = _NEWS[event.news], both(event.text)
                return Text(f"{zh}：{said.zh}", f"{en}: {said.en}")
            case _:
                assert_never(event)

    def _course(self, event: _Course) -> Text:
        match event:
            case happened.EndConditionMet():
                at = self._clock(event.propose_at)
                return Text(
                    f"达到终止条件，持续到{at}将建议终止",
                    f"the end condition holds; the end is proposed if it still does at {at}",
                )
            case happened.EndConditionBroken():
                return Text("终止条件不再满足", "the end condition no longer holds")
            case happened.EndProposed():
                return _because(Text("建议终止响应", "the end is proposed"), event.reason)
            case happened.StoodDown(by=happened.ENGINE):
                return _because(Text("演练中止", "the drill was cut short"), event.reason)
            case happened.Closed(by=happened.ENGINE):
                return _because(Text("归档", "closed"), event.reason)
            case happened.StoodDown() | happened.Closed():
                return ended(event, self._name)
            case happened.DrillsEnded():
                drills = ", ".join(event.drills)
                return Text(
                    f"需要同一批人员，演练已中止：{drills}", f"drills were cut short, their people are needed here: {drills}"
                )
            case happened.NoteAdded() | happened.PublicTold():
                return said(event, self._name)
            case _:
                assert_never(event)

    def _about_task(self, event: _OnTask) -> Text:
        title = self._title(event.assignment)
        words = self._task_words(event)
        return Text(f"{title.zh}：{words.zh}", f"{title.en}: {words.en}")

    def _task_words(self, event: _OnTask) -> Text:
        match event:
            case happened.TaskOpened():
                return self._task_opened(event)
            case happened.StepPassed():
                return _because(Text("跳过一步", f"step {event.step} passed"), event.reason)
            case happened.LadderAdvanced():
                return _because(Text("提前升级", "the next step comes at once"), event.reason)
            case happened.PersonUnreached():
                name = self._name(event.person)
                return _because(Text(f"{name}联系不上", f"{name} cannot be reached [{event.step}]"), event.reason)
            case happened.DeadlineMissed():
                zh, en = _STEPS[event.clock]
                return Text(f"超过{zh}时限 {self._clock(event.due)}", f"the limit for {en} has passed ({self._clock(event.due)})")
            case happened.TaskAcknowledged():
                name = self._name(event.person)
                return Text(f"{name}收到（{door(event.via, 'zh')}）", f"{name} acknowledged ({door(event.via, 'en')})")
            case happened.TaskDeclined():
                return _because(Text(f"{self._name(event.person)}不能到", f"{self._name(event.person)} declined"), event.reason)
            case happened.TaskCalledAnew():
                return _because(Text("重新叫应", "called anew"), event.reason)
            case happened.TaskStarted():
                return Text(f"{self._name(event.person)}开始处置", f"{self._name(event.person)} started")
            case happened.ProgressReported():
                name = self._name(event.person)
                return Text(f"{name}报告进展：{event.text}", f"{name} reports: {event.text}")
            case happened.TaskCompleted():
                return self._completed(event)
            case happened.TaskReassigned():
                zh, en = self._names(event.assignees, "、"), self._names(event.assignees, ", ")
                return _because(Text(f"改派{zh}", f"reassigned to {en}"), event.reason)
            case happened.ManualDecisionRecorded():
                zh, en = ("跳过", "skip") if event.decision == "skip" else ("派人上门", "send a courier")
                name = self._name(event.by)
                return _because(Text(f"{name}决定{zh}", f"{name} decided to {en}"), event.reason)
            case happened.TaskWithdrawn():
                return self._standing.withdrawn(event, self._title(event.sent_back) if event.sent_back else None)
            case happened.TaskSuspended() | happened.TaskResumed() | happened.ProgressMissed() | happened.LimitMoved():
                return self._standing.words(event)
            case _:
                assert_never(event)

    def _completed(self, event: happened.TaskCompleted) -> Text:
        name = self._name(event.person)
        if not event.missing:
            return Text(f"{name}办结", f"{name} completed it")
        lacking = titles_of(self._task(event.assignment).evidence, event.missing)
        zh = f"{name}办结（缺：{'、'.join(each.zh for each in lacking)}；{event.reason}）"
        return Text(zh, f"{name} completed it (missing: {', '.join(each.en for each in lacking)}; {event.reason})")

    def _task_opened(self, event: happened.TaskOpened) -> Text:
        """With what it is for, why it opened again, and what it no longer waits for."""
        zh, en = self._names(event.assignees, "、") or "无人在岗", self._names(event.assignees, ", ") or "nobody on duty"
        if event.finding:
            found = finding_name(self._plan, self._state, event.finding)
            zh, en = f"{found.zh}，{zh}", f"for {found.en}, {en}"
        if event.because:
            reopener = self._state.assignments.get(event.because.removeprefix("after "))
            each = self._plan.tasks[event.task].each
            why = because_of(self._plan, event.because, reopener.task if reopener else "", each)
            zh, en = f"{zh}；因{why.zh}再次开始", f"{en}; opened again: {why.en}"
        if event.reason and event.because:
            zh, en = f"{zh}：{event.reason}", f"{en}: {event.reason}"
        if event.without:
            zh = f"{zh}；不再等待{'、'.join(self._plan.tasks[name].title.zh for name in event.without)}"
            en = f"{en}; no longer waits for {', '.join(self._plan.tasks[name].title.en for name in event.without)}"
        again = (f"（第{event.round}轮）", f" (round {event.round})") if event.round > 1 else ("", "")
        return Text(f"任务开始{again[0]}，{zh}", f"opened{again[1]}, {en}")

    def _task(self, assignment: str) -> Task:
        return self._plan.tasks[self._state.assignments[assignment].task]

    def _title(self, assignment: str) -> Text:
        return self._task(assignment).title

    def _names(self, people: tuple[str, ...], separator: str) -> str:
        return separator.join(self._name(person) for person in people)

    def _clock(self, moment: datetime) -> str:
        return moment.astimezone(self._zone).strftime("%H:%M")


def _because(what: Text, reason: Reason) -> Text:
    why = both(reason)
    return Text(f"{what.zh}：{why.zh}", f"{what.en}: {why.en}")


def _span(duration: timedelta) -> Text:
    minutes, seconds = divmod(int(duration.total_seconds()), 60)
    if minutes:
        return Text(f"{minutes}分{seconds}秒", f"{minutes} min {seconds} s")
    return Text(f"{seconds}秒", f"{seconds} s")
