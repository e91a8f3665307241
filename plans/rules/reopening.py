"""Tasks do not open each other again in a circle, and a task opened again is of the same kind of finding, or of none.

A signal is opened by sending it alone, so nothing reopens it.
"""

from collections.abc import Iterator

from plans.diagnostic import Diagnostic, fault
from plans.draft import Draft
from plans.task_order import circles

RULE = "reopening"
NEEDS_WHOLE = True


def check(draft: Draft) -> Iterator[Diagnostic]:
    for name, task in draft.tasks.items():
        for index, other in enumerate(task.reopens):
            if other in draft.tasks:
                yield from _reopened(draft, name, index, other)
    for circle in circles(draft.tasks, lambda name: (each for each in draft.tasks[name].reopens if each in draft.tasks)):
        first, second = circle[0], circle[1 % len(circle)]
        mark = draft.task_mark(first, "reopens", draft.tasks[first].reopens.index(second))
        yield fault(mark, f"tasks open each other again in a circle: {' → '.join((*circle, first))}", "an end", RULE)


def _reopened(draft: Draft, name: str, index: int, other: str) -> Iterator[Diagnostic]:
    mark = draft.task_mark(name, "reopens", index)
    reopened = draft.tasks[other]
    if reopened.signal:
        yield fault(mark, f"{other!r} is a signal", "a task: a signal is opened by sending it", RULE)
    elif reopened.each and reopened.each != draft.tasks[name].each:
        what = f"{other!r} is done for each {reopened.each!r}, {name!r} is not"
        yield fault(mark, what, f"'each: {reopened.each}' here too: of which finding is it opened again?", RULE)
