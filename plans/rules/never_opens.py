"""Every task can open at some level: its predecessors can be done there, in the same phase or before.

A predecessor that does not apply at a level counts as done. Recovery tasks open after the response, so a response task never
comes after one.
"""

from collections.abc import Iterator

from plans.diagnostic import Diagnostic, fault
from plans.draft import Draft
from plans.model import Level, Phase, Task
from plans.rules.task_cycles import cycles
from plans.task_order import in_order, predecessors

RULE = "never-opens"
NEEDS_WHOLE = True


def check(draft: Draft) -> Iterator[Diagnostic]:
    in_circles = {name for cycle in cycles(draft) for name in cycle}
    levels = _levels(draft, in_circles)
    blocked = {name for name in draft.tasks if not levels.get(name)}
    for name in draft.tasks:
        task = draft.tasks[name]
        # the first of a chain is the fault, the others follow from it
        if name in blocked and name not in in_circles and blocked.isdisjoint(task.after):
            mark = draft.task_key_mark(name)
            yield fault(mark, f"the task {name!r} can never open at any level", _reason(draft, task), RULE)


def _levels(draft: Draft, in_circles: set[str]) -> dict[str, set[Level]]:
    """The levels at which each task can open; a task in a circle opens at none."""
    found: dict[str, set[Level]] = {name: set() for name in in_circles}
    for name in in_order(draft, in_circles):
        if name in in_circles:
            continue
        task = draft.tasks[name]
        found[name] = set(task.levels) & set(draft.levels)
        for before in predecessors(draft, name):
            predecessor = draft.tasks[before]
            done = set() if _comes_later(predecessor, task) else found[before]
            found[name] &= done | (set(Level) - predecessor.levels)
    return found


def _comes_later(predecessor: Task, task: Task) -> bool:
    return predecessor.phase is Phase.RECOVERY and task.phase is Phase.RESPONSE


def _reason(draft: Draft, task: Task) -> str:
    later = [name for name in task.after if name in draft.tasks and _comes_later(draft.tasks[name], task)]
    if later:
        return f"'phase: recovery' here too, as for {later[0]!r} before it"
    return "a level at which all of its predecessors can be done"
