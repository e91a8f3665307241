"""A condition names only declared facts, their forecasts and their choices; a trigger sets only declared facts.

A misspelt name would make the condition unknown for ever.
"""

from collections.abc import Iterator

from plans.diagnostic import Diagnostic, fault, nearest
from plans.draft import Draft
from plans.rules.conditions import expression_faults

RULE = "known-facts"
NEEDS_WHOLE = False


def check(draft: Draft) -> Iterator[Diagnostic]:
    yield from expression_faults(draft, RULE)
    for name, trigger in draft.triggers.items():
        for fact in trigger.facts:
            if fact not in draft.facts:
                mark = draft.key_mark("triggers", name, "facts", fact)
                yield fault(mark, f"there is no fact {fact!r}", "a declared fact", RULE, suggestion=nearest(fact, draft.facts))
