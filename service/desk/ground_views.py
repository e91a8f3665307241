"""Findings and signals as the doors show them: plain JSON values."""

from flows.model.state import ResponseState
from plans.model import Plan
from service.plain import Json, text_view


def findings_view(plan: Plan, state: ResponseState) -> list[Json]:
    """Open ones first, each with its tasks that have not ended."""
    shown = [
        {
            "finding": found.id,
            "of": found.of,
            "title": text_view(plan.findings[found.of].title),
            "label": found.label,
            "values": dict(found.values),
            "cause": found.cause,
            "by": found.by,
            "at": found.at.isoformat(),
            "closed_at": found.closed_at.isoformat() if found.closed_at else None,
            "open_tasks": [each.id for each in state.assignments.unended if each.finding == found.id],
        }
        for found in state.findings.values()
    ]
    return sorted(shown, key=lambda each: each["closed_at"] is not None)


def kinds_view(plan: Plan) -> list[Json]:
    return [
        {
            "of": kind.name,
            "title": text_view(kind.title),
            "report": list(kind.report),
            "fields": [{"name": each.name, "title": text_view(each.title), "type": each.type.value} for each in kind.fields],
        }
        for kind in plan.findings.values()
    ]


def signals_view(plan: Plan, state: ResponseState) -> list[Json]:
    """Every signal of the plan, each with who has answered it since it was last sent."""
    shown = []
    for task in plan.tasks.values():
        if task.signal is None:
            continue
        sent = state.of_task(task.name)
        answered = {person for each in sent for person in each.acknowledged}
        asked = {person for each in sent for person in each.assignees}
        shown.append(
            {
                "signal": task.name,
                "title": text_view(task.title),
                "send": list(task.signal.send),
                "stops": list(task.signal.stops),
                "ends_drill": task.signal.ends_drill,
                "sent": [each.opened_at.isoformat() for each in sent],
                "answered": sorted(answered),
                "silent": sorted(asked - answered),
            }
        )
    return shown
