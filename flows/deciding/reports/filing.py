"""Filing a report as it went out, and correcting it afterwards within the time that its law gives. Pure, idempotent."""

from datetime import datetime

from flows.deciding import answering
from flows.deciding.authority import require, require_in_charge
from flows.deciding.draft import Draft
from flows.deciding.reports.drafts import field_values, is_zero, next_number, report_named, report_of
from flows.deciding.tasks.limits import began
from flows.errors import ReasonRequiredError, WrongStateError
from flows.model.commands import Complete, CorrectReport, FileReport
from flows.model.filed import Filed
from flows.model.report_events import ReportCorrected, ReportFiled
from flows.model.state import Assignment, Status
from flows.report_errors import CorrectionOverError, NotFiledError, ReportTextError, SignatureError
from plans.model import ClockFrom, CorrectFrom, Plan, Report, Task
from store.kinds import Kind


def file_report(draft: Draft, command: FileReport) -> None:
    """Files it and completes its task; said twice, it changes nothing."""
    assignment = report_named(draft.plan, draft.state, command.assignment)
    report, task = report_of(draft.plan, assignment), draft.task(assignment)
    if assignment.id in draft.state.reports:
        return
    if assignment.has_ended:
        remedy = "file the round that is open now, or add a note to the response"
        raise WrongStateError(f"report {assignment.id}", assignment.status.value, "file it", remedy)
    if not command.text.strip():
        raise ReportTextError(assignment.id)
    _require_signature(draft, assignment, report, command.signed_by)
    at = answering.happened_at(draft, assignment, command.at)
    number = next_number(draft.state, assignment)
    draft.add(
        ReportFiled(
            at=at,
            by=command.by,
            via=command.via,
            assignment=assignment.id,
            report=task.name,
            number=number,
            text=command.text.strip(),
            due=assignment.done_by,
            signed_by=command.signed_by,
            receipt=command.receipt.strip(),
            values=field_values(draft.plan, draft.state, report),
            is_zero=is_zero(draft.plan, draft.state, assignment),
            correct_until=_correct_until(draft, report, at),
            names=draft.duty.names(command.by, command.signed_by),
        )
    )
    evidence = {**_evidence(task, command, number), **command.evidence}
    answering.complete(
        draft,
        Complete(
            by=command.by, via=command.via, assignment=assignment.id, at=command.at, evidence=evidence, reason=command.reason
        ),
    )


def correct_report(draft: Draft, command: CorrectReport) -> None:
    """Also after the response has closed, while its time runs. The same text again changes nothing."""
    assignment = _filed_assignment(draft, command.assignment)
    filed = draft.state.reports[assignment.id]
    if command.text.strip() == filed.latest_text:
        return
    if not command.text.strip():
        raise ReportTextError(assignment.id)
    if not command.reason.strip():
        raise ReasonRequiredError("correct a report")
    task, report = draft.task(assignment), report_of(draft.plan, assignment)
    require_in_charge(draft, assignment, command.by, "correct")
    _require_time(draft, task, report, filed)
    _require_signature(draft, assignment, report, command.signed_by)
    draft.add(
        ReportCorrected(
            at=draft.now,
            by=command.by,
            via=command.via,
            assignment=assignment.id,
            report=task.name,
            number=filed.number,
            correction=len(filed.corrections) + 1,
            text=command.text.strip(),
            reason=command.reason,
            signed_by=command.signed_by,
            names=draft.duty.names(command.by, command.signed_by),
        )
    )


def _filed_assignment(draft: Draft, name: str) -> Assignment:
    """`written` is the last of its name that was filed."""
    known = draft.state.reports
    of_name = sorted((each for each in known.values() if each.report == name), key=lambda each: each.number)
    wanted = of_name[-1].assignment if of_name else name
    if wanted not in known:
        report_of(draft.plan, report_named(draft.plan, draft.state, name))
        raise NotFiledError(name, tuple(known))
    return draft.state.assignments[wanted]


def _correct_until(draft: Draft, report: Report, filed_at: datetime) -> datetime | None:
    """The end of the time for corrections; it may lie before a report that goes out late."""
    if report.correct_within is None:
        return None
    if report.correct_from is CorrectFrom.FILED:
        return filed_at + report.correct_within
    return began(draft.state, ClockFrom(report.correct_from.value), draft.state.opened_at) + report.correct_within


def _require_time(draft: Draft, task: Task, report: Report, filed: Filed) -> None:
    over = draft.now > filed.correct_until if filed.correct_until else draft.state.status is Status.CLOSED
    if over:
        begins = report.correct_from.value
        raise CorrectionOverError(filed.assignment, report.correct_within, begins, filed.correct_until, _law(draft.plan, task))


def _law(plan: Plan, task: Task) -> str:
    name, _, place = task.source.partition(" ")
    return f"{plan.sources[name].title} {place}".strip() if name in plan.sources else task.source


def _require_signature(draft: Draft, assignment: Assignment, report: Report, signed_by: str) -> None:
    if not signed_by:
        if report.sign:
            raise SignatureError(assignment.id, report.sign)
        return
    draft.require_person(signed_by)
    if report.sign and draft.state.kind is Kind.REAL:
        remedy = "let one of them sign it (--signed-by)"
        require(draft.duty, f"sign {assignment.id}", signed_by, report.sign, draft.now, remedy)


def _evidence(task: Task, command: FileReport, number: int) -> dict[str, str]:
    """What the filing itself proves: the receipt, and the text that is now in the record."""
    proved = {"text": f"{task.name} no. {number}", "receipt": command.receipt.strip()}
    return {each.name: proved[each.name] for each in task.evidence if proved.get(each.name)}
