"""A task that waits for one which does not apply at all of its levels is shown as a warning.

At the levels where the predecessor does not apply it counts as done, so the task opens earlier there. That may be meant.
"""

from collections.abc import Iterator

from plans.diagnostic import Diagnostic, warning
from plans.draft import Draft

RULE = "dependency-levels"
NEEDS_WHOLE = True


def check(draft: Draft) -> Iterator[Diagnostic]:
    for name, task in draft.tasks.items():
        for index, before in enumerate(task.after):
            missing = task.levels - draft.tasks[before].levels if before in draft.tasks else frozenset()
            if missing:
                levels = ", ".join(level.name for level in sorted(missing, reverse=True))
                mark = draft.after_mark(name, index)
                yield warning(mark, f"{before!r} does not apply at {levels}", f"the levels of {name!r}", RULE)
