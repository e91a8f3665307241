"""What a response looks like from outside: plain JSON values, the same from the command line, the API and in the record."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from flows.deciding.levels.levels import grades_in
from flows.model.events import DrillsEnded, StepFired, events
from flows.model.state import Assignment, ResponseState
from flows.running import journal
from flows.running.engine import Engine, Turn
from flows.running.journal import Entry, Head
from flows.running.tables import BOOKS
from notifications import outbox
from notifications.masking import without_number
from notifications.outbox import DeliveryView
from plans.model import Plan
from service.desk.ground_views import findings_view, signals_view
from service.desk.report_views import reports_view
from service.plain import Json as Json
from service.plain import text_view

LATE = timedelta(seconds=5)


def response_list(connection: Connection, *, closed: bool = False) -> list[Json]:
    """Newest first; closed ones on request."""
    rows = []
    for kind, book in BOOKS.items():
        heads = book.heads
        wanted = select(
            heads.c.id, heads.c.plan, heads.c.incident, heads.c.level, heads.c.status, heads.c.opened_at, heads.c.flow_run
        )
        for row in connection.execute(wanted if closed else wanted.where(heads.c.status != "closed")):
            level = ("I", "II", "III", "IV")[row.level - 1]
            rows.append({**row._mapping, "kind": kind.value, "level": level, "opened_at": row.opened_at.isoformat()})
    return sorted(rows, key=lambda row: row["opened_at"], reverse=True)


def response_view(engine: Engine, response: str) -> Json:
    """The whole state: tasks with their people, and what was sent to whom."""
    head = engine.head(response)
    with engine.database.read() as connection:
        deliveries = outbox.deliveries(connection, response)
    return standing_view(head, engine.plan_of(head), deliveries)


def standing_view(head: Head, plan: Plan, deliveries: Sequence[DeliveryView]) -> Json:
    return {
        **summary(head),
        "facts": dict(head.state.facts),
        "forecasts": dict(head.state.forecasts),
        "grades": grades_in(plan, head.state),
        "stale": list(head.state.situation.stale),
        "findings": findings_view(plan, head.state),
        "signals": signals_view(plan, head.state),
        "reports": reports_view(plan, head.state),
        "papers": papers_view(head.state),
        "tasks": [task_view(plan, each) for each in head.state.assignments.values()],
        "deliveries": [delivery_view(each) for each in deliveries],
    }


def summary(head: Head) -> Json:
    state = head.state
    return {
        "id": head.response,
        "kind": state.kind.value,
        "plan": state.plan,
        "plan_digest": state.digest,
        "incident": state.incident,
        "place": state.place,
        "level": state.level.name,
        "proposed_level": state.proposed_level.name if state.proposed_level else None,
        "status": state.status.value,
        "opened_at": state.opened_at.isoformat(),
        "closed_at": state.closed_at.isoformat() if state.closed_at else None,
        **{name: moment.isoformat() if moment else None for name, moment in _starts(state)},
        "entries": head.version,
        "flow_run": head.flow_run,
        "tasks_open": sum(not each.has_ended for each in state.assignments.values()),
        "awaiting_decision": [each.id for each in state.assignments.values() if each.awaits_decision],
    }


def papers_view(state: ResponseState) -> list[Json]:
    """The papers of oral approvals, owed and filed."""
    return [
        {
            "paper": name,
            "level": paper.level.name,
            "approved_by": paper.approved_by,
            "due": paper.due.isoformat(),
            "owed": paper.is_owed,
            "missed": paper.missed,
            "reference": paper.reference,
        }
        for name, paper in state.situation.papers.items()
    ]


def task_view(plan: Plan, assignment: Assignment) -> Json:
    task = plan.tasks[assignment.task]
    return {
        "assignment": assignment.id,
        "code": task.code,
        "title": text_view(task.title),
        "role": task.role,
        "status": assignment.status.value,
        "round": assignment.round,
        "finding": assignment.finding,
        "because": assignment.because,
        "suspended_for": list(assignment.suspended_for) if assignment.is_suspended else [],
        "suspended_at": assignment.suspended_at.isoformat() if assignment.is_suspended and assignment.suspended_at else None,
        "assignees": list(assignment.assignees),
        "called": list(assignment.told),
        "acknowledged": {person: at.isoformat() for person, at in assignment.acknowledged.items()},
        "declined": dict(assignment.declined),
        "steps": list(assignment.acknowledge.steps),
        "opened_at": assignment.opened_at.isoformat(),
        "acknowledge_by": assignment.acknowledge_by.isoformat(),
        "done_by": assignment.done_by.isoformat(),
        "late": {"acknowledge": assignment.acknowledge.missed, "done": assignment.done.missed},
        "awaits_decision": assignment.awaits_decision,
        "evidence": dict(assignment.evidence),
        "missing_evidence": list(assignment.missing),
    }


def delivery_view(delivery: DeliveryView) -> Json:
    """Without the address: a phone number stays in the outbox."""
    moments = {
        name: at.isoformat()
        for name in ("queued", "accepted", "delivered", "read", "answered")
        if (at := getattr(delivery, f"{name}_at"))
    }
    return {
        "id": delivery.id,
        "assignment": delivery.assignment,
        "step": delivery.step,
        "person": delivery.person,
        "name": delivery.name,
        "channel": delivery.channel,
        "state": delivery.state.value,
        "only_written": delivery.is_only_written,
        "in_doubt": delivery.in_doubt,
        "code": delivery.shown_code,
        "provider_id": delivery.provider_id,
        "detail": without_number(delivery.detail, delivery.address),
        "at": moments,
    }


def entry_view(entry: Entry) -> Json:
    """One journal entry; `late` is in seconds where a step fired late."""
    body = events.dump_python(entry.event, mode="json")
    late = entry.event.late if isinstance(entry.event, StepFired) else timedelta(0)
    shown = {"entry": entry.number, "recorded_at": entry.recorded_at.isoformat(), **body, "hash": entry.hash}
    return {**shown, "late": late.total_seconds()} if late > LATE else shown


def journal_view(connection: Connection, response: str, after: int = 0) -> list[Json]:
    journal.load(connection, response)
    return [entry_view(each) for each in journal.entries(connection, response, after)]


def turn_view(turn: Turn) -> Json:
    """What a command led to; `changed` is false when it had already been done."""
    return {
        "response": turn.response,
        "changed": bool(turn.events),
        "status": turn.state.status.value,
        "level": turn.state.level.name,
        "entries": turn.version,
        "events": [event.kind for event in turn.events],
        "called": called(turn.events),
        "ended_drills": [drill for event in turn.events if isinstance(event, DrillsEnded) for drill in event.drills],
    }


def called(history: Sequence[object]) -> list[Json]:
    return [
        {"assignment": event.assignment, "step": event.step, "person": told.person, "name": told.name, "role": told.role}
        for event in history
        if isinstance(event, StepFired)
        for told in event.told
    ]


def _starts(state: ResponseState) -> tuple[tuple[str, datetime | None], ...]:
    """Where the clocks of reports begin, where somebody said so."""
    return ("occurred_at", state.occurred_at), ("learned_at", state.learned_at), ("received_at", state.received_at)


def latest_of(state: ResponseState, task: str) -> str:
    """`levee_patrol` names its newest instance, `levee_patrol.2` itself."""
    instances = state.of_task(task)
    return instances[-1].id if instances else task
