"""When a task is to be done: from its opening, or for a report from when the event happened or became known. Pure.

A report's limit goes by the level. When the level rises, the earlier of the old and the new limit counts.
"""

from datetime import datetime

from flows.deciding.draft import Draft
from flows.deciding.tasks.applying import level_of
from flows.model.commands import Opening
from flows.model.events import LimitMoved
from flows.model.reasons import level_now
from flows.model.state import Assignment, ResponseState, TaskStatus
from flows.report_errors import FutureError
from plans.model import ClockFrom, Report, Task


def done_by(state: ResponseState, task: Task, now: datetime) -> datetime:
    """The limit of an instance that opens now."""
    report = task.report
    if report is None:
        return now + task.done
    begins = start_of(state, report, now) if _is_first(state, task, len(state.of_task(task.name)) + 1, now) else now
    return _limit(state, task, report, begins)


def require_past(command: Opening, now: datetime) -> None:
    """What an opening says of where the clocks of reports begin. Error: `FutureError`."""
    said = {"occurred": command.occurred_at, "learned": command.learned_at, "received": command.received_at}
    for name, moment in said.items():
        if moment and moment > now:
            raise FutureError(name, moment, now)


def start_of(state: ResponseState, report: Report, opened_at: datetime) -> datetime:
    """When the clock of a first report began."""
    return began(state, report.clock_from, opened_at)


def began(state: ResponseState, clock: ClockFrom, opened_at: datetime) -> datetime:
    """The moment from which a law counts; the opening of the response where nobody said."""
    match clock:
        case ClockFrom.OCCURRED:
            return state.occurred_at or state.opened_at
        case ClockFrom.LEARNED:
            return state.learned_at or state.opened_at
        case ClockFrom.RECEIVED:
            return state.received_at or state.opened_at
        case ClockFrom.OPENED:
            return opened_at


def move_limits(draft: Draft) -> None:
    """Brings forward the limits of open reports that the present level makes shorter; one that has passed stays."""
    for assignment in draft.state.assignments.unended:
        if assignment.is_suspended or assignment.done.missed:
            continue
        limit = report_limit(draft.state, draft.task(assignment), assignment)
        if limit and limit < assignment.done_by:
            draft.add(
                LimitMoved(
                    at=draft.now,
                    assignment=assignment.id,
                    before=assignment.done_by,
                    done_by=limit,
                    reason=level_now(draft.state.level),
                )
            )


def report_limit(state: ResponseState, task: Task, assignment: Assignment) -> datetime | None:
    """What the present level asks of an open report."""
    if task.report is None:
        return None
    first = _is_first(state, task, assignment.round, assignment.opened_at)
    begins = start_of(state, task.report, assignment.opened_at) if first else assignment.opened_at
    return _limit(state, task, task.report, begins) + assignment.stood_still


def _limit(state: ResponseState, task: Task, report: Report, begins: datetime) -> datetime:
    level = level_of(state, task)
    return begins + (report.within.get(level, task.done) if level else task.done)


def _is_first(state: ResponseState, task: Task, number: int, opened_at: datetime) -> bool:
    """Whether the event's clock counts: only for the first round of a report that comes round, else until it is filed."""
    if task.each:
        return False
    if task.every or task.every_case:
        return number == 1
    return not any(
        each.status is TaskStatus.DONE and each.ended_at is not None and each.ended_at <= opened_at
        for each in state.of_task(task.name)
    )
