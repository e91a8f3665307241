"""A report has a limit (`within`) at each of its levels and at no other, and is not due before somebody has to answer."""

from collections.abc import Iterator

from plans.diagnostic import Diagnostic, fault
from plans.draft import Draft
from plans.model import Report, Task
from plans.quantities import in_words
from plans.reader import Mapping

RULE = "report-limits"
NEEDS_WHOLE = True


def check(draft: Draft) -> Iterator[Diagnostic]:
    for task in draft.tasks.values():
        if task.report:
            yield from _limits(draft, task, task.report)


def _limits(draft: Draft, task: Task, report: Report) -> Iterator[Diagnostic]:
    by_level = isinstance(draft.node("reports", task.name, "within"), Mapping)
    for level, within in report.within.items():
        path = ("within", level.name) if by_level else ("within",)
        if level not in task.levels:
            what = f"the report {task.name!r} does not apply at {level.name}"
            yield fault(draft.task_key_mark(task.name, *path), what, "its own levels only", RULE)
        elif within < task.ack and within < task.done:
            what = f"'within' ({in_words(within)}) is before 'ack' ({in_words(task.ack)})"
            yield fault(draft.task_mark(task.name, *path), what, f"at least {in_words(task.ack)}", RULE)
    missing = [level.name for level in sorted(task.levels, reverse=True) if level not in report.within]
    if missing and report.within:
        what = f"the report {task.name!r} has no limit at {', '.join(missing)}"
        yield fault(draft.task_key_mark(task.name, "within"), what, "one at each of its levels", RULE)
