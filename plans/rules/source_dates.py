"""A source is valid from a day before it ceases to be; one that is not valid on the day of the check is shown as a warning.

What rests on a law that has been replaced may have another limit now.
"""

from collections.abc import Iterator

from plans.diagnostic import Diagnostic, fault, warning
from plans.draft import Draft

RULE = "source-dates"
NEEDS_WHOLE = True


def check(draft: Draft) -> Iterator[Diagnostic]:
    for name, source in draft.sources.items():
        if source.valid_to and source.valid_to < source.valid_from:
            mark = draft.mark("sources", name, "valid_to")
            yield fault(mark, f"the source {name!r} ends before it begins", f"a day after {source.valid_from}", RULE)
        elif draft.today and source.valid_to and source.valid_to < draft.today:
            mark = draft.mark("sources", name, "valid_to")
            yield warning(mark, f"the source {name!r} is no longer valid", "what has taken its place", RULE)
        elif draft.today and source.valid_from > draft.today:
            mark = draft.mark("sources", name, "valid_from")
            yield warning(mark, f"the source {name!r} is not yet valid", "what is valid until then", RULE)
