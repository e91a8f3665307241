"""Progress is asked for at the task's own levels, more often than once in the time it has (`done`)."""

from collections.abc import Iterator
from datetime import timedelta

from plans.diagnostic import Diagnostic, fault
from plans.draft import Draft
from plans.quantities import in_words
from plans.reader import Mapping

RULE = "progress-times"
NEEDS_WHOLE = True


def check(draft: Draft) -> Iterator[Diagnostic]:
    for name, task in draft.tasks.items():
        by_level = isinstance(draft.node(*draft.task_path(name, "progress")), Mapping)
        for level, every in task.progress.items():
            path = ("progress", level.name) if by_level else ("progress",)
            if level not in task.levels:
                what = f"the task {name!r} does not apply at {level.name}"
                yield fault(draft.task_key_mark(name, *path), what, "its own levels only", RULE)
            elif not timedelta(0) < every < task.done:
                what = f"progress is asked for after {in_words(every)}, the task has {in_words(task.done)}"
                yield fault(draft.task_mark(name, *path), what, f"less than {in_words(task.done)}, more than nothing", RULE)
                break
