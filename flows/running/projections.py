"""What pages and the clock watcher query, kept beside the journal in the same transaction: assignments and clocks.

Only what changed is written.
"""

from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, delete, insert, select

from flows.deciding.clocks import ClockRow, clocks
from flows.model.instances import Instances
from flows.model.state import Assignment, ResponseState
from flows.running.tables import BOOKS, book_of
from plans.model import Plan


def project(
    connection: Connection,
    response: str,
    plan: Plan,
    before: ResponseState | None,
    after: ResponseState,
    plan_before: Plan | None = None,
) -> None:
    """Brings both tables from the state before to the state after; `plan_before`: where the turn has moved it to another plan."""
    _project_assignments(connection, response, before, after)
    old = clocks(plan_before or plan, before) if before else frozenset()
    new = clocks(plan, after)
    _remove(connection, response, old - new)
    _insert(connection, response, new - old)


def rows_of(response: str, plan: Plan, state: ResponseState) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """All rows of both tables, assignments and clocks, as they follow from a state."""
    assignments = [_row(response, each) for each in state.assignments.values()]
    return assignments, [_clock_row(response, each) for each in clocks(plan, state)]


def due_responses(connection: Connection, now: datetime) -> dict[str, datetime]:
    """Responses with a clock due at `now`, with the earliest due time of each, earliest first."""
    due: dict[str, datetime] = {}
    for book in BOOKS.values():
        rows = connection.execute(select(book.clocks.c.response, book.clocks.c.due).where(book.clocks.c.due <= now))
        for response, moment in rows:
            due[response] = min(moment, due.get(response, moment))
    return dict(sorted(due.items(), key=lambda item: item[1]))


def next_clock(connection: Connection) -> datetime | None:
    """The earliest clock of all responses."""
    first = (
        connection.execute(select(book.clocks.c.due).order_by(book.clocks.c.due).limit(1)).scalar() for book in BOOKS.values()
    )
    return min((due for due in first if due), default=None)


def _project_assignments(connection: Connection, response: str, before: ResponseState | None, after: ResponseState) -> None:
    known = before.assignments if before else Instances()
    changed = after.assignments.changed_since(known)
    if not changed:
        return
    table = book_of(response).assignments
    replaced = [each.id for each in changed if each.id in known]
    if replaced:
        connection.execute(delete(table).where(table.c.response == response, table.c.assignment.in_(replaced)))
    connection.execute(insert(table), [_row(response, each) for each in changed])


def _row(response: str, assignment: Assignment) -> dict[str, object]:
    return {
        "response": response,
        "assignment": assignment.id,
        "task": assignment.task,
        "finding": assignment.finding,
        "status": assignment.status.value,
        "assignees": list(assignment.assignees),
        "opened_at": assignment.opened_at,
        "acknowledge_by": assignment.acknowledge_by,
        "done_by": assignment.done_by,
        "awaits_decision": assignment.awaits_decision,
    }


def _remove(connection: Connection, response: str, rows: frozenset[ClockRow]) -> None:
    if not rows:
        return
    table = book_of(response).clocks
    same = and_(*(table.c[name] == bindparam(f"_{name}") for name in ("assignment", "clock", "name", "epoch")))
    keys = [{"_assignment": row.assignment, "_clock": row.clock, "_name": row.name, "_epoch": row.epoch} for row in rows]
    connection.execute(delete(table).where(table.c.response == response, same), keys)


def _insert(connection: Connection, response: str, rows: frozenset[ClockRow]) -> None:
    if not rows:
        return
    connection.execute(insert(book_of(response).clocks), [_clock_row(response, row) for row in rows])


def _clock_row(response: str, row: ClockRow) -> dict[str, object]:
    return {
        "response": response,
        "assignment": row.assignment,
        "clock": row.clock,
        "name": row.name,
        "epoch": row.epoch,
        "due": row.due,
    }
