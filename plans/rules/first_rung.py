"""A ladder begins at once: its first rung is at 0 min and tells the assignee. It has at least one rung."""

from collections.abc import Iterator
from datetime import timedelta

from plans.diagnostic import Diagnostic, fault
from plans.draft import Draft

RULE = "first-rung"
NEEDS_WHOLE = True


def check(draft: Draft) -> Iterator[Diagnostic]:
    for name, ladder in draft.ladders.items():
        if not ladder.rungs:
            yield fault(draft.mark("ladders", name, "rungs"), f"the ladder {name!r} has no rungs", "at least two", RULE)
            continue
        first = min(ladder.rungs, key=lambda rung: rung.at)
        if first.at > timedelta(0):
            mark = draft.mark("ladders", name, "rungs", first.name, "at")
            yield fault(mark, f"nobody is told at the start of the ladder {name!r}", "a rung at 0 min", RULE)
        elif first.tell != "assignee":
            mark = draft.mark("ladders", name, "rungs", first.name, "tell")
            yield fault(mark, f"the first rung of {name!r} tells {first.tell!r}", "assignee", RULE)
