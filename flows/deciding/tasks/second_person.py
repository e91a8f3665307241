"""The two-person rule: what one person has done counts once another has confirmed it, and never by their own hand. Pure.

A task with `confirms` opens for each instance of the other that is done; whoever took that one on neither answers nor decides it.
"""

from flows.confirmation_errors import SamePersonError
from flows.deciding.outline import outline
from flows.model.instances import Series, has_been_done
from flows.model.state import Assignment, ResponseState, TaskStatus
from plans.model import Plan, Task


def confirmed_instance(state: ResponseState, task: Task, finding: str) -> Assignment | None:
    """What a confirming task is about: the last that has been done."""
    series = state.assignments.series(task.confirms, finding) if task.confirms else ()
    done = [each for each in series if each.status is TaskStatus.DONE]
    return max(done, key=lambda each: (each.ended_at or each.opened_at, each.serial), default=None)


def doers_of(state: ResponseState, task: Task, finding: str) -> frozenset[str]:
    """Whoever took on what this one confirms; nobody where it confirms nothing."""
    done = confirmed_instance(state, task, finding)
    return frozenset(done.acknowledged) if done else frozenset()


def doers(plan: Plan, state: ResponseState, assignment: Assignment) -> frozenset[str]:
    return doers_of(state, plan.tasks[assignment.task], assignment.finding)


def require_another(plan: Plan, state: ResponseState, assignment: Assignment, person: str) -> None:
    """Error: `SamePersonError`."""
    if person in doers(plan, state, assignment):
        raise SamePersonError(person, assignment.id, plan.tasks[assignment.task].confirms)


def confirmer_of(plan: Plan, state: ResponseState, task: Task, finding: str) -> Task | None:
    """The task that confirms this one, where it is asked for at this level or still runs."""
    name = outline(plan).confirmed_by.get(task.name)
    if name is None:
        return None
    series = state.assignments.series(name, finding)
    is_asked_for = state.level in plan.tasks[name].levels or any(not each.has_ended for each in series)
    return plan.tasks[name] if is_asked_for else None


def is_confirmed(plan: Plan, state: ResponseState, task: Task, series: Series) -> bool:
    """What has been done, where that takes a second person: confirmed since it was last opened again."""
    finding = series[-1].finding if series else ""
    confirmer = confirmer_of(plan, state, task, finding)
    return confirmer is None or has_been_done(state.assignments.series(confirmer.name, finding))
