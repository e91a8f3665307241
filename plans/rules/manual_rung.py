"""Every ladder ends with a person who decides: a rung with `manual: true` that tells a role on duty."""

from collections.abc import Iterator

from plans.diagnostic import Diagnostic, fault
from plans.draft import Draft
from plans.rules.known_roles import relative

RULE = "manual-rung"
NEEDS_WHOLE = True


def check(draft: Draft) -> Iterator[Diagnostic]:
    for name, ladder in draft.ladders.items():
        if ladder.rungs and not any(rung.manual for rung in ladder.rungs):
            last = max(ladder.rungs, key=lambda rung: rung.at)
            mark = draft.key_mark("ladders", name, "rungs", last.name)
            yield fault(mark, f"the ladder {name!r} ends without a manual decision", "a last rung with 'manual: true'", RULE)
        for rung in ladder.rungs:
            if rung.manual and rung.tell in relative:
                mark = draft.mark("ladders", name, "rungs", rung.name, "tell")
                yield fault(mark, f"the manual rung tells {rung.tell!r}", "a role on duty, such as duty_officer", RULE)
