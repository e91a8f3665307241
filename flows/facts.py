"""Facts as people type them, checked against the plan's declarations: `flow=2600`, `flow=2600m3/s`, `flow.forecast=3200`."""

from collections.abc import Mapping
from dataclasses import dataclass

from flows.errors import FactValueError, UnknownNameError
from flows.events import Value
from plans.model import Fact, FactType, Plan

FORECAST = ".forecast"
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
        raise UnknownNameError(f"fact of plan {plan.name!r}", name, plan.facts)
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
    expected = f"a number in {fact.unit}"
    if isinstance(raw, bool):
        raise FactValueError(fact.name, str(raw), expected)
    text = str(raw).strip().replace("³", "3")
    bare = text.removesuffix(fact.unit.replace("³", "3")).strip() if fact.unit else text
    try:
        number = float(bare)
    except ValueError as cause:
        raise FactValueError(fact.name, str(raw), expected) from cause
    if number != number or number in (float("inf"), float("-inf")):
        raise FactValueError(fact.name, str(raw), expected)
    return number


def _boolean(fact: Fact, raw: object) -> bool:
    word = str(raw).strip().lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise FactValueError(fact.name, str(raw), "true or false")
