"""Conditions of a plan and expressions over an alert, run: what is missing is unknown, never false."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from cel_expr_python import cel

from plans.alert_vocabulary import AlertVocabulary
from plans.cel_programs import Given, compiled, true_or_false, truth, usable
from plans.cel_programs import Truth as Truth
from plans.grades import Value as Value
from plans.grades import with_grades
from plans.model import Fact, FactType, Level, Plan
from plans.tokens import Kind, Rewritten, tokens
from plans.vocabulary import FactVocabulary, TaskCall

_anything = Given(frozenset(), "a value")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the conditions of tasks know beside the facts; what is not given is unknown.

    `level` is the present response level. `tasks`: for each task whether an instance is open and whether one has been done.
    `of` is the kind of the finding that the condition is about, `fields` what was given for it.
    """

    level: Level | None = None
    tasks: Mapping[str, tuple[bool, bool]] = field(default_factory=dict)
    night: bool | None = None
    of: str = ""
    fields: Mapping[str, object] = field(default_factory=dict)


_nowhere = Surroundings()


def holds(
    plan: Plan,
    condition: str,
    values: Mapping[str, Value | None],
    forecasts: Mapping[str, float],
    around: Surroundings = _nowhere,
) -> Truth:
    """Whether a condition of the plan holds for these facts; facts without a value take their grade, or their default.

    A value of None is unknown whatever the default. An empty condition holds.
    """
    if not condition:
        return Truth.TRUE
    program = _condition(_Compared(plan), condition, around.of)
    return truth(program.program.eval(data=_variables(plan, program, values, forecasts, around)))


def alert_holds(condition: str, alert: Mapping[str, object]) -> Truth:
    """Whether a trigger's condition holds for an alert (`plans.alert_vocabulary.alert_keys` says what an alert has)."""
    return truth(_alert_program(condition).eval(data={"alert": dict(alert)}))


def alert_value(expression: str, alert: Mapping[str, object]) -> Value | None:
    """What an expression makes of an alert; None when it gives no number, boolean or text."""
    result = _alert_program(expression).eval(data={"alert": dict(alert)})
    kind, value = result.type(), result.value()
    if kind == cel.Type.BOOL:
        return value is True
    if kind in (cel.Type.INT, cel.Type.UINT, cel.Type.DOUBLE):
        return float(value)
    return str(value) if kind == cel.Type.STRING else None


def facts_in(plan: Plan, condition: str) -> tuple[str, ...]:
    """The facts a condition names, each once, in its order."""
    return _vocabulary(_Compared(plan)).facts_in(condition)


def tasks_in(plan: Plan, condition: str) -> tuple[str, ...]:
    """The tasks a condition asks about with `running` or `done`, each once, in its order."""
    return tuple(dict.fromkeys(call.task for call in _vocabulary(_Compared(plan)).task_calls(condition)))


def fields_in(plan: Plan, condition: str, of: str) -> tuple[str, ...]:
    """The fields of a finding of that kind that a condition looks at, by their own names."""
    return tuple(name.partition(".")[2] for name in _vocabulary(_Compared(plan), of).fields_in(condition))


def night_matters(plan: Plan) -> bool:
    """Whether anything but a `pause` goes by the night: the conditions of tasks, findings and links, or `again`."""
    return plan.daylight is not None and _night_matters(_Compared(plan))


@dataclass(frozen=True, slots=True)
class _Condition:
    """A program and what it reads: only that is handed to it."""

    program: cel.Expression
    facts: tuple[Fact, ...]
    fields: tuple[Fact, ...]
    calls: tuple[TaskCall, ...]


class _Compared:
    """A plan as the key of a cache: two with the same digest are one."""

    __slots__ = ("plan",)

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def __hash__(self) -> int:
        return hash(self.plan.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Compared) and self.plan.digest == other.plan.digest


@lru_cache(maxsize=64)
def _vocabulary(of: _Compared, kind: str = "") -> FactVocabulary:
    plan, facts = of.plan, tuple(of.plan.facts.values())
    return FactVocabulary(facts, plan.tasks, daylight=plan.daylight is not None, finding=plan.findings.get(kind))


@lru_cache(maxsize=64)
def _night_matters(of: _Compared) -> bool:
    tasks = of.plan.tasks.values()
    conditions = [each for task in tasks for each in (task.when, task.repeat_while, task.repeat_until)]
    conditions += [case.when for task in tasks for case in task.every_case]
    conditions += [kind.when for kind in of.plan.findings.values()]
    conditions += [link.when for link in of.plan.links.values()]
    named = {word.text for condition in conditions for word in tokens(condition) if word.kind is Kind.NAME}
    return "night" in named or any("night" in task.again for task in tasks)


@lru_cache(maxsize=4096)
def _condition(of: _Compared, condition: str, kind: str) -> _Condition:
    vocabulary = _vocabulary(of, kind)
    program = usable(condition, compiled(vocabulary.variables(), vocabulary.rewrite(condition), true_or_false))
    facts = tuple(of.plan.facts[name] for name in vocabulary.facts_in(condition))
    fields = tuple(vocabulary.fields[name] for name in vocabulary.fields_in(condition))
    return _Condition(program, facts, fields, vocabulary.task_calls(condition))


@lru_cache(maxsize=4096)
def _alert_program(expression: str) -> cel.Expression:
    return usable(expression, compiled(AlertVocabulary().variables(), Rewritten(expression, ()), _anything))


def _variables(
    plan: Plan, condition: _Condition, values: Mapping[str, Value | None], forecasts: Mapping[str, float], around: Surroundings
) -> dict[str, Value]:
    """What CEL sees. A value of another type than the fact's is as good as missing."""
    seen = _surroundings(condition, around)
    if any(fact.table for fact in condition.facts):
        values = {**values, **with_grades(plan.facts.values(), values)}
    for each in condition.fields:
        _see(seen, each, around.fields.get(each.name.partition(".")[2]))
    for fact in condition.facts:
        _see(seen, fact, values.get(fact.name, fact.default))
        if fact.forecast:
            forecast = _number(forecasts.get(fact.name))
            seen[f"{fact.name}.forecast.known"] = forecast is not None
            if forecast is not None:
                seen[f"{fact.name}.forecast"] = forecast
    return seen


def _see(seen: dict[str, Value], fact: Fact, given: object) -> None:
    value = _typed(fact, given)
    seen[f"{fact.name}.known"] = value is not None
    if value is not None:
        seen[fact.name] = value
        if fact.type is FactType.CHOICE:
            seen[f"{fact.name}.rank"] = float(fact.choices.index(str(value)))


def _surroundings(condition: _Condition, around: Surroundings) -> dict[str, Value]:
    seen: dict[str, Value] = {} if around.level is None else {"level": float(around.level)}
    if around.night is not None:
        seen["night"] = around.night
    for call in condition.calls:
        if call.task in around.tasks:
            is_running, is_done = around.tasks[call.task]
            seen[call.variable] = is_running if call.function == "running" else is_done
    return seen


def _typed(fact: Fact, value: object) -> Value | None:
    match fact.type:
        case FactType.NUMBER:
            return _number(value)
        case FactType.BOOLEAN:
            return value if isinstance(value, bool) else None
        case FactType.CHOICE:
            return value if isinstance(value, str) and value in fact.choices else None
        case FactType.TEXT:
            return value if isinstance(value, str) else None


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) else None
