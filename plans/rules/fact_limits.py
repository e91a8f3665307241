"""`min` and `max` are for numbers, the least first, with the default between them; `forecast` is for numbers too.

`fresh` is longer than nothing.
"""

from collections.abc import Iterator
from datetime import timedelta

from plans.diagnostic import Diagnostic, fault
from plans.draft import Draft
from plans.model import Fact, FactType

RULE = "fact-limits"
NEEDS_WHOLE = True


def check(draft: Draft) -> Iterator[Diagnostic]:
    for name, fact in draft.facts.items():
        if fact.type is FactType.NUMBER:
            yield from _range(draft, fact)
        else:
            for key, given in (("min", fact.low is not None), ("max", fact.high is not None), ("forecast", fact.forecast)):
                if given:
                    yield fault(
                        draft.key_mark("facts", name, key), f"{name!r} is a {fact.type} and has {key!r}", "a number", RULE
                    )
        if fact.fresh is not None and fact.fresh <= timedelta(0):
            yield fault(draft.mark("facts", name, "fresh"), "'fresh' is nothing", "a duration such as 6 h", RULE)


def _range(draft: Draft, fact: Fact) -> Iterator[Diagnostic]:
    if fact.low is not None and fact.high is not None and fact.low >= fact.high:
        yield fault(draft.mark("facts", fact.name, "max"), f"'max' is not above 'min' ({fact.low:g})", "a greater number", RULE)
    if isinstance(fact.default, float):
        is_low = fact.low is not None and fact.default < fact.low
        is_high = fact.high is not None and fact.default > fact.high
        if is_low or is_high:
            mark = draft.mark("facts", fact.name, "default")
            yield fault(mark, f"the default of {fact.name!r} is outside 'min' and 'max'", "one between them", RULE)
