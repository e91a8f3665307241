"""The decider: same plan, same roster, same state, same command, same time give the same events. No clock, no database.

`decide_opening` begins a response, `decide` goes on with it. Both end by opening what may open and climbing what is due, so that
any command also catches up with time.
"""

import re
from datetime import datetime
from typing import assert_never

from flows.deciding import answering, moving
from flows.deciding.authority import alert_roles
from flows.deciding.climbing import climb_due, tell_roles
from flows.deciding.clocks import situation_due, tasks_due
from flows.deciding.draft import Draft
from flows.deciding.ending import ask_for_end, close, end_drill, propose_end, refuse_end, stand_down, watch_end
from flows.deciding.facts import FORECAST, Readings, read_facts
from flows.deciding.findings import close_finding, report_finding, update_finding, watch_findings
from flows.deciding.freshness import is_old, note_old_facts
from flows.deciding.levels import levelling
from flows.deciding.levels.levels import decided_level, rule_of
from flows.deciding.levels.papers import chase_papers, file_paper, paper_by
from flows.deciding.levels.signing import approver_of, climb_proposals
from flows.deciding.links import watch_links
from flows.deciding.outlook import Lull, Outlook, is_of_tasks, is_quiet, keep
from flows.deciding.reports.filing import correct_report, file_report
from flows.deciding.signals import send_signal
from flows.deciding.tasks import suspending
from flows.deciding.tasks.confirming import send_back
from flows.deciding.tasks.limits import move_limits, require_past
from flows.deciding.tasks.opening import open_what_may
from flows.deciding.tasks.progressing import ask_for_progress
from flows.deciding.unreached import pass_over
from flows.errors import WrongStateError
from flows.model.commands import (
    Acknowledge,
    AddNote,
    ChangeLevel,
    Close,
    CloseFinding,
    Command,
    Complete,
    CorrectReport,
    Decline,
    EndDrill,
    FilePaper,
    FileReport,
    NoticeAlert,
    OpenDrill,
    Opening,
    OpenResponse,
    ProposeEnd,
    ProposeLevel,
    Reassign,
    RecordDecision,
    RecordEndedDrills,
    RecordFact,
    RefuseEnd,
    RefuseLevel,
    ReportFinding,
    ReportProgress,
    ReportUnreached,
    ResumeTask,
    SendBack,
    SendSignal,
    StandDown,
    Start,
    SuspendTask,
    Tick,
    UpdateFinding,
)
from flows.model.events import AlertNoticed, DrillOpened, DrillsEnded, Event, FactRecorded, NoteAdded, ResponseOpened
from flows.model.plan_move import MovePlan
from flows.model.state import ResponseState, Status, evolve
from plans.model import Plan
from resources.model import Duty


def decide_opening(plan: Plan, duty: Duty, command: Opening, now: datetime) -> list[Event]:
    """The events that open a response and call its first wave.

    Errors: `UndecidedLevelError`, `UnknownNameError` (level, fact), `FactValueError`, `FutureError`, `NotAuthorisedError`.
    """
    require_past(command, now)
    readings = _readings(plan, command)
    level, rule = decided_level(plan, command.level, readings.facts, readings.forecasts)
    opened: ResponseOpened | DrillOpened
    match command:
        case OpenResponse():
            approved_by = approver_of(plan, duty, level, command, now)
            opened = ResponseOpened(
                at=now,
                by=command.by,
                via=command.via,
                plan=plan.name,
                digest=plan.digest,
                incident=command.incident,
                place=command.place,
                level=level,
                facts=readings.facts,
                forecasts=readings.forecasts,
                reason=command.reason,
                rule=rule,
                condition=rule_of(plan, level).when,
                approved_by=approved_by,
                oral=command.oral,
                proposal=command.proposal,
                names=duty.names(command.by, approved_by),
                paper_by=paper_by(plan, level, now, is_oral=command.oral),
                occurred_at=command.occurred_at,
                learned_at=command.learned_at,
                received_at=command.received_at,
            )
        case OpenDrill():
            opened = DrillOpened(
                at=now,
                by=command.by,
                via=command.via,
                plan=plan.name,
                digest=plan.digest,
                incident=command.incident,
                place=command.place,
                level=level,
                facts=readings.facts,
                forecasts=readings.forecasts,
                reason=command.reason,
                rule=rule,
                condition=rule_of(plan, level).when,
                names=duty.names(command.by),
                occurred_at=command.occurred_at,
                learned_at=command.learned_at,
                received_at=command.received_at,
            )
    draft = Draft(plan, duty, evolve(None, opened), now, [opened])
    _settle(draft)
    return draft.events


def decide(plan: Plan, duty: Duty, state: ResponseState, command: Command, now: datetime) -> list[Event]:
    """The events that follow from a command; none when it changes nothing. Errors: any `FlowError`, and nothing is drafted."""
    return decided(plan, duty, state, command, now)[0]


def decided(plan: Plan, duty: Duty, state: ResponseState, command: Command, now: datetime) -> tuple[list[Event], ResponseState]:
    """The same with the state that they lead to: for whoever takes a thousand turns and need not fold them again."""
    draft = Draft(plan, duty, state, now)
    # corrections by law and papers that are owed have time of their own, which runs on when everything else has ended
    if state.status is Status.CLOSED and not isinstance(command, CorrectReport | FilePaper):
        if isinstance(command, Tick | Close | EndDrill):
            return [], state
        remedy = "open a new response if the danger is back; nothing was changed"
        raise WrongStateError("the response", "closed", _in_words(command), remedy)
    _apply(draft, command)
    _settle(draft)
    return draft.events, draft.state


def decide_move(
    before: Plan, after: Plan, duty: Duty, state: ResponseState, command: MovePlan, now: datetime
) -> tuple[list[Event], Plan]:
    """The events that move a response to the version `after`, and that version grown by what only `before` has.

    None when it runs under it already. Errors: `WrongStateError`, `NotAuthorisedError`, `ReasonRequiredError`, `PlanMoveError`.
    """
    if after.digest == state.digest:
        return [], before
    plan = moving.grown(after, before)
    draft = Draft(plan, duty, state, now)
    moving.move(draft, before, after, command)
    _settle(draft)
    moving.require_held(draft, before, after)
    return draft.events, plan


def _apply(draft: Draft, command: Command) -> None:
    match command:
        case Tick():
            pass
        case Acknowledge():
            answering.acknowledge(draft, command)
        case Decline():
            answering.decline(draft, command)
        case Start():
            answering.start(draft, command)
        case ReportProgress():
            answering.report_progress(draft, command)
        case Complete():
            answering.complete(draft, command)
        case FileReport():
            file_report(draft, command)
        case CorrectReport():
            correct_report(draft, command)
        case SendBack():
            send_back(draft, command)
        case Reassign():
            answering.reassign(draft, command)
        case SuspendTask():
            suspending.suspend_task(draft, command)
        case ResumeTask():
            suspending.resume_task(draft, command)
        case RecordDecision():
            answering.record_decision(draft, command)
        case RecordFact():
            _record_fact(draft, command)
        case ChangeLevel():
            levelling.change_level(draft, command)
        case ProposeLevel():
            levelling.propose(draft, command)
        case RefuseLevel():
            levelling.refuse(draft, command)
        case ProposeEnd():
            ask_for_end(draft, command)
        case RefuseEnd():
            refuse_end(draft, command)
        case FilePaper():
            file_paper(draft, command)
        case ReportFinding():
            report_finding(draft, command)
        case UpdateFinding():
            update_finding(draft, command)
        case CloseFinding():
            close_finding(draft, command)
        case SendSignal():
            send_signal(draft, command)
        case NoticeAlert():
            _notice_alert(draft, command)
        case StandDown():
            stand_down(draft, command)
        case Close():
            close(draft, command)
        case AddNote():
            draft.add(NoteAdded(at=draft.now, by=command.by, via=command.via, text=command.text))
        case EndDrill():
            end_drill(draft, command)
        case RecordEndedDrills():
            draft.add(DrillsEnded(at=draft.now, by=command.by, via=command.via, drills=command.drills))
        case ReportUnreached():
            pass_over(draft, command)
        case _:
            assert_never(command)


def _in_words(command: Command) -> str:
    """Commands are named as people say them."""
    return re.sub(r"(?<=.)([A-Z])", r" \1", type(command).__name__).lower()


def _settle(draft: Draft) -> None:
    """Time has come for whatever it has come for. What cannot have come since the decision before is not looked at."""
    plan, now, known = draft.plan, draft.now, draft.outlook
    situation, tasks, looked_at = known.situation, known.tasks, 0
    if not (situation and situation.goes_on(now) and is_of_tasks(plan, draft.events)):
        looked_at = len(draft.events)
        situation = _watch_situation(draft)
    if not (tasks and tasks.goes_on(now) and is_quiet(draft.events)):
        tasks = _watch_tasks(draft)
    climb_due(draft)
    ask_for_progress(draft)
    is_settled = is_of_tasks(plan, draft.events[looked_at:])
    keep(plan, Outlook(draft.state, situation if is_settled else None, tasks, draft.unseen))


def _watch_situation(draft: Draft) -> Lull | None:
    looked_at = len(draft.events)
    note_old_facts(draft)
    if draft.state.status is Status.OPEN:
        levelling.watch_level(draft)
        watch_links(draft)
        watch_end(draft)
    climb_proposals(draft)
    chase_papers(draft)
    watch_findings(draft)
    return Lull(situation_due(draft.plan, draft.state)) if len(draft.events) == looked_at else None


def _watch_tasks(draft: Draft) -> Lull | None:
    looked_at = len(draft.events)
    _settle_tasks(draft)
    move_limits(draft)
    return Lull(tasks_due(draft.plan, draft.state)) if len(draft.events) == looked_at else None


def _settle_tasks(draft: Draft) -> None:
    """What opens may have to stand still, and what stands still is not running: looked at twice, never in circles."""
    suspending.note_daylight(draft)
    for _ in range(2):
        open_what_may(draft)
        entries = len(draft.events)
        suspending.keep_pauses(draft)
        if entries == len(draft.events):
            return
    draft.unseen = None


def _readings(plan: Plan, command: Opening) -> Readings:
    return read_facts(plan, {**command.facts, **{f"{name}{FORECAST}": value for name, value in command.forecasts.items()}})


def _record_fact(draft: Draft, command: RecordFact) -> None:
    readings = read_facts(draft.plan, {f"{command.name}{FORECAST}" if command.forecast else command.name: command.value})
    value = (readings.forecasts if command.forecast else readings.facts)[command.name]
    observed_at = min(command.observed_at or draft.now, draft.now)
    draft.add(
        FactRecorded(
            at=draft.now,
            by=command.by,
            via=command.via,
            name=command.name,
            value=value,
            forecast=command.forecast,
            observed_at=observed_at,
            is_old=is_old(draft.plan, command.name, observed_at, draft.now),
        )
    )


def _notice_alert(draft: Draft, command: NoticeAlert) -> None:
    told = tell_roles(draft.duty, alert_roles(draft.plan), draft.now)
    draft.add(AlertNoticed(at=draft.now, by=command.by, via=command.via, news=command.news, text=command.text, told=told))
    if command.news != "changed":
        propose_end(draft, command.text)
