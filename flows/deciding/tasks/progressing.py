"""Asking whoever works on a task how far they are, when they have not said so in time. Pure.

The clock begins with the acknowledgement or the start, then with each word of progress. The second miss in a row also tells the
first role on the task's ladder.
"""

from datetime import datetime

from flows.deciding.climbing import tell_roles
from flows.deciding.draft import Draft
from flows.deciding.tasks.applying import level_of
from flows.model.events import ProgressMissed, Told
from flows.model.state import Assignment, ResponseState
from plans.model import Plan, Task


def progress_due(plan: Plan, state: ResponseState, assignment: Assignment) -> datetime | None:
    """When somebody should have said how far it is; None where nobody has to, or while it is suspended."""
    task = plan.tasks[assignment.task]
    if not task.progress or assignment.progress_from is None or not assignment.has_begun:
        return None
    level = level_of(state, task)
    every = task.progress.get(level) if level else None
    if every is None or assignment.has_ended or assignment.is_suspended:
        return None
    return assignment.progress_from + every


def ask_for_progress(draft: Draft) -> None:
    for assignment in draft.state.assignments.unended:
        due = progress_due(draft.plan, draft.state, assignment)
        if due and due <= draft.now:
            misses = assignment.progress_misses + 1
            told = _told(draft, assignment, misses)
            draft.add(ProgressMissed(at=draft.now, assignment=assignment.id, due=due, misses=misses, told=told))


def _told(draft: Draft, assignment: Assignment, misses: int) -> tuple[Told, ...]:
    workers = [told for who, told in assignment.told.items() if who in assignment.acknowledged and who not in assignment.declined]
    role = _first_role(draft.plan, draft.task(assignment))
    leaders = tell_roles(draft.duty, (role,), draft.now) if role and misses > 1 else ()
    known = {told.person for told in workers}
    return (*workers, *(told for told in leaders if told.person not in known))


def _first_role(plan: Plan, task: Task) -> str:
    """The first that its ladder names beside the assignees and their deputies."""
    named = (rung.tell for rung in plan.ladders[task.ladder].rungs if rung.tell not in ("assignee", "deputy"))
    return next(named, "")
