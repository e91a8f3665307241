"""Graded facts: what the decision table of a choice says for the values of other facts. Pure."""

from collections.abc import Iterable, Mapping

from plans.model import Fact, GradeColumn, GradeRow

Value = float | bool | str


def graded(fact: Fact, values: Mapping[str, Value]) -> str | None:
    """The highest grade that any column gives; None when no column gives one."""
    given = [grade for column in fact.table if (grade := _grade_in(column, values)) in fact.choices]
    return max(given, key=fact.choices.index, default=None)


def with_grades(facts: Iterable[Fact], values: Mapping[str, Value]) -> dict[str, Value]:
    """The values, defaults where there are none, and the grades that nobody has recorded.

    A column may be a graded fact itself when it is declared above.
    """
    facts = tuple(facts)
    found = {fact.name: fact.default for fact in facts if fact.default is not None} | dict(values)
    for fact in facts:
        grade = graded(fact, found) if fact.table and fact.name not in values else None
        if grade is not None:
            found[fact.name] = grade
    return found


def _grade_in(column: GradeColumn, values: Mapping[str, Value]) -> str:
    if column.fact not in values:
        return ""
    value = values[column.fact]
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
