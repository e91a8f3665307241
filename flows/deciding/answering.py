"""What people do with a task: acknowledge, decline, start, report, complete, reassign, decide by hand. Pure, idempotent.

A verb that changes nothing (said twice) drafts no event. Who was not called may not answer.
"""

from collections.abc import Mapping
from datetime import datetime

from flows.deciding.authority import require_in_charge
from flows.deciding.climbing import bring_forward
from flows.deciding.draft import Draft
from flows.deciding.evidence import read_evidence
from flows.deciding.recording import faults_of_facts, record_given, set_given
from flows.deciding.tasks.second_person import require_another
from flows.errors import EvidenceError, NobodyNamedError, NotCalledError, ReasonRequiredError, WrongStateError
from flows.model.commands import Acknowledge, Complete, Decline, Reassign, RecordDecision, ReportProgress, Start
from flows.model.events import (
    ManualDecisionRecorded,
    ProgressReported,
    TaskAcknowledged,
    TaskCalledAnew,
    TaskCompleted,
    TaskDeclined,
    TaskReassigned,
    TaskStarted,
    Value,
    both,
)
from flows.model.reasons import declined
from flows.model.state import Assignment, TaskStatus
from flows.report_errors import MustBeFiledError
from plans.model import Task

AnswerVerb = Acknowledge | Decline | Start | ReportProgress | Complete


def acknowledge(draft: Draft, command: Acknowledge) -> None:
    assignment = draft.assignment(command.assignment)
    if assignment.has_answered(command.by):
        return
    _require_open(assignment, "acknowledge")
    _require_called(draft, assignment, command.by)
    _take(draft, assignment, command)


def decline(draft: Draft, command: Decline) -> None:
    """The person cannot: the next rung fires at once when nobody else who was called is still expected to answer.

    Who had taken the task on may say so too, and its ladder begins anew without them.
    """
    assignment = draft.assignment(command.assignment)
    if command.by in assignment.declined:
        return
    _require_open(assignment, "decline")
    _require_called(draft, assignment, command.by)
    if not both(command.reason).zh.strip():
        raise ReasonRequiredError("decline")
    draft.add(
        TaskDeclined(
            at=happened_at(draft, assignment, command.at),
            by=command.by,
            via=command.via,
            assignment=assignment.id,
            person=command.by,
            reason=command.reason,
        )
    )
    reason = declined(draft.person_name(command.by), command.reason)
    after = draft.state.assignments[assignment.id]
    task = draft.task(after)
    if after.is_answered and not is_enough(task, after, after.answers):
        anew = TaskCalledAnew(at=draft.now, assignment=after.id, acknowledge_by=draft.now + task.ack, reason=reason)
        draft.add(anew)
    elif not any(after.awaits(person, "acknowledge") for person in after.told):
        bring_forward(draft, after.id, "acknowledge", reason)


def start(draft: Draft, command: Start) -> None:
    assignment = draft.assignment(command.assignment)
    _require_open(assignment, "start")
    _answered_by(draft, assignment, command)
    if assignment.status is not TaskStatus.STARTED:
        at = happened_at(draft, assignment, command.at)
        draft.add(TaskStarted(at=at, by=command.by, via=command.via, assignment=assignment.id, person=command.by))


def report_progress(draft: Draft, command: ReportProgress) -> None:
    assignment = draft.assignment(command.assignment)
    _require_open(assignment, "report progress")
    _answered_by(draft, assignment, command)
    draft.add(
        ProgressReported(
            at=happened_at(draft, assignment, command.at),
            by=command.by,
            via=command.via,
            assignment=assignment.id,
            person=command.by,
            text=command.text,
        )
    )


def complete(draft: Draft, command: Complete) -> None:
    """Closes the task with its evidence; what is missing needs a reason and stays recorded as missing."""
    assignment = draft.assignment(command.assignment)
    if assignment.status is TaskStatus.DONE:
        return
    _require_open(assignment, "complete")
    _require_filed(draft, assignment, command)
    evidence, missing = _evidence(draft, assignment, command.evidence, command.reason)
    _answered_by(draft, assignment, command)
    at = happened_at(draft, assignment, command.at)
    draft.add(
        TaskCompleted(
            at=at,
            by=command.by,
            via=command.via,
            assignment=assignment.id,
            person=command.by,
            evidence=evidence,
            missing=missing,
            reason=command.reason,
        )
    )
    record_given(draft, draft.task(assignment).evidence, evidence, at, command)
    set_given(draft, assignment, evidence, at, command)


def reassign(draft: Draft, command: Reassign) -> None:
    """Other people take the task; its ladder begins anew with them."""
    assignment = draft.assignment(command.assignment)
    _require_open(assignment, "reassign")
    if not command.reason.strip():
        raise ReasonRequiredError("reassign")
    if not command.to:
        raise NobodyNamedError(assignment.id)
    for person in (*command.to, command.by):
        draft.require_person(person)
    for person in command.to:
        require_another(draft.plan, draft.state, assignment, person)
    require_in_charge(draft, assignment, command.by, "reassign")
    draft.add(
        TaskReassigned(
            at=draft.now,
            by=command.by,
            via=command.via,
            assignment=assignment.id,
            assignees=tuple(dict.fromkeys(command.to)),
            reason=command.reason,
            acknowledge_by=draft.now + draft.task(assignment).ack,
            released=assignment.released(still_wanted=command.to),
        )
    )


def record_decision(draft: Draft, command: RecordDecision) -> None:
    """A person decides by hand what becomes of a task that nobody answered."""
    assignment = draft.assignment(command.assignment)
    _require_open(assignment, "decide by hand")
    draft.require_person(command.by)
    require_in_charge(draft, assignment, command.by, "decide by hand about")
    require_another(draft.plan, draft.state, assignment, command.by)
    if not command.reason.strip():
        raise ReasonRequiredError("decide by hand")
    draft.add(
        ManualDecisionRecorded(
            at=happened_at(draft, assignment, command.at),
            by=command.by,
            via=command.via,
            assignment=assignment.id,
            decision=command.decision,
            reason=command.reason,
        )
    )


def _answered_by(draft: Draft, assignment: Assignment, command: Start | ReportProgress | Complete) -> None:
    """Whoever starts or completes has thereby acknowledged."""
    if assignment.has_answered(command.by):
        return
    _require_called(draft, assignment, command.by)
    _take(draft, assignment, command)


def _take(draft: Draft, assignment: Assignment, command: AnswerVerb) -> None:
    require_another(draft.plan, draft.state, assignment, command.by)
    answers_for = assignment.told[command.by].stands_for
    draft.add(
        TaskAcknowledged(
            at=happened_at(draft, assignment, command.at),
            by=command.by,
            via=command.via,
            assignment=assignment.id,
            person=command.by,
            answers_ladder=is_enough(draft.task(assignment), assignment, {**assignment.answers, command.by: answers_for}),
            answers_for=answers_for,
        )
    )


def is_enough(task: Task, assignment: Assignment, answers: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether these answers, each for some assignees, satisfy the task: any one, for all assignees, or for n of them."""
    if task.need == "any" or not answers:
        return bool(answers)
    answered = {person for counted in answers.values() for person in counted} & set(assignment.assignees)
    wanted = len(assignment.assignees) if task.need == "all" else min(task.need, len(assignment.assignees))
    return len(answered) >= wanted


def _evidence(
    draft: Draft, assignment: Assignment, given: Mapping[str, str | tuple[str, ...]], reason: str
) -> tuple[dict[str, Value | tuple[Value, ...]], tuple[str, ...]]:
    task = draft.task(assignment)
    reading = read_evidence(task, given)
    misfits = faults_of_facts(draft.plan, task.evidence, reading.values)
    faults = [*reading.faults, *misfits, *(f"{name} is missing" for name in reading.missing if not reason.strip())]
    if faults:
        raise EvidenceError(assignment.id, tuple(faults))
    return reading.values, reading.missing


def happened_at(draft: Draft, assignment: Assignment, at: datetime | None) -> datetime:
    """When it happened: between the task's opening and now, whatever a gateway's clock says."""
    return max(assignment.opened_at, min(at, draft.now)) if at else draft.now


def _require_filed(draft: Draft, assignment: Assignment, command: Complete) -> None:
    """A report is filed, not only completed; without one only for a reason, and never where a zero report is due."""
    report = draft.task(assignment).report
    if report and assignment.id not in draft.state.reports and (report.zero or not command.reason.strip()):
        raise MustBeFiledError(assignment.id, zero=report.zero)


def _require_open(assignment: Assignment, verb: str) -> None:
    if assignment.has_ended:
        remedy = "add a note to the response if something must still be said"
        raise WrongStateError(f"task {assignment.id}", assignment.status.value, verb, remedy)


def _require_called(draft: Draft, assignment: Assignment, person: str) -> None:
    if person not in assignment.told:
        draft.require_person(person)
        raise NotCalledError(person, assignment.id, tuple(assignment.told))
