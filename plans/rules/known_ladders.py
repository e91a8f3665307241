"""The ladders that tasks climb (`escalate`, `late`) and unanswered proposals climb (`sign`) are declared under `ladders`."""

from collections.abc import Iterator

from plans.diagnostic import Diagnostic, fault, nearest
from plans.draft import Draft, Path

RULE = "known-ladders"
NEEDS_WHOLE = False


def check(draft: Draft) -> Iterator[Diagnostic]:
    for ladder, path in named_ladders(draft):
        if ladder and ladder not in draft.ladders:
            suggestion = nearest(ladder, draft.ladders)
            yield fault(draft.mark(*path), f"there is no ladder {ladder!r}", "a declared ladder", RULE, suggestion=suggestion)


def named_ladders(draft: Draft) -> Iterator[tuple[str, Path]]:
    for name, task in draft.tasks.items():
        yield task.ladder, draft.task_path(name, "escalate")
        yield task.late, draft.task_path(name, "late")
    for level, rule in draft.levels.items():
        yield rule.sign, ("levels", level.name, "sign")
    yield draft.end.sign, ("end", "sign")
