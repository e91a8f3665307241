"""Which level the facts call for, and who may approve it. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping
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
        answer = answers[condition, kind] = _answer(plan, condition, kind, state)
    reads, known = answer
    now = _moving(plan, reads, state, finding) if reads.tasks or reads.fields else ()
    verdict = known.get(now)
    if verdict is None:
        verdict = known[now] = _judged(plan, condition, state, finding)
    return verdict


MOST_KEPT = 4096
_Verdicts = dict[tuple[object, ...], Truth]


@dataclass(frozen=True, slots=True)
class _Reads:
    """What a condition looks at, and what it has answered: by the facts, then by the tasks and the fields of its finding."""

    facts: tuple[str, ...]
    tasks: tuple[str, ...]
    fields: tuple[str, ...]
    answers: dict[tuple[object, ...], _Verdicts]


def _answers(plan: Plan, state: ResponseState) -> dict[tuple[str, str], tuple[_Reads, _Verdicts]]:
    """What has been asked since a fact last changed."""
    seen = (state.facts, state.forecasts, state.situation.stale, state.level, state.night)
    return kept(plan, "_answers", seen, dict)


def _answer(plan: Plan, condition: str, kind: str, state: ResponseState) -> tuple[_Reads, _Verdicts]:
    """A condition asks for few facts, whose values come again and again: in every simulated run of a scenario."""
    reads = _reads(plan, condition, kind)
    values = (state.level, state.night, *_values(reads.facts, state.facts, state.forecasts, state.situation.stale))
    if len(reads.answers) >= MOST_KEPT:
        reads.answers.clear()
    return reads, reads.answers.setdefault(values, {})


def _values(
    names: Iterable[str], facts: Mapping[str, Value], forecasts: Mapping[str, float], stale: Collection[str]
) -> Iterator[object]:
    """What is too old is not what nobody has said: that one has its default."""
    for name in names:
        yield None if name in stale else facts.get(name, ())
        yield None if f"{name}.forecast" in stale else forecasts.get(name)


def _reads(plan: Plan, condition: str, kind: str) -> _Reads:
    every: dict[tuple[str, str], _Reads] = plan.__dict__.setdefault("_reads", {})
    known = every.get((condition, kind))
    if known is None:
        facts = tuple(_with_columns(plan, expressions.facts_in(plan, condition)))
        tasks, fields = expressions.tasks_in(plan, condition), expressions.fields_in(plan, condition, kind)
        known = every[condition, kind] = _Reads(facts, tasks, fields, {})
    return known


def _with_columns(plan: Plan, names: Iterable[str]) -> dict[str, None]:
    """A grade reads the facts that it is made of."""
    found, left = dict[str, None](), list(names)
    while left:
        name = left.pop()
        if name not in found:
            found[name] = None
            left += [column.fact for column in plan.facts[name].table]
    return found


def _moving(plan: Plan, reads: _Reads, state: ResponseState, finding: str) -> tuple[object, ...]:
    tasks, values = task_states(plan, state, finding), state.findings[finding].values if reads.fields else {}
    return (*[tasks[task] for task in reads.tasks], *[values.get(name) for name in reads.fields])


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
