"""A task that `confirms` another can always be done by a second person, wherever that other one is asked for.

Both are of one phase and for one kind of finding, and it is asked for at every level of the other. Each task has one confirmation
at most, which comes up with it and has neither `when` nor `every` of its own; signals and confirmations are not confirmed. Where
both have the same role, not everybody who holds it may be asked to do the first one (`need: all`).
"""

from collections.abc import Iterable, Iterator

from plans.diagnostic import Diagnostic, fault
from plans.draft import Draft
from plans.model import Level, Task

RULE = "second-person"
NEEDS_WHOLE = True


def check(draft: Draft) -> Iterator[Diagnostic]:
    first: dict[str, str] = {}
    for name, task in draft.tasks.items():
        other = draft.tasks.get(task.confirms)
        if other is None:
            continue
        mark = draft.task_mark(name, "confirms")
        for what, expected in _misfits(task, other):
            yield fault(mark, what, expected, RULE)
        if (earlier := first.setdefault(other.name, name)) != name:
            yield fault(mark, f"{other.name!r} is confirmed by {earlier!r} already", "one confirmation of each task", RULE)


def _misfits(task: Task, other: Task) -> Iterator[tuple[str, str]]:
    name, confirmed = repr(task.name), repr(other.name)
    if other.signal or other.confirms:
        kind = "a signal" if other.signal else "a confirmation itself"
        yield f"{confirmed} is {kind}", "a task or a report that somebody does"
    if task.each != other.each:
        yield f"{name} and {confirmed} are not for the same kind of finding", f"'each' as in {confirmed}"
    if task.phase is not other.phase:
        yield f"{name} and {confirmed} are not of the same phase", f"'phase: {other.phase.value}'"
    if left := other.levels - task.levels:
        yield f"nobody confirms {confirmed} at level {_named(left)}", f"the levels of {confirmed}: {_named(other.levels)}"
    if task.when or task.every or task.every_case:
        key = "when" if task.when else "every"
        yield f"{name} has {key!r}", f"none: it opens whenever {confirmed} is done"
    if task.role == other.role and other.need == "all":
        yield f"everybody who holds {task.role!r} takes {confirmed} on, and nobody is left to confirm it", "another role here"


def _named(levels: Iterable[Level]) -> str:
    return ", ".join(level.name for level in sorted(levels, reverse=True))
