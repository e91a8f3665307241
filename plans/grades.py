"""Graded facts: what the decision table of a choice says for the values of other facts. Pure."""

from collections.abc import Iterable, Mapping

from plans.model import Fact, GradeColumn, GradeRow

Value = float | bool | str


def graded(fact: Fact, values: Mapping[str, Value | None]) -> str | None:
    """The highest grade that any column gives; None when no column gives one."""
    given = [grade for column in fact.table if (grade := _grade_in(column, values)) in fact.choices]
    return max(given, key=fact.choices.index, default=None)


def with_grades(facts: Iterable[Fact], values: Mapping[str, Value | None]) -> dict[str, Value]:
    """The values, defaults where there are none, and the grades that nobody has recorded.

    A value of None is unknown: its default does not stand in for it. A column may be a graded fact itself, in any order: a stored
    plan has its facts in another one than its file.
    """
    facts = tuple(facts)
    found: dict[str, Value | None] = {fact.name: fact.default for fact in facts} | dict(values)
    tables = [fact for fact in facts if fact.table and values.get(fact.name) is None]
    for _ in tables:
        for fact in tables:
            found[fact.name] = graded(fact, found) or found[fact.name]
    return {name: value for name, value in found.items() if value is not None}


def _grade_in(column: GradeColumn, values: Mapping[str, Value | None]) -> str:
    value = values.get(column.fact)
    if value is None:
        return ""
    return next((row.grade for row in column.rows if _covers(row, value)), "")


def _covers(row: GradeRow, value: Value) -> bool:
    match value:
        case bool():
            return str(value).lower() in row.values
        case str():
            return value in row.values
        case _:
            is_interval = row.low is not None or row.high is not None
            return is_interval and (row.low is None or value >= row.low) and (row.high is None or value < row.high)
