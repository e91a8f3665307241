"""The shape of what happens outside in a scenario: facts, series, findings, signals, each at its time after the start."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from plans import quantities
from plans.fields import Fields
from plans.model import Fact, FactType, Plan
from plans.reader import Node, Scalar, Sequence
from plans.scenario_amounts import known_name, moment, unknown
from plans.scenario_model import ClosingAt, FactAt, FindingAt, Happening, SignalAt, Value
from plans.scenario_series import Column, read_series

FORECAST = ".forecast"


@dataclass(frozen=True, slots=True)
class Frame:
    """What the reading of a happening needs to know: the plan, when the scenario begins and ends, where its files are."""

    plan: Plan
    begins: datetime
    stop: timedelta
    folder: Path


def shape_happenings(top: Fields, frame: Frame) -> tuple[Happening, ...]:
    """In order of time; those of one moment in the order of the file."""
    found: list[Happening] = []
    for item in _items(top, "facts"):
        found += _facts(top.inside(item, "a fact"), frame.plan)
    for item in _items(top, "series"):
        found += _series(top.inside(item, "a series"), frame)
    for item in _items(top, "findings"):
        found += _finding(top.inside(item, "a finding"), frame.plan)
    for item in _items(top, "signals"):
        found += _signal(top.inside(item, "a signal"), frame.plan)
    return tuple(sorted(found, key=lambda each: each.after))


def shape_values(top: Fields, plan: Plan, node: Node, what: str) -> Iterator[tuple[str, Value, bool]]:
    """`{flow: 2600, flow.forecast: 3100}`: name, value, and whether it is a forecast."""
    fields = top.inside(node, what)
    for name in fields.node.entries:
        yield from _value(fields, plan, name)


def _items(top: Fields, key: str) -> list[Node]:
    node = top.get(key)
    if node is None:
        return []
    if isinstance(node, Sequence):
        return node.items
    top.fault(node.mark, f"{key!r} of {top.what} is no list", "a list: - {at: +2 h, …}", "wrong-value")
    return []


def _facts(fields: Fields, plan: Plan) -> Iterator[FactAt]:
    after = moment(fields)
    for name in fields.node.entries:
        if name != "at":
            yield from (FactAt(after, *given) for given in _value(fields, plan, name))


def _value(fields: Fields, plan: Plan, name: str) -> Iterator[tuple[str, Value, bool]]:
    node, fact = fields.get(name), plan.facts.get(name.removesuffix(FORECAST))
    assert node is not None, "its name was read from the file"
    forecast = name.endswith(FORECAST)
    if fact is None:
        fields.fault(fields.node.entries[name].key, *unknown(name, "fact", plan.facts))
    elif forecast and not fact.forecast:
        fields.fault(fields.node.entries[name].key, f"the fact {fact.name!r} has no forecast", "an observed value", "wrong-value")
    else:
        value = _typed(fact, node)
        if value is None:
            fields.text_of(node, name, expected_of(fact))
            if isinstance(node, Scalar):
                fields.fault(node.mark, f"{name!r} is {node.text!r}", expected_of(fact), "wrong-value")
        else:
            yield fact.name, value, forecast


def _typed(fact: Fact, node: Node) -> Value | None:
    if not isinstance(node, Scalar):
        return None
    text = node.text.strip()
    match fact.type:
        case FactType.NUMBER:
            value = quantities.number(text)
            is_within = (
                value is not None and (fact.low is None or value >= fact.low) and (fact.high is None or value <= fact.high)
            )
            return value if is_within else None
        case FactType.BOOLEAN:
            return {"true": True, "false": False}.get(text)
        case FactType.CHOICE:
            return text if text in fact.choices else None
        case FactType.TEXT:
            return text or None


def expected_of(fact: Fact) -> str:
    match fact.type:
        case FactType.NUMBER:
            low = "" if fact.low is None else f", at least {fact.low:g}"
            high = "" if fact.high is None else f", at most {fact.high:g}"
            return f"a number in {fact.unit}{low}{high}"
        case FactType.BOOLEAN:
            return "true or false"
        case FactType.CHOICE:
            return "one of " + ", ".join(fact.choices)
        case FactType.TEXT:
            return "a text"


def _series(fields: Fields, frame: Frame) -> list[FactAt]:
    numbers = [fact.name for fact in frame.plan.facts.values() if fact.type is FactType.NUMBER]
    fact = known_name(fields, "fact", "fact that is a number", numbers)
    file, column = fields.text("file", expected="a CSV file beside the scenario"), fields.text("column", expected="a column")
    moments = fields.text("time", "time", expected="the column with the times")
    scale, offset = fields.number("scale"), fields.number("offset")
    every, ahead = fields.length("every") or timedelta(0), fields.length("ahead") or timedelta(0)
    begins = _begins(fields) or frame.begins
    forecast = fields.flag("forecast", default=False)
    fields.close()
    if not fact or not file or not column:
        return []
    declared = frame.plan.facts[fact]
    if forecast and not declared.forecast:
        fields.fault(fields.node.entries["forecast"].value.mark, f"the fact {fact!r} has no forecast", "false", "wrong-value")
        return []
    wanted = Column(frame.folder / file, moments, column, 1.0 if scale is None else scale, offset or 0.0, every, ahead)
    mark, faults = fields.node.entries["file"].value.mark, fields.faults
    points = read_series(wanted, begins, frame.stop, mark, faults)
    return [FactAt(after, fact, _within(declared, value), forecast) for after, value in points]


def _within(fact: Fact, value: float) -> float:
    """A scaled series may leave the bounds of its fact; a value outside would be refused as a fault of the gauge."""
    least = value if fact.low is None else max(value, fact.low)
    return least if fact.high is None else min(least, fact.high)


def _begins(fields: Fields) -> datetime | None:
    """Which moment of the file is the start of the scenario."""
    return read_moment(fields, "from") if fields.get("from") else None


def read_moment(fields: Fields, key: str) -> datetime | None:
    expected = "a moment with its offset, such as 2019-05-26T20:00+08:00"
    text = fields.text(key, expected=expected)
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        fields.fault(fields.node.entries[key].value.mark, f"{key!r} is {text!r}", expected, "wrong-value")
        return None
    return found


def _finding(fields: Fields, plan: Plan) -> Iterator[Happening]:
    after = moment(fields)
    by = known_name(fields, "by", "role", plan.roles, "")
    if fields.get("close"):
        name, reason = fields.text("close"), fields.text("reason", "dealt with")
        fields.close()
        if name.rpartition("-")[0] not in plan.findings:
            fields.fault(fields.node.entries["close"].value.mark, *unknown(name.rpartition("-")[0], "finding", plan.findings))
        else:
            yield ClosingAt(after, name, by or _reporter(plan, name.rpartition("-")[0]), reason)
        return
    of, label = known_name(fields, "of", "finding", plan.findings), fields.text("label", expected="where or which it is")
    values = fields.texts("values")
    fields.close()
    if of:
        known = {each.name for each in plan.findings[of].fields}
        for name in values.keys() - known:
            fields.fault(fields.node.entries["values"].value.mark, *unknown(name, f"field of {of}", known))
        yield FindingAt(after, of, label, by or _reporter(plan, of), values)


def _reporter(plan: Plan, of: str) -> str:
    return next(iter((*plan.findings[of].report, *plan.activate)))


def _signal(fields: Fields, plan: Plan) -> Iterator[SignalAt]:
    signals = {task.name: task.signal for task in plan.tasks.values() if task.signal and not task.signal.ends_drill}
    after, name = moment(fields), known_name(fields, "signal", "signal", signals)
    by, reason = known_name(fields, "by", "role", plan.roles, ""), fields.text("reason", "simulated")
    lasts = fields.duration("lasts", timedelta(hours=2))
    fields.close()
    signal = signals.get(name)
    if signal:
        yield SignalAt(after, name, by or signal.send[0], reason, lasts)
