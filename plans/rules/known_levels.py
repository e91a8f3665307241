"""Tasks, triggers and the end name only levels that the plan declares under `levels`, each with its condition and approvers."""

from collections.abc import Iterator

from plans.diagnostic import Diagnostic, fault
from plans.draft import Draft
from plans.model import Level

RULE = "known-levels"
NEEDS_WHOLE = True


def check(draft: Draft) -> Iterator[Diagnostic]:
    expected = "one of " + ", ".join(level.name for level in draft.levels)
    for name, task in draft.tasks.items():
        if missing := _missing(draft, task.levels):
            yield fault(draft.task_mark(name, "levels"), f"the plan has no level {missing}", expected, RULE)
    for name, trigger in draft.triggers.items():
        for level in trigger.propose:
            if level not in draft.levels:
                mark = draft.key_mark("triggers", name, "propose", level.name)
                yield fault(mark, f"the plan has no level {level.name} to propose", expected, RULE)
    for level in draft.end.by_level:
        if level not in draft.levels:
            mark = draft.key_mark("end", "approve", level.name)
            yield fault(mark, f"the plan has no level {level.name} to end", expected, RULE)


def _missing(draft: Draft, levels: frozenset[Level]) -> str:
    return ", ".join(level.name for level in sorted(levels, reverse=True) if level not in draft.levels)
