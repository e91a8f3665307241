"""A task that comes after one for another kind of finding waits for any instance of it: that is shown as a warning.

A task and its predecessor with the same `each` go together, finding by finding. Where any instance will do, write
`when: done(classify)` and it is plain to see. A task without `each` may come after any: the first instance done counts.
"""

from collections.abc import Iterator

from plans.diagnostic import Diagnostic, warning
from plans.draft import Draft

RULE = "finding-order"
NEEDS_WHOLE = True


def check(draft: Draft) -> Iterator[Diagnostic]:
    for name, task in draft.tasks.items():
        for index, before in enumerate(task.after if task.each else ()):
            other = draft.tasks[before].each if before in draft.tasks else ""
            if other in draft.findings and task.each in draft.findings and other != task.each:
                what = f"{name!r} is done for each {task.each!r}, {before!r} for each {other!r}"
                expected = f"the same kind, or 'when: done({before})' where any will do"
                yield warning(draft.after_mark(name, index), what, expected, RULE)
