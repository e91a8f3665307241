"""A signal reaches everybody at once: the first rung of its ladder uses every channel, so it has no `by`."""

from collections.abc import Iterator

from plans.diagnostic import Diagnostic, fault
from plans.draft import Draft

RULE = "signal-ladders"
NEEDS_WHOLE = True


def check(draft: Draft) -> Iterator[Diagnostic]:
    for name, task in draft.tasks.items():
        ladder = draft.ladders.get(task.ladder)
        if task.signal and ladder and ladder.rungs:
            first = min(ladder.rungs, key=lambda rung: rung.at)
            if first.by:
                what = f"the first rung of {ladder.name!r} uses {', '.join(first.by)} only"
                yield fault(draft.task_mark(name, "escalate"), what, "a ladder whose first rung has no 'by'", RULE)
