"""Each task has a code of its own, as on the printed plan; or none."""

from collections.abc import Iterator

from plans.diagnostic import Diagnostic, fault
from plans.draft import Draft

RULE = "task-codes"
NEEDS_WHOLE = True


def check(draft: Draft) -> Iterator[Diagnostic]:
    owners: dict[str, str] = {}
    for name, task in draft.tasks.items():
        owner = owners.setdefault(task.code, name)
        if task.code and owner != name:
            mark = draft.task_mark(name, "code")
            yield fault(mark, f"the code {task.code!r} is that of the task {owner!r}", "a code of its own", RULE)
