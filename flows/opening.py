"""Which tasks open: predecessors done, level applies, condition holds; and when a repeating task comes round again. Pure."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from flows.draft import Draft
from flows.events import TaskOpened, TaskWithdrawn
from flows.levels import holds
from flows.state import Assignment, ResponseState, Status, TaskStatus
from plans.expressions import Truth
from plans.model import Level, Phase, Plan, Task


def open_what_may(draft: Draft) -> None:
    """Opens every task that may open now and has no instance, and every round that is due."""
    if draft.state.status is Status.CLOSED:
        return
    for task in draft.plan.tasks.values():
        if may_open(draft.plan, draft.state, task):
            open_task(draft, task, len(draft.state.of_task(task.name)) + 1)
    for latest, due in tuple(upcoming_rounds(draft.plan, draft.state)):
        if due <= draft.now:
            _open_next_round(draft, latest, due)


def may_open(plan: Plan, state: ResponseState, task: Task) -> bool:
    return (
        _is_phase(state, task)
        and state.level in task.levels
        and _is_unopened(state.of_task(task.name))
        and all(is_satisfied(state, plan.tasks[name]) for name in task.after)
        and (not task.when or holds(plan, task.when, state) is Truth.TRUE)
    )


def is_satisfied(state: ResponseState, predecessor: Task) -> bool:
    """Done once, or not asked for: at this level, or because the response has stood down."""
    instances = state.of_task(predecessor.name)
    if any(each.status in (TaskStatus.DONE, TaskStatus.SKIPPED) for each in instances):
        return True
    if state.status is Status.STOOD_DOWN and predecessor.phase is Phase.RESPONSE:
        return all(each.has_ended for each in instances)
    return state.level not in predecessor.levels and all(each.has_ended for each in instances)


def open_task(draft: Draft, task: Task, number: int, due: datetime | None = None) -> None:
    """A new instance; its ladder begins now. `due` is when it should have come round."""
    now = draft.now
    every = interval(task, draft.state.level)
    draft.add(
        TaskOpened(
            at=now,
            assignment=f"{task.name}.{number}",
            task=task.name,
            round=number,
            assignees=tuple(person.id for person in draft.duty.holders(task.role, now)),
            acknowledge_by=now + task.ack,
            done_by=now + task.done,
            next_round=now + every if every else None,
            due=due,
        )
    )


def interval(task: Task, level: Level) -> timedelta | None:
    """From one opening to the next at this level; None when the task does not repeat there."""
    return task.every.get(level)


def upcoming_rounds(plan: Plan, state: ResponseState) -> Iterator[tuple[Assignment, datetime]]:
    """The latest instance of each task that will come round again, with the time.

    A task whose condition does not hold does not come round; when it holds again, an overdue round is due at once.
    """
    for latest in latest_repeating(plan, state, state.level):
        condition = plan.tasks[latest.task].when
        if latest.next_round and (not condition or holds(plan, condition, state) is Truth.TRUE):
            yield latest, latest.next_round


def latest_repeating(plan: Plan, state: ResponseState, level: Level) -> Iterator[Assignment]:
    """The latest instance of each opened task that repeats at `level`; a withdrawn one is opened afresh instead."""
    for task in plan.tasks.values():
        if interval(task, level) and level in task.levels and _is_phase(state, task):
            instances = state.of_task(task.name)
            if instances and instances[-1].status is not TaskStatus.WITHDRAWN:
                yield instances[-1]


def _open_next_round(draft: Draft, latest: Assignment, due: datetime) -> None:
    # work under way goes on to its end beside the new round
    if latest.status in (TaskStatus.OPEN, TaskStatus.CALLED):
        reason = f"not done when round {latest.round + 1} was due"
        draft.add(TaskWithdrawn(at=draft.now, assignment=latest.id, reason=reason))
    open_task(draft, draft.task(latest), latest.round + 1, due)


def _is_unopened(instances: tuple[Assignment, ...]) -> bool:
    """Never opened, or withdrawn by a lower level and wanted again."""
    return not instances or instances[-1].status is TaskStatus.WITHDRAWN


def _is_phase(state: ResponseState, task: Task) -> bool:
    wanted = Phase.RESPONSE if state.status is Status.OPEN else Phase.RECOVERY
    return state.status is not Status.CLOSED and task.phase is wanted
