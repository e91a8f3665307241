"""The ladders that tasks climb (`escalate`, `late`) are declared under `ladders`."""

from collections.abc import Iterator

from plans.diagnostic import Diagnostic, fault, nearest
from plans.draft import Draft

RULE = "known-ladders"
NEEDS_WHOLE = False


def check(draft: Draft) -> Iterator[Diagnostic]:
    for name, task in draft.tasks.items():
        for key, ladder in (("escalate", task.ladder), ("late", task.late)):
            if ladder and ladder not in draft.ladders:
                mark = draft.task_mark(name, key)
                suggestion = nearest(ladder, draft.ladders)
                yield fault(mark, f"there is no ladder {ladder!r}", "a declared ladder", RULE, suggestion=suggestion)
