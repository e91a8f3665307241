"""Whether two reports look like one finding: the same place in the same words, within a few minutes of each other. Pure.

Two of different kinds by one of their choices (a leak, a slide) are two.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from flows.model.events import Value
from flows.model.finding import Finding
from flows.model.state import ResponseState
from plans.model import EvidenceType, FindingKind

WITHIN = timedelta(minutes=10)
_signs = re.compile(r"[\W_]+")

Values = Mapping[str, Value | tuple[Value, ...]]


def alike_to(state: ResponseState, kind: FindingKind, label: str, values: Values, at: datetime) -> list[Finding]:
    """Open ones of the kind that a person reported about then, with the same label or the same words in one of its fields."""
    return [
        each
        for each in state.findings.values()
        if each.of == kind.name and each.is_open and each.cause == "person" and abs(at - each.at) <= WITHIN
        if (_words(each.label) == _words(label) or _shares_words(kind, each.values, values))
        and not _differ(kind, each.values, values)
    ]


def _shares_words(kind: FindingKind, before: Values, now: Values) -> bool:
    texts = (field.name for field in kind.fields if field.type is EvidenceType.TEXT and not field.many)
    return any(name in before and name in now and _words(before[name]) == _words(now[name]) != "" for name in texts)


def _differ(kind: FindingKind, before: Values, now: Values) -> bool:
    choices = (field.name for field in kind.fields if field.type is EvidenceType.CHOICE)
    return any(name in before and name in now and before[name] != now[name] for name in choices)


def _words(said: object) -> str:
    """`K87+600` and `k87 + 600` are one place."""
    return _signs.sub("", str(said)).casefold()
