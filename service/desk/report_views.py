"""Reports as the doors show them: what is due, what went out with number and lateness, what was corrected; plain JSON."""

from flows.deciding.reports.drafts import DraftedReport
from flows.model.filed import Filed
from flows.model.state import Assignment, ResponseState
from plans.model import Plan
from service.plain import Json, text_view


def draft_view(plan: Plan, state: ResponseState, assignment: Assignment, drafted: DraftedReport) -> Json:
    return {
        **report_view(plan, state, assignment),
        "number": drafted.number,
        "zero": drafted.is_zero,
        "text": text_view(drafted.text),
        "unknown": [{"fact": fact.name, "title": text_view(fact.title)} for fact in drafted.unknown],
        "fault": drafted.fault,
    }


def reports_view(plan: Plan, state: ResponseState) -> list[Json]:
    """Every report that has opened, the next due first, then those that went out."""
    opened = [each for each in state.assignments.values() if plan.tasks[each.task].report]
    shown = [report_view(plan, state, each) for each in opened if not each.has_ended or each.id in state.reports]
    return sorted(shown, key=lambda each: (each["filed_at"] is not None, each["due"]))


def report_view(plan: Plan, state: ResponseState, assignment: Assignment) -> Json:
    task = plan.tasks[assignment.task]
    report, filed = task.report, state.reports.get(assignment.id)
    return {
        "report": task.name,
        "assignment": assignment.id,
        "title": text_view(task.title),
        "track": report.track if report else "",
        "to": text_view(report.to) if report else None,
        "by": report.by if report else "",
        "sign": list(report.sign) if report else [],
        "clock_from": report.clock_from.value if report else "",
        "source": plan.sources[task.source].title if task.source in plan.sources else task.source,
        "status": assignment.status.value,
        "suspended": assignment.is_suspended,
        "due": (filed.due if filed else assignment.done_by).isoformat(),
        "overdue": assignment.done.missed and filed is None,
        **_filed_view(filed),
    }


def _filed_view(filed: Filed | None) -> Json:
    """`late` is in seconds. Every key is there before the report has been filed too."""
    until = filed.correct_until if filed else None
    return {
        "number": filed.number if filed else None,
        "zero": filed.is_zero if filed else False,
        "filed_at": filed.at.isoformat() if filed else None,
        "filed_by": filed.by if filed else "",
        "late": filed.late.total_seconds() if filed else 0.0,
        "signed_by": filed.signed_by if filed else "",
        "receipt": filed.receipt if filed else "",
        "text": filed.text if filed else "",
        "correct_until": until.isoformat() if until else None,
        "corrections": [
            {
                "number": each.number,
                "at": each.at.isoformat(),
                "by": each.by,
                "signed_by": each.signed_by,
                "reason": each.reason,
                "text": each.text,
            }
            for each in (filed.corrections if filed else ())
        ],
    }
