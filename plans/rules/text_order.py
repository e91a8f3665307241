"""Texts, colours and grades are not compared with `<` or `>`: that would compare letters ("major" > "breach").

Write `danger_grade == "major"`, `danger_grade in ["major", "breach"]`, or `rank(danger_grade) >= rank("major")`.
"""

from collections.abc import Iterator

from plans.diagnostic import Diagnostic
from plans.draft import Draft
from plans.rules.conditions import expression_faults

RULE = "text-order"
NEEDS_WHOLE = False


def check(draft: Draft) -> Iterator[Diagnostic]:
    yield from expression_faults(draft, RULE)
