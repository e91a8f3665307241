"""A task's `each` is a kind of finding declared under `findings`."""

from collections.abc import Iterator

from plans.diagnostic import Diagnostic, fault, nearest
from plans.draft import Draft

RULE = "known-findings"
NEEDS_WHOLE = False


def check(draft: Draft) -> Iterator[Diagnostic]:
    for name, task in draft.tasks.items():
        if task.each and task.each not in draft.findings:
            mark = draft.task_mark(name, "each")
            suggestion = nearest(task.each, draft.findings)
            yield fault(mark, f"there is no finding {task.each!r}", "a declared kind of finding", RULE, suggestion=suggestion)
