"""A task repeats only at its own levels, and a round has time to be done before the next one opens."""

from collections.abc import Iterator

from plans.diagnostic import Diagnostic, fault
from plans.draft import Draft
from plans.quantities import in_words
from plans.reader import Mapping

RULE = "repeats"
NEEDS_WHOLE = True


def check(draft: Draft) -> Iterator[Diagnostic]:
    for name, task in draft.tasks.items():
        path = draft.task_path(name, "every")
        for level, every in task.every.items():
            by_level = isinstance(draft.node(*path), Mapping)
            here = (*path, level.name) if by_level else path
            if level not in task.levels:
                what = f"the task {name!r} does not apply at {level.name}"
                yield fault(draft.key_mark(*here), what, "its own levels only", RULE)
            elif every < task.done:
                what = f"the next round comes after {in_words(every)}, before 'done' ({in_words(task.done)})"
                yield fault(draft.mark(*here), what, f"at least {in_words(task.done)}", RULE)
                if not by_level:
                    break
