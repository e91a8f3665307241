"""What a task waits for before it opens: its predecessors, each done, not asked for, or waited for long enough. Pure."""

from collections.abc import Iterator
from datetime import datetime

from flows.deciding.levels.levels import holds
from flows.deciding.outline import kin_before, outline
from flows.deciding.tasks.applying import findings_of, goes_on, is_asked_for, is_stopped, is_unopened
from flows.deciding.tasks.second_person import is_confirmed
from flows.model.assignment import Assignment, TaskStatus
from flows.model.instances import Series, has_been_done
from flows.model.state import ResponseState, Status
from plans.expressions import Truth
from plans.model import OnEnd, Phase, Plan, Task


def opens_at(plan: Plan, state: ResponseState, task: Task, finding: str) -> datetime | None:
    """When it opens as things stand; a moment that has passed: now. None: not until something happens."""
    if not is_asked_for(state, task) and not _follows_kept(plan, state, task, finding):
        return None
    if not is_unopened(state.assignments.series(task.name, finding)) and not renewer(plan, state, task, finding):
        return None
    moment = state.opened_at
    for name in task.after:
        satisfied = satisfied_at(plan, state, task, finding, name)
        if satisfied is None:
            return None
        moment = max(moment, satisfied)
    return moment if _is_wanted(plan, state, task, finding) else None


def _follows_kept(plan: Plan, state: ResponseState, task: Task, finding: str) -> bool:
    """A response has stood down; what outlives it is followed by what outlives it too."""
    if state.status is not Status.STOOD_DOWN or task.on_end is not OnEnd.KEEP or not goes_on(state, task):
        return False
    before = (plan.tasks[name] for name in task.after if plan.tasks[name].on_end is OnEnd.KEEP)
    return any(_outlived(state, series) for each in before for series in _predecessors(state, task, finding, each))


def _outlived(state: ResponseState, series: Series) -> bool:
    """Whether an instance was open when the response stood down, or has opened since; a withdrawn one lets nothing follow."""
    since = state.stood_down_at
    going_on = (each for each in series if each.status is not TaskStatus.WITHDRAWN)
    return any(each.id in state.outlived_by or (since is not None and each.opened_at >= since) for each in going_on)


def renewer(plan: Plan, state: ResponseState, task: Task, finding: str) -> str:
    """The instance that it has to follow once more, because its finding has opened again what it comes after."""
    series = state.assignments.series(task.name, finding) if finding and task.name in outline(plan).renewed else ()
    if is_unopened(series):
        return ""
    latest = _renewed_before(plan, state, task, finding)
    return latest.id if latest and latest.serial > series[-1].serial else ""


def _renewed_before(plan: Plan, state: ResponseState, task: Task, finding: str) -> Assignment | None:
    """The latest instance that has begun anew of all that it comes after in this finding."""
    renewed: list[Assignment] = []
    for before in kin_before(plan, task):
        renewed += [each for each in state.assignments.series(before.name, finding) if each.is_renewed]
        earlier = _renewed_before(plan, state, before, finding)
        renewed += [earlier] if earlier else []
    return max(renewed, key=lambda each: each.serial, default=None)


def satisfied_at(plan: Plan, state: ResponseState, task: Task, finding: str, name: str) -> datetime | None:
    """When the task waits no longer for this predecessor; the opening of the response where it does not wait at all."""
    predecessor = plan.tasks[name]
    several = _predecessors(state, task, finding, predecessor)
    is_done = any(_counts(plan, state, task, predecessor, series) for series in several) and not _is_behind(
        plan, state, task, finding, predecessor
    )
    if is_done or _is_not_asked_for(state, predecessor, several):
        return state.opened_at
    limit = task.after_at_most.get(name)
    began = [series[-1].since for series in several if series and series[-1].since]
    return min(began) + limit if limit is not None and began else None


def _counts(plan: Plan, state: ResponseState, task: Task, predecessor: Task, series: Series) -> bool:
    """It has been done, and where that takes a second person, confirmed; the confirmation itself waits for the deed alone."""
    is_enough = task.confirms == predecessor.name or is_confirmed(plan, state, predecessor, series)
    return has_been_done(series) and is_enough


def waited_for(plan: Plan, state: ResponseState, task: Task, finding: str) -> tuple[str, ...]:
    """The predecessors without which it opens, because they have been waited for long enough."""
    return tuple(
        name for name in task.after_at_most if satisfied_at(plan, state, task, finding, name) not in (None, state.opened_at)
    )


def ends_of_waiting(plan: Plan, state: ResponseState) -> Iterator[tuple[Task, str, datetime]]:
    """The tasks that open at a known time, because then they have waited long enough; with their finding."""
    for task in outline(plan).waiting:
        for finding in findings_of(state, task):
            moment = opens_at(plan, state, task, finding)
            if moment is not None and moment > state.opened_at:
                yield task, finding, moment


def _predecessors(state: ResponseState, task: Task, finding: str, predecessor: Task) -> tuple[Series, ...]:
    """The instances that count: of the same finding, of the whole response, or of any finding there is."""
    if not predecessor.each:
        return (state.assignments.series(predecessor.name, ""),)
    if predecessor.each == task.each:
        return (state.assignments.series(predecessor.name, finding),)
    found = (each.id for each in state.findings.values() if each.of == predecessor.each)
    return tuple(state.assignments.series(predecessor.name, each) for each in found)


def _is_behind(plan: Plan, state: ResponseState, task: Task, finding: str, predecessor: Task) -> bool:
    """It has been done, and will be done once more first."""
    if predecessor.each != task.each or not renewer(plan, state, predecessor, finding):
        return False
    return holds(plan, predecessor.when, state, finding) is not Truth.FALSE


def _is_not_asked_for(state: ResponseState, predecessor: Task, several: tuple[Series, ...]) -> bool:
    """At this level, or because the response has stood down; what still runs is waited for."""
    is_past = state.status is Status.STOOD_DOWN and predecessor.phase is Phase.RESPONSE
    if state.level in predecessor.levels and not is_past:
        return False
    return all(each.has_ended for series in several for each in series)


def _is_wanted(plan: Plan, state: ResponseState, task: Task, finding: str) -> bool:
    return (
        not is_stopped(plan, state, task)
        and (not task.when or holds(plan, task.when, state, finding) is Truth.TRUE)
        and (not task.repeat_while or holds(plan, task.repeat_while, state, finding) is not Truth.FALSE)
    )
