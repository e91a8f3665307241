"""A report that may only open when it is already due is shown as a warning.

Its limit counts from the event, from when the bureau learned of it or from the request, not from its opening: the tasks before
it, each in the time it has, must leave some. What a report is due at counts whatever comes before it; a predecessor that is
waited for at most some time counts with that; `occurred`, `learned` and `received` are taken for the opening of the response.
A continued report counts from its own opening: `clock_from: opened`.
"""

from collections.abc import Iterator
from datetime import timedelta

from plans.diagnostic import Diagnostic, warning
from plans.draft import Draft
from plans.model import ClockFrom, Level, Phase, Task
from plans.quantities import in_words
from plans.task_order import in_order, predecessors

RULE = "late-reports"
NEEDS_WHOLE = True


def check(draft: Draft) -> Iterator[Diagnostic]:
    order = in_order(draft)
    late: dict[str, Diagnostic] = {}
    for level in draft.levels:
        opening = _openings(draft, level, order)
        for name, begins in opening.items():
            report = draft.tasks[name].report
            # whoever is not told by the opening of the response, but by a finding, has a clock of their own
            is_from_outside = report and report.clock_from is not ClockFrom.OPENED and not draft.tasks[name].each
            if report and is_from_outside and level in report.within and begins >= report.within[level]:
                what = f"the report {name!r} may open {in_words(begins)} after the beginning and is due after"
                mark = draft.task_mark(name, "within", level.name)
                late.setdefault(name, warning(mark, f"{what} {in_words(report.within[level])}", "shorter tasks before it", RULE))
    yield from late.values()


def _openings(draft: Draft, level: Level, order: tuple[str, ...]) -> dict[str, timedelta]:
    """How long after the beginning each task of the response opens at the latest, if nothing is late."""
    opening: dict[str, timedelta] = {}
    finished: dict[str, timedelta] = {}
    for name in order:
        task = draft.tasks[name]
        if level not in task.levels or task.phase is Phase.RECOVERY or task.signal:
            continue
        waits = [
            _waited(task, draft.tasks[before], opening, finished) for before in predecessors(draft, name) if before in finished
        ]
        opening[name] = max(waits, default=timedelta(0))
        due = task.report.within.get(level) if task.report and task.report.clock_from is not ClockFrom.OPENED else None
        finished[name] = opening[name] + task.done if due is None else due
    return opening


def _waited(task: Task, before: Task, opening: dict[str, timedelta], finished: dict[str, timedelta]) -> timedelta:
    # what confirms a predecessor is waited for no longer than that one
    named = before.name if before.name in task.after else before.confirms
    at_most = task.after_at_most.get(named)
    return finished[before.name] if at_most is None else min(finished[before.name], opening[named] + at_most)
