"""A task comes `after` declared tasks, each named once."""

from collections.abc import Iterator

from plans.diagnostic import Diagnostic, fault, nearest
from plans.draft import Draft

RULE = "known-tasks"
NEEDS_WHOLE = False


def check(draft: Draft) -> Iterator[Diagnostic]:
    for name, task in draft.tasks.items():
        for index, before in enumerate(task.after):
            mark = draft.after_mark(name, index)
            if before not in draft.tasks:
                suggestion = nearest(before, [each for each in draft.tasks if each != name])
                yield fault(mark, f"there is no task {before!r}", "a declared task", RULE, suggestion=suggestion)
            elif before in task.after[:index]:
                yield fault(mark, f"the task {before!r} is named twice", "each predecessor once", RULE)
