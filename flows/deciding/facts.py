"""Facts as people type them, checked against the plan's declarations: `flow=2600`, `flow=2600m3/s`, `flow.forecast=3200`.

A value outside the fact's bounds, or in another unit, is refused: a gauge that says 9999 is broken, not high.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from unicodedata import normalize

from flows.errors import FactValueError, UnknownNameError
from flows.model.events import Value
from plans.model import Fact, FactType, Plan

FORECAST = ".forecast"
_NUMBER_AND_UNIT = re.compile(r"([+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?)\s*([^\s0-9].*)")
_TRUE = frozenset({"true", "yes", "1", "是", "有"})
_FALSE = frozenset({"false", "no", "0", "否", "无"})


@dataclass(frozen=True, slots=True)
class Readings:
    """Checked values, observed and forecast."""

    facts: Mapping[str, Value]
    forecasts: Mapping[str, float]


def read_facts(plan: Plan, given: Mapping[str, object]) -> Readings:
    """Values as typed or as JSON gives them. Errors: `UnknownNameError`, `FactValueError`."""
    facts: dict[str, Value] = {}
    forecasts: dict[str, float] = {}
    for name, raw in given.items():
        fact = declared(plan, name.removesuffix(FORECAST))
        value = read_value(fact, raw)
        if name.endswith(FORECAST):
            if not fact.forecast or isinstance(value, str | bool):
                raise FactValueError(
                    name, str(raw), f"an observed value: plan {plan.name!r} declares no forecast for {fact.name!r}"
                )
            forecasts[fact.name] = value
        else:
            facts[fact.name] = value
    return Readings(facts, forecasts)


def declared(plan: Plan, name: str) -> Fact:
    if name not in plan.facts:
        raise UnknownNameError("fact", name, plan.facts, f"plan {plan.name!r}")
    return plan.facts[name]


def read_value(fact: Fact, raw: object) -> Value:
    """One value as the fact's type."""
    match fact.type:
        case FactType.NUMBER:
            return _number(fact, raw)
        case FactType.BOOLEAN:
            return _boolean(fact, raw)
        case FactType.CHOICE:
            if str(raw) in fact.choices:
                return str(raw)
            raise FactValueError(fact.name, str(raw), "one of " + ", ".join(fact.choices))
        case FactType.TEXT:
            return str(raw)


def _number(fact: Fact, raw: object) -> float:
    expected = f"a number in {fact.unit}" if _has_unit(fact) else "a number"
    if isinstance(raw, bool):
        raise FactValueError(fact.name, str(raw), expected)
    text = _plain(str(raw))
    bare = text.removesuffix(_plain(fact.unit)).strip() if _has_unit(fact) else text
    try:
        number = float(bare)
    except ValueError as cause:
        raise FactValueError(fact.name, str(raw), _why_not(fact, bare, expected)) from cause
    if not isfinite(number):
        raise FactValueError(fact.name, str(raw), expected)
    if not _is_within(fact, number):
        raise FactValueError(fact.name, str(raw), f"{expected} {_bounds(fact)}")
    return number


def _has_unit(fact: Fact) -> bool:
    """The unit of a count is 1, and nobody writes it."""
    return fact.unit not in ("", "1")


def _plain(text: str) -> str:
    """`m³/s` and `m3/s` are one unit, and the wide signs of a Chinese keyboard are the narrow ones."""
    return normalize("NFKC", text.strip()).replace("³", "3")


def _why_not(fact: Fact, text: str, expected: str) -> str:
    """A number with another unit is said as such: it is never converted and never taken for ours."""
    if (found := _NUMBER_AND_UNIT.fullmatch(text)) is None:
        return expected
    if not _has_unit(fact):
        return f"a number without a unit; {found[2]!r} is one"
    return f"{expected}: {found[2]!r} is another unit, convert the value first"


def _is_within(fact: Fact, number: float) -> bool:
    return (fact.low is None or number >= fact.low) and (fact.high is None or number <= fact.high)


def _bounds(fact: Fact) -> str:
    match fact.low, fact.high:
        case None, high:
            return f"of at most {high:.15g}"
        case low, None:
            return f"of at least {low:.15g}"
        case low, high:
            return f"from {low:.15g} to {high:.15g}"


def _boolean(fact: Fact, raw: object) -> bool:
    word = str(raw).strip().lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise FactValueError(fact.name, str(raw), "true or false")
