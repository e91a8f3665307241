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
    for due in tuple(rounds_due(draft.plan, draft.state, draft.now)):
        _open_next_round(draft, due)


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


def open_task(draft: Draft, task: Task, number: int) -> None:
    """A new instance; its ladder begins now."""
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
        )
    )


def interval(task: Task, level: Level) -> timedelta | None:
    """From one opening to the next at this level; None when the task does not repeat there."""
    return task.every.get(level)


def rounds_due(plan: Plan, state: ResponseState, now: datetime) -> Iterator[Assignment]:
    """The latest instance of each repeating task whose next round has come."""
    for latest, due in upcoming_rounds(plan, state):
        if due <= now:
            yield latest


def upcoming_rounds(plan: Plan, state: ResponseState) -> Iterator[tuple[Assignment, datetime]]:
    """The latest instance of each task that will come round again, with the time."""
    for task in plan.tasks.values():
        if not task.every or state.level not in task.levels or not _is_phase(state, task):
            continue
        instances = state.of_task(task.name)
        if instances and instances[-1].next_round:
            yield instances[-1], instances[-1].next_round


def _open_next_round(draft: Draft, latest: Assignment) -> None:
    if not latest.has_ended:
        reason = f"not done when round {latest.round + 1} was due"
        draft.add(TaskWithdrawn(at=draft.now, assignment=latest.id, reason=reason))
    open_task(draft, draft.task(latest), latest.round + 1)


def _is_unopened(instances: tuple[Assignment, ...]) -> bool:
    """Never opened, or withdrawn by a lower level and wanted again."""
    return not instances or instances[-1].status is TaskStatus.WITHDRAWN


def _is_phase(state: ResponseState, task: Task) -> bool:
    wanted = Phase.RESPONSE if state.status is Status.OPEN else Phase.RECOVERY
    return state.status is not Status.CLOSED and task.phase is wanted
