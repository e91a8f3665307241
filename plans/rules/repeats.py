"""A task repeats only at its own levels, does not stop when it gets worse, and has time to be done before the next round.

Of the cases of `every` the first that applies counts: one without a condition comes last. `while`, `until` and `earliest`
are for tasks that come round; `earliest` is shorter than every interval at its level.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from plans import reader
from plans.diagnostic import Diagnostic, fault
from plans.draft import Draft, Path
from plans.model import Level, Task
from plans.quantities import in_words
from plans.shape_repeats import is_conditional

RULE = "repeats"
NEEDS_WHOLE = True


def check(draft: Draft) -> Iterator[Diagnostic]:
    for name, task in draft.tasks.items():
        path = draft.task_path(name, "every")
        listed = isinstance(draft.node(*path), reader.Sequence)
        for index, case in enumerate(task.every_case):
            if not is_conditional(case):
                what = "the cases after this one never apply, it has no condition"
                yield fault(draft.mark(*path, index), what, "'when' or 'during' here, or its place at the end", RULE)
            here = (*path, index, "is") if is_conditional(case) else (*path, index)
            yield from _intervals(draft, task, case.every, here)
        yield from _intervals(draft, task, task.every, (*path, len(task.every_case)) if listed else path)
        yield from _ends_when_it_gets_worse(draft, task, path)
        yield from _spot_checks(draft, task)
        for key, condition in (("while", task.repeat_while), ("until", task.repeat_until), ("earliest", task.earliest)):
            if condition and not task.every and not task.every_case:
                mark = draft.task_key_mark(name, key)
                yield fault(mark, f"{key!r} is here and the task {name!r} does not come round", "'every' beside it", RULE)


def _ends_when_it_gets_worse(draft: Draft, task: Task, path: Path) -> Iterator[Diagnostic]:
    """Rounds at one level only, or from one level on, may be meant; rounds that stop at a graver level are not."""
    if task.every and not task.every_case and set(task.every) <= set(task.levels):
        missing = [level for level in sorted(task.levels) if level < max(task.every) and level not in task.every]
        if missing:
            named = ", ".join(level.name for level in missing)
            yield fault(
                draft.mark(*path), f"the rounds of {task.name!r} stop at {named}", "an interval for each graver level", RULE
            )


def _spot_checks(draft: Draft, task: Task) -> Iterator[Diagnostic]:
    """There is something left to chance at each level, and the round before has had its time."""
    for level, earliest in task.earliest.items():
        intervals = [each[level] for each in (task.every, *(case.every for case in task.every_case)) if level in each]
        mark = draft.task_mark(task.name, "earliest", level.name)
        if intervals and earliest >= min(intervals):
            expected = f"less than 'every' ({in_words(min(intervals))})"
            yield fault(mark, f"'earliest' ({in_words(earliest)}) leaves nothing to chance", expected, RULE)
        elif intervals and not task.report and earliest < task.done:
            what = f"a round may come after {in_words(earliest)}, before 'done' ({in_words(task.done)})"
            yield fault(mark, what, f"at least {in_words(task.done)}", RULE)


def _intervals(draft: Draft, task: Task, intervals: Mapping[Level, timedelta], path: Path) -> Iterator[Diagnostic]:
    by_level = isinstance(draft.node(*path), reader.Mapping)
    for level, every in intervals.items():
        here = (*path, level.name) if by_level else path
        needed = task.report.within.get(level, task.done) if task.report else task.done
        if level not in task.levels:
            what = f"the task {task.name!r} does not apply at {level.name}"
            yield fault(draft.key_mark(*here), what, "its own levels only", RULE)
        elif every < needed:
            key = "within" if task.report else "done"
            what = f"the next round comes after {in_words(every)}, before {key!r} ({in_words(needed)})"
            yield fault(draft.mark(*here), what, f"at least {in_words(needed)}", RULE)
            if not by_level:
                break
