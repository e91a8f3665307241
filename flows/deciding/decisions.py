"""The decider: same plan, same roster, same state, same command, same time give the same events. No clock, no database.

`decide_opening` begins a response, `decide` goes on with it. Both end by opening what may open and climbing what is due, so that
any command also catches up with time.
"""

import re
from datetime import datetime
from typing import assert_never

from flows.deciding import answering
from flows.deciding.authority import alert_roles
from flows.deciding.climbing import tell_roles
from flows.deciding.draft import Draft
from flows.deciding.ending import ask_for_end, close, end_drill, propose_end, refuse_end, stand_down
from flows.deciding.facts import FORECAST, Readings, read_facts
from flows.deciding.findings import close_finding, report_finding, update_finding
from flows.deciding.freshness import is_old
from flows.deciding.levels import levelling
from flows.deciding.levels.levels import decided_level, rule_of
from flows.deciding.levels.papers import file_paper, paper_by
from flows.deciding.levels.signing import approver_of
from flows.deciding.linked import notice_linked
from flows.deciding.public import tell_public
from flows.deciding.reports.filing import correct_report, file_report
from flows.deciding.settling import settle
from flows.deciding.signals import send_signal
from flows.deciding.tasks import suspending
from flows.deciding.tasks.confirming import send_back
from flows.deciding.tasks.limits import require_past
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
    NoticeLinked,
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
    TellPublic,
    Tick,
    UpdateFinding,
)
from flows.model.events import AlertNoticed, DrillOpened, DrillsEnded, Event, FactRecorded, NoteAdded, ResponseOpened
from flows.model.state import ResponseState, Status, evolve
from plans.model import Plan
from resources.model import Duty


def decide_opening(plan: Plan, duty: Duty, command: Opening, now: datetime) -> list[Event]:
    """The events that open a response or a drill. Errors: those of `decided_opening`."""
    return decided_opening(plan, duty, command, now)[0]


def decided_opening(plan: Plan, duty: Duty, command: Opening, now: datetime) -> tuple[list[Event], ResponseState]:
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
    settle(draft)
    return draft.events, draft.state


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
    settle(draft)
    return draft.events, draft.state


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
        case NoticeLinked():
            notice_linked(draft, command)
        case StandDown():
            stand_down(draft, command)
        case Close():
            close(draft, command)
        case AddNote():
            draft.add(NoteAdded(at=draft.now, by=command.by, via=command.via, text=command.text))
        case TellPublic():
            tell_public(draft, command)
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
