"""The rungs of a ladder stand in the order of their times, no two at the same time, and none after the manual one.

Rungs that a plan adds to the ladder of its base are put in their place by time.
"""

from collections.abc import Iterator

from plans.diagnostic import Diagnostic, fault
from plans.draft import Draft
from plans.model import Ladder, Rung
from plans.quantities import in_words

RULE = "rung-order"
NEEDS_WHOLE = True


def check(draft: Draft) -> Iterator[Diagnostic]:
    for ladder in draft.ladders.values():
        yield from _times(draft, ladder)
        yield from _after_manual(draft, ladder)


def _times(draft: Draft, ladder: Ladder) -> Iterator[Diagnostic]:
    before: list[Rung] = []
    for rung in ladder.rungs:
        mark = draft.mark("ladders", ladder.name, "rungs", rung.name, "at")
        same_file = [each for each in before if draft.key_mark("ladders", ladder.name, "rungs", each.name).file == mark.file]
        twin = next((each for each in before if each.at == rung.at), None)
        if twin:
            what = f"the rung {rung.name!r} is at the same time as {twin.name!r}"
            yield fault(mark, what, f"another time than {in_words(rung.at)}", RULE)
        elif same_file and rung.at < same_file[-1].at:
            what = f"the rung {rung.name!r} is before the one above it"
            yield fault(mark, what, f"more than {in_words(same_file[-1].at)}", RULE)
        before.append(rung)


def _after_manual(draft: Draft, ladder: Ladder) -> Iterator[Diagnostic]:
    manual = min((rung.at for rung in ladder.rungs if rung.manual), default=None)
    for rung in ladder.rungs:
        if manual is not None and rung.at > manual:
            mark = draft.key_mark("ladders", ladder.name, "rungs", rung.name)
            what = f"the rung {rung.name!r} is never reached, the manual decision is at {in_words(manual)}"
            yield fault(mark, what, "the manual rung last", RULE)
