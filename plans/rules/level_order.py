"""Where two levels hang on the same number alone, the graver one begins further on; otherwise the other is never called for.

Told as a warning, and only of conditions of the form `flow >= 2500`.
"""

import re
from collections.abc import Iterator

from plans.diagnostic import Diagnostic, warning
from plans.draft import Draft

RULE = "level-order"
NEEDS_WHOLE = True

_simple = re.compile(r"\s*([a-z_][a-z0-9_.]*)\s*(>=|>|<=|<)\s*(\d+(?:\.\d+)?)\s*")


def check(draft: Draft) -> Iterator[Diagnostic]:
    found = {level: match for level, rule in draft.levels.items() if (match := _simple.fullmatch(rule.when))}
    for milder, match in found.items():
        fact, sign, number = match.groups()
        for graver, other in found.items():
            same = other[1] == fact and other[2][0] == sign[0]
            if graver < milder and same and not _further(sign, float(other[3]), float(number)):
                mark = draft.mark("levels", milder.name, "when")
                what = f"{milder.name} is never called for: {graver.name} is, from {fact} {other[2]} {other[3]} on"
                yield warning(mark, what, f"a condition that holds before that of {graver.name}", RULE)
                break


def _further(sign: str, number: float, than: float) -> bool:
    return number > than if sign[0] == ">" else number < than
