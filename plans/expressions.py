"""The one wrapper around CEL: conditions over facts, conditions over an alert; a missing value is unknown, never false.

An expression is true only when CEL answers with the type BOOL and the value True: its errors come back as values that
Python takes for true.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from cel_expr_python import cel

from plans.errors import ExpressionError
from plans.model import Fact, FactType, Level, Plan
from plans.tokens import Rewritten
from plans.vocabulary import AlertVocabulary, FactVocabulary, Problem

Value = float | bool | str

length_limit = 2000


class Truth(StrEnum):
    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"


def holds(
    plan: Plan,
    condition: str,
    values: Mapping[str, Value],
    forecasts: Mapping[str, float],
    level: Level | None = None,
) -> Truth:
    """Whether a condition of the plan holds for these facts; facts without a value take their default.

    An empty condition holds. `level` is the present response level, for the `when` of tasks.
    """
    if not condition:
        return Truth.TRUE
    facts = tuple(plan.facts.values())
    program = _fact_program(facts, condition)
    return _truth(program.eval(data=_variables(facts, values, forecasts, level)))


def alert_holds(condition: str, alert: Mapping[str, object]) -> Truth:
    """Whether a trigger's condition holds for an alert (`plans.vocabulary.alert_keys` says what an alert has)."""
    return _truth(_alert_program(condition).eval(data={"alert": dict(alert)}))


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
    return FactVocabulary(tuple(plan.facts.values())).facts_in(condition)


@lru_cache(maxsize=1024)
def check_condition(facts: tuple[Fact, ...], condition: str, *, at_level: bool) -> tuple[Problem, ...]:
    """Everything wrong with a condition over facts; `at_level`: it may use the variable `level`."""
    vocabulary = FactVocabulary(facts)
    if problems := _too_long(condition) or vocabulary.problems(condition, at_level=at_level):
        return problems
    return _compile(vocabulary.variables(), vocabulary.rewrite(condition), _true_or_false).problems


@lru_cache(maxsize=1024)
def check_alert_expression(condition: str) -> tuple[Problem, ...]:
    """Everything wrong with a condition over `alert`."""
    return _check_over_alert(condition, _true_or_false)


@lru_cache(maxsize=1024)
def check_fact_expression(fact: Fact, expression: str) -> tuple[Problem, ...]:
    """Everything wrong with an expression over `alert` that gives the value of a fact."""
    return _check_over_alert(expression, _given[fact.type])


def _check_over_alert(expression: str, given: "_Given") -> tuple[Problem, ...]:
    vocabulary = AlertVocabulary()
    if problems := _too_long(expression) or vocabulary.problems(expression):
        return problems
    return _compile(vocabulary.variables(), Rewritten(expression, ()), given).problems


@dataclass(frozen=True, slots=True)
class _Given:
    """What an expression has to give: CEL types, and the words for them."""

    types: frozenset[str]
    expected: str


_true_or_false = _Given(frozenset({"bool"}), "a condition that is true or false")
_anything = _Given(frozenset(), "a value")
_given = {
    FactType.NUMBER: _Given(frozenset({"double", "int", "uint", "dyn"}), "a number"),
    FactType.BOOLEAN: _Given(frozenset({"bool", "dyn"}), "true or false"),
    FactType.CHOICE: _Given(frozenset({"string", "dyn"}), "a text"),
    FactType.TEXT: _Given(frozenset({"string", "dyn"}), "a text"),
}


@dataclass(frozen=True, slots=True)
class _Compiled:
    program: cel.Expression | None
    problems: tuple[Problem, ...]


@lru_cache(maxsize=4096)
def _fact_program(facts: tuple[Fact, ...], condition: str) -> cel.Expression:
    vocabulary = FactVocabulary(facts)
    return _usable(condition, _compile(vocabulary.variables(), vocabulary.rewrite(condition), _true_or_false))


@lru_cache(maxsize=4096)
def _alert_program(expression: str) -> cel.Expression:
    return _usable(expression, _compile(AlertVocabulary().variables(), Rewritten(expression, ()), _anything))


def _usable(expression: str, compiled: _Compiled) -> cel.Expression:
    problems = _too_long(expression) or compiled.problems
    if problems or compiled.program is None:
        raise ExpressionError(expression, problems[0].what)
    return compiled.program


@lru_cache(maxsize=256)
def _environment(variables: tuple[tuple[str, str], ...]) -> cel.Env:
    return cel.NewEnv(variables={name: cel.Type(kind) for name, kind in variables})


def _compile(variables: tuple[tuple[str, str], ...], rewritten: Rewritten, given: _Given) -> _Compiled:
    try:
        program = _environment(variables).compile(rewritten.text)
    # the library has no exception of its own
    except RuntimeError as error:
        return _Compiled(None, _explained(str(error), rewritten))
    kind = program.return_type().name().lower()
    if given.types and kind not in given.types:
        return _Compiled(None, (Problem(0, f"this gives {_type_words.get(kind, kind)}", given.expected),))
    return _Compiled(program, ())


def _truth(result: cel.Value) -> Truth:
    if result.type() != cel.Type.BOOL:
        return Truth.UNKNOWN
    return Truth.TRUE if result.value() is True else Truth.FALSE


def _variables(
    facts: tuple[Fact, ...], values: Mapping[str, Value], forecasts: Mapping[str, float], level: Level | None
) -> dict[str, Value]:
    """What CEL sees. A value of another type than the fact's is as good as missing."""
    seen: dict[str, Value] = {} if level is None else {"level": float(level)}
    for fact in facts:
        value = _typed(fact, values.get(fact.name, fact.default))
        seen[f"{fact.name}.known"] = value is not None
        if value is not None:
            seen[fact.name] = value
            if fact.type is FactType.CHOICE:
                seen[f"{fact.name}.rank"] = float(fact.choices.index(str(value)))
        if fact.forecast:
            forecast = _number(forecasts.get(fact.name))
            seen[f"{fact.name}.forecast.known"] = forecast is not None
            if forecast is not None:
                seen[f"{fact.name}.forecast"] = forecast
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


_fault = re.compile(r"ERROR: <input>:(\d+):(\d+): (.*)")
_overload = re.compile(r"found no matching overload for '_?([^'_]+)_?' applied to '\(?(.*?)\)?'$")
_syntax = re.compile(r"missing .* at '(.+?)'|input '(.+?)'|token recognition error at: '(.+)'")
_type_words = {
    "double": "a number",
    "int": "a whole number",
    "string": "a text",
    "bool": "true or false",
    "dyn": "a value of any type",
}


def _explained(message: str, rewritten: Rewritten) -> tuple[Problem, ...]:
    """The library's faults in our words, at their places in the text as written."""
    lines = rewritten.text.split("\n")
    problems = []
    for line, column, what in _fault.findall(message):
        before = sum(len(each) + 1 for each in lines[: int(line) - 1])
        offset = rewritten.original(before + int(column) - 1)
        problems.append(Problem(offset, *_in_our_words(what)))
    reason = message.splitlines()[0].removesuffix(" [CANCELLED]")
    return tuple(problems[:1]) or (Problem(0, f"this cannot be compiled ({reason})", "a shorter, simpler condition"),)


def _in_our_words(what: str) -> tuple[str, str]:
    if match := _overload.search(what):
        types = " and ".join(_type_words.get(each.strip(), each.strip()) for each in match[2].split(","))
        return f"{match[1]!r} does not go with {types}", "values of one type"
    if "undeclared reference" in what:
        name = what.split("'")[1]
        return f"there is no {name!r}", "a declared fact or a CEL function"
    if match := _syntax.search(what):
        found = match[1] or match[2] or match[3]
        here = "the expression ends too early" if found == "<EOF>" else f"{found.strip()!r} is not expected here"
        return here, "a CEL expression such as flow >= 2500"
    return what.removeprefix("Syntax error: "), "a CEL expression"


def _too_long(expression: str) -> tuple[Problem, ...]:
    if len(expression) <= length_limit:
        return ()
    return (Problem(0, f"the expression has {len(expression)} characters", f"at most {length_limit}"),)
