"""As what somebody is at work in a response: the role they were called for, else the one that they hold on the roster. Pure."""

from flows.deciding.draft import Draft
from flows.deciding.tasks.applying import role_of
from plans.model import Task

DEPUTY = "deputy"


def role_at_work(draft: Draft, person: str, task: Task) -> str:
    """`task` speaks to everybody (a signal); its own role is only that of whoever answers for it."""
    return _called_for(draft, person) or _held(draft, person, task) or DEPUTY


def _called_for(draft: Draft, person: str) -> str:
    of_theirs = (draft.task(each) for each in draft.state.assignments.unended if person in each.assignees)
    return next((role_of(draft.state, task) for task in of_theirs if task.signal is None), "")


def _held(draft: Draft, person: str, task: Task) -> str:
    return next((role for role in (task.role, *draft.plan.roles) if draft.duty.holds(person, (role,), draft.now)), "")
