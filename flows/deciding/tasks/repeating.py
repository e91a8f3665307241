"""When a task comes round again: an interval that level and facts decide when asked, while, until. Pure."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256

from flows.deciding.kept import kept
from flows.deciding.levels.levels import holds
from flows.deciding.outline import outline
from flows.deciding.tasks.applying import findings_of, goes_on, is_stopped, level_of
from flows.model.assignment import Assignment, TaskStatus
from flows.model.replacing import replace
from flows.model.state import ResponseState
from plans.expressions import Truth
from plans.model import Level, Plan, Task


def due_rounds(plan: Plan, state: ResponseState, now: datetime) -> Iterator[tuple[Assignment, datetime]]:
    """The rounds that are due now, with the time since when."""
    for latest, due in _rounds(plan, state):
        if due <= now and _comes_round(plan, state, latest):
            yield latest, due


def upcoming_rounds(plan: Plan, state: ResponseState) -> Iterator[tuple[Assignment, datetime]]:
    """The latest instance of each task that will come round again, with the time.

    A task whose condition does not hold does not come round; when it holds again, an overdue round is due at once.
    """
    for latest, due in _rounds(plan, state):
        if _comes_round(plan, state, latest):
            yield latest, due


def next_round(plan: Plan, state: ResponseState, before: datetime | None) -> datetime | None:
    """When the next round is due, or `before` when that is earlier: what comes later is not looked at."""
    for latest, due in _rounds(plan, state):
        if (before is None or due < before) and _comes_round(plan, state, latest):
            before = due
    return before


def moved_rounds(plan: Plan, state: ResponseState, level: Level) -> dict[str, datetime]:
    """When each next round is due at that level: the earlier of its old and its new time."""
    return {latest.id: due for latest, due in _rounds(plan, replace(state, level=level))}


def interval(plan: Plan, state: ResponseState, task: Task, finding: str, age: timedelta, number: int) -> timedelta | None:
    """From the opening of round `number` to the next, as level and facts have it now; None: it does not come round.

    `age`: how long after the first opening it opened.
    """
    level = level_of(state, task)
    every = _longest(plan, state, task, finding, age, level) if level else None
    earliest = task.earliest.get(level) if level else None
    if every is None or earliest is None or earliest >= every:
        return every
    return earliest + timedelta(seconds=int((every - earliest).total_seconds() * _chance(state, task, finding, number)))


def _chance(state: ResponseState, task: Task, finding: str, number: int) -> float:
    """From 0 to 1, the same whenever it is asked for; nobody who has only the plan can work it out."""
    seed = f"{state.opened_at.isoformat()} {state.incident} {task.name} {finding} {number}"
    return int.from_bytes(sha256(seed.encode()).digest()[:8]) / 2**64


def _longest(plan: Plan, state: ResponseState, task: Task, finding: str, age: timedelta, level: Level) -> timedelta | None:
    for case in task.every_case:
        if case.during is not None and age >= case.during:
            continue
        if level in case.every and (not case.when or holds(plan, case.when, state, finding) is Truth.TRUE):
            return case.every[level]
    return task.every.get(level)


def opens_again(plan: Plan, state: ResponseState, task: Task, finding: str) -> bool:
    """Level and facts let an instance stand beside or after the ones there were, whatever is over."""
    return (
        goes_on(state, task)
        and (not task.when or holds(plan, task.when, state, finding) is not Truth.FALSE)
        and (not task.repeat_while or holds(plan, task.repeat_while, state, finding) is not Truth.FALSE)
    )


def is_over(plan: Plan, state: ResponseState, task: Task, finding: str) -> bool:
    """It has come round for as long as it was to."""
    return bool(task.repeat_until) and holds(plan, task.repeat_until, state, finding) is Truth.TRUE


def is_idle(plan: Plan, state: ResponseState, task: Task, finding: str) -> bool:
    """What it comes round for is not there at present."""
    return bool(task.repeat_while) and holds(plan, task.repeat_while, state, finding) is Truth.FALSE


def _rounds(plan: Plan, state: ResponseState) -> Iterator[tuple[Assignment, datetime]]:
    """Whatever the conditions say of each task. Worked out once for each state of its latest instance, and of the facts."""
    rounds, instances = _rounds_seen(plan, state), state.assignments
    for task in outline(plan).repeating:
        every = instances.of_task(task.name)
        for finding in findings_of(state, task) if every else ():
            series = instances.series(task.name, finding) if finding else every
            if not series:
                continue
            latest, known = series[-1], rounds.get((task.name, finding))
            if known is None or known[0] is not latest:
                known = latest, _round_of(plan, state, task, latest)
                if task.name not in outline(plan).asks_more:
                    rounds[task.name, finding] = known
            if known[1] is not None:
                yield latest, known[1]


def _round_of(plan: Plan, state: ResponseState, task: Task, latest: Assignment) -> datetime | None:
    """A withdrawn instance is opened afresh instead; a suspended one waits."""
    if not goes_on(state, task) or latest.status is TaskStatus.WITHDRAWN or latest.is_suspended:
        return None
    every = interval(plan, state, task, latest.finding, latest.age, latest.round)
    return _due(latest, every) if every else None


_Rounds = dict[tuple[str, str], tuple[Assignment, datetime | None]]


def _rounds_seen(plan: Plan, state: ResponseState) -> _Rounds:
    seen = (state.facts, state.forecasts, state.situation.stale, state.level, state.status, state.night)
    return kept(plan, "_rounds", seen, dict)


def _due(latest: Assignment, every: timedelta) -> datetime:
    """A longer interval counts from the next round on."""
    due = latest.opened_at + every + latest.stood_still
    return min(due, latest.next_round) if latest.next_round else due


def _comes_round(plan: Plan, state: ResponseState, latest: Assignment) -> bool:
    task, finding = plan.tasks[latest.task], latest.finding
    return (
        not is_stopped(plan, state, task)
        and (not task.when or holds(plan, task.when, state, finding) is Truth.TRUE)
        and not is_idle(plan, state, task, finding)
        and not is_over(plan, state, task, finding)
    )
