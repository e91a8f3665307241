"""What of a plan is asked for in every decision, gathered once: the tasks that come round, wait, stop, follow. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from plans.expressions import fields_in, tasks_in
from plans.model import Plan, Task

FIELD = "finding."
"""In front of a field of its finding, in what opens a task again."""
_NAME = "_outline"


@dataclass(frozen=True, slots=True)
class Outline:
    """Tasks in the order of the plan. `opening` open by themselves; `stopped_by` names the signals that stop a task.

    `asks_running`: whether some condition asks what is running, so that an opening may be what another task waits for.
    `watches_tasks`: whether a level, a link, a finding or the end hangs on tasks. `asks_more`: those whose interval hangs on
    other tasks or on their finding. `ageing`: facts that grow old. `of_kind`: the tasks for each kind of finding;
    `confirmed_by`: for each task that takes a second person, the one that confirms it. `renewed`: those that follow, in their
    finding, a task that a field of it opens again. `seen_by`: for each task those that look at it before they open, itself
    included: what comes after it, asks about it, is confirmed or stopped by it.
    """

    opening: tuple[Task, ...]
    repeating: tuple[Task, ...]
    waiting: tuple[Task, ...]
    following: tuple[Task, ...]
    stopped_by: Mapping[str, tuple[str, ...]]
    asks_running: bool
    watches_tasks: bool
    asks_more: frozenset[str]
    ageing: Mapping[str, timedelta]
    of_kind: Mapping[str, frozenset[str]]
    renewed: frozenset[str]
    confirmed_by: Mapping[str, str]
    seen_by: Mapping[str, frozenset[str]]


def outline(plan: Plan) -> Outline:
    """Kept with the plan, as its digest is."""
    known: Outline | None = plan.__dict__.get(_NAME)
    if known is None:
        plan.__dict__[_NAME] = known = _outline(plan)
    return known


def _outline(plan: Plan) -> Outline:
    tasks = tuple(plan.tasks.values())
    signals = [task for task in tasks if task.signal]
    confirmed_by = {task.confirms: task.name for task in tasks if task.confirms}
    stops = {name for task in signals if task.signal for name in task.signal.stops}
    return Outline(
        opening=tuple(task for task in tasks if task.signal is None),
        repeating=tuple(task for task in tasks if task.every or task.every_case),
        waiting=tuple(task for task in tasks if task.after_at_most),
        following=tuple(task for task in tasks if task.again),
        stopped_by={name: tuple(each.name for each in signals if each.signal and name in each.signal.stops) for name in stops},
        asks_running=any("running" in condition for task in tasks for condition in _conditions(task)),
        watches_tasks=any(tasks_in(plan, condition) for condition in _watched(plan) if condition),
        asks_more=frozenset(task.name for task in tasks if any(_asks_more(plan, task, case.when) for case in task.every_case)),
        ageing={fact.name: fact.fresh for fact in plan.facts.values() if fact.fresh is not None},
        of_kind={kind: frozenset(task.name for task in tasks if task.each == kind) for kind in plan.findings},
        confirmed_by=confirmed_by,
        renewed=frozenset(task.name for task in tasks if any(_follows_fields(plan, each) for each in kin_before(plan, task))),
        seen_by=_seen_by(plan, confirmed_by),
    )


def kin_before(plan: Plan, task: Task) -> tuple[Task, ...]:
    """What it comes after in the same finding."""
    before = (plan.tasks[name] for name in task.after if name in plan.tasks) if task.each else ()
    return tuple(each for each in before if each.each == task.each)


def _seen_by(plan: Plan, confirmed_by: Mapping[str, str]) -> dict[str, frozenset[str]]:
    seen_by: dict[str, set[str]] = {name: {name} for name in plan.tasks}
    for task in plan.tasks.values():
        for name in _looked_at(plan, task):
            # what takes a second person counts once that one has confirmed it
            for seen in filter(None, (name, confirmed_by.get(name))):
                seen_by.setdefault(seen, set()).add(task.name)
        for name in task.signal.stops if task.signal else ():
            seen_by[task.name].add(name)
    return {name: frozenset(others) for name, others in seen_by.items()}


def _looked_at(plan: Plan, task: Task) -> Iterator[str]:
    """By a task before it opens, and by what it comes after in its finding: that may have to be done once more first."""
    yield from task.after
    for condition in filter(None, (task.when, task.repeat_while)):
        yield from tasks_in(plan, condition)
    for before in kin_before(plan, task):
        yield from _looked_at(plan, before)


def _follows_fields(plan: Plan, task: Task) -> bool:
    """A field of its finding opens it again, or something that it comes after."""
    return any(name.startswith(FIELD) for name in task.again) or any(
        _follows_fields(plan, each) for each in kin_before(plan, task)
    )


def _asks_more(plan: Plan, task: Task, condition: str) -> bool:
    return bool(tasks_in(plan, condition) or fields_in(plan, condition, task.each))


def _watched(plan: Plan) -> Iterator[str]:
    """Conditions of the response as a whole."""
    for rule in plan.levels.values():
        yield from (rule.when, rule.keep)
    yield from (link.when for link in plan.links.values())
    yield from (kind.when for kind in plan.findings.values())
    yield plan.end.when


def _conditions(task: Task) -> tuple[str, ...]:
    return (task.when, task.repeat_while, task.repeat_until, task.pause, *(case.when for case in task.every_case))
