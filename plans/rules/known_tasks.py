"""A task comes `after` declared tasks, each named once; `reopens`, `confirms`, `stops`, `running(…)` and `done(…)` name such too.

Reports and signals are tasks.
"""

from collections.abc import Iterator

from plans.diagnostic import Diagnostic, Mark, fault, nearest
from plans.draft import Draft
from plans.rules.conditions import expression_faults

RULE = "known-tasks"
NEEDS_WHOLE = False


def check(draft: Draft) -> Iterator[Diagnostic]:
    yield from expression_faults(draft, RULE)
    for name, task in draft.tasks.items():
        seen: set[str] = set()
        for index, before in enumerate(task.after):
            mark = draft.after_mark(name, index)
            if before not in draft.tasks and before != task.confirms:
                yield _unknown(draft, mark, name, before)
            elif before in seen:
                yield fault(mark, f"the task {before!r} is named twice", "each predecessor once", RULE)
            seen.add(before)
        if task.confirms and task.confirms not in draft.tasks:
            yield _unknown(draft, draft.task_mark(name, "confirms"), name, task.confirms)
        named = {"reopens": task.reopens, "stops": task.signal.stops if task.signal else ()}
        for key, others in named.items():
            for index, other in enumerate(others):
                if other not in draft.tasks:
                    yield _unknown(draft, draft.task_mark(name, key, index), name, other)


def _unknown(draft: Draft, mark: Mark, name: str, other: str) -> Diagnostic:
    suggestion = nearest(other, [each for each in draft.tasks if each != name])
    return fault(mark, f"there is no task {other!r}", "a declared task", RULE, suggestion=suggestion)
