"""Which level the facts call for, and who may approve it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from flows.deciding.kept import kept
from flows.deciding.outline import outline
from flows.errors import UndecidedLevelError, UnknownNameError
from flows.model.events import Value
from flows.model.reasons import opening_rule
from flows.model.state import ResponseState
from flows.model.task_states import TaskStates
from plans import expressions
from plans.expressions import Surroundings, Truth
from plans.grades import with_grades
from plans.model import Level, LevelRule, Plan, Text

_ONE_SIGN: dict[int, str] = {ord("Ⅰ"): "I", ord("Ⅱ"): "II", ord("Ⅲ"): "III", ord("Ⅳ"): "IV"}


@dataclass(frozen=True, slots=True)
class Reading:
    """The highest level whose condition holds, and the higher ones that could not be judged."""

    level: Level | None
    unknown: tuple[Level, ...]


def known_values(plan: Plan, facts: Mapping[str, Value]) -> dict[str, Value]:
    """The facts given over the plan's defaults, with the grades that nobody has recorded."""
    return with_grades(plan.facts.values(), facts)


def observed_values(state: ResponseState) -> dict[str, Value | None]:
    """The facts of a response; what is too old is unknown."""
    stale = state.situation.stale
    return {name: None if name in stale else value for name, value in state.facts.items()}


def forecast_values(state: ResponseState) -> dict[str, float]:
    stale = state.situation.stale
    return {name: value for name, value in state.forecasts.items() if f"{name}.forecast" not in stale}


def values_in(plan: Plan, state: ResponseState) -> dict[str, Value]:
    """What is known in a response, as its conditions see it: grades and defaults included, old values left out."""
    return with_grades(plan.facts.values(), observed_values(state))


def around_of(plan: Plan, state: ResponseState, finding: str = "") -> Surroundings:
    """What a condition sees beside the facts; `finding`: the one it is about."""
    tasks = task_states(plan, state, finding)
    if not finding:
        return Surroundings(state.level, tasks, state.night)
    found = state.findings[finding]
    return Surroundings(state.level, tasks, state.night, found.of, found.values)


def task_states(plan: Plan, state: ResponseState, finding: str) -> TaskStates:
    kin = outline(plan).of_kind.get(state.findings[finding].of, frozenset()) if finding else frozenset[str]()
    return TaskStates(state.assignments, finding, kin, outline(plan).confirmed_by)


def grades_in(plan: Plan, state: ResponseState) -> dict[str, Value]:
    """What the grade tables make of what is known, where nobody has recorded another grade."""
    known = values_in(plan, state)
    graded = (fact.name for fact in plan.facts.values() if fact.table and fact.name not in state.facts)
    return {name: known[name] for name in graded if name in known}


def holds(plan: Plan, condition: str, state: ResponseState, finding: str = "") -> Truth:
    """Whether a condition of the plan holds in this response; `finding`: that of the task whose condition it is."""
    if not condition:
        return Truth.TRUE
    answers, kind = _answers(plan, state), state.findings[finding].of if finding else ""
    answer = answers.get((condition, kind))
    if answer is None:
        tasks, fields = expressions.tasks_in(plan, condition), expressions.fields_in(plan, condition, kind)
        answer = _OfMore(tasks, fields, {}) if tasks or fields else _judged(plan, condition, state, finding)
        answers[condition, kind] = answer
    return answer.of(plan, condition, state, finding) if isinstance(answer, _OfMore) else answer


@dataclass(frozen=True, slots=True)
class _OfMore:
    """What a condition has answered that looks at tasks or at the fields of a finding, by what they were."""

    tasks: tuple[str, ...]
    fields: tuple[str, ...]
    answers: dict[tuple[object, ...], Truth]

    def of(self, plan: Plan, condition: str, state: ResponseState, finding: str) -> Truth:
        states, values = task_states(plan, state, finding), state.findings[finding].values if self.fields else {}
        now = (*[states[task] for task in self.tasks], *[values.get(name) for name in self.fields])
        known = self.answers.get(now)
        if known is None:
            known = self.answers[now] = _judged(plan, condition, state, finding)
        return known


def _answers(plan: Plan, state: ResponseState) -> dict[tuple[str, str], Truth | _OfMore]:
    """What these facts have answered so far."""
    seen = (state.facts, state.forecasts, state.situation.stale, state.level, state.night)
    return kept(plan, "_answers", seen, dict)


def _judged(plan: Plan, condition: str, state: ResponseState, finding: str) -> Truth:
    return expressions.holds(plan, condition, observed_values(state), forecast_values(state), around_of(plan, state, finding))


def read_level(plan: Plan, facts: Mapping[str, Value], forecasts: Mapping[str, float]) -> Reading:
    """Judges from the highest level down."""
    unknown: list[Level] = []
    values = known_values(plan, facts)
    for level in sorted(plan.levels):
        match expressions.holds(plan, plan.levels[level].when, values, forecasts):
            case Truth.TRUE:
                return Reading(level, tuple(unknown))
            case Truth.UNKNOWN:
                unknown.append(level)
            case Truth.FALSE:
                pass
    return Reading(None, tuple(unknown))


def rule_of(plan: Plan, level: Level) -> LevelRule:
    if level not in plan.levels:
        raise UnknownNameError("level", level.name, (known.name for known in plan.levels), f"plan {plan.name!r}")
    return plan.levels[level]


def decided_level(
    plan: Plan, asked: Level | None, facts: Mapping[str, Value], forecasts: Mapping[str, float]
) -> tuple[Level, Text]:
    """The level to open at and the sentence for the record. Error: `UndecidedLevelError` when nobody and nothing says it."""
    reading = read_level(plan, facts, forecasts)
    level = asked or reading.level
    if level is None:
        missing = tuple(name for name in plan.facts if name not in known_values(plan, facts))
        raise UndecidedLevelError(plan.name, missing)
    return level, opening_rule(plan, rule_of(plan, level), reading.level, reading.unknown)


def read_level_name(text: str) -> Level:
    """`III`, `Ⅲ` or `3`."""
    roman = text.strip().upper().translate(_ONE_SIGN)
    if roman in Level.__members__:
        return Level[roman]
    if roman in {"1", "2", "3", "4"}:
        return Level(int(roman))
    raise UnknownNameError("level", text, Level.__members__)
