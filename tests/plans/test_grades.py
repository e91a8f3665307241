"""Graded facts: the highest grade any column gives counts, what a person records comes first, nothing known is unknown."""

from dataclasses import replace
from pathlib import Path

import pytest

from plans.compiler import compile_file
from plans.expressions import Truth, Value, holds
from plans.grades import graded, with_grades
from plans.model import Fact, FactType, GradeColumn, GradeRow, Text

_plan = compile_file(Path(__file__).parent / "whole.yaml")
_grade = _plan.facts["grade"]


@pytest.mark.parametrize(
    ("values", "grade"),
    [
        ({"deaths": 0.0}, "small"),
        ({"deaths": 2.0}, "small"),
        ({"deaths": 3.0}, "medium"),
        ({"deaths": 10.0}, "large"),
        ({"deaths": 30.0}, "extra"),
        ({"deaths": 3000.0}, "extra"),
        ({"deaths": 0.0, "crosses": "county"}, "large"),
        ({"deaths": 12.0, "crosses": "province"}, "extra"),
        ({"deaths": 3.0, "crosses": "none"}, "medium"),
        ({"crosses": "none"}, None),
        ({"deaths": -1.0}, None),
        ({}, None),
    ],
)
def test_the_highest_grade_of_any_column_counts(values: dict[str, Value], grade: str | None) -> None:
    assert graded(_grade, values) == grade


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"deaths": 10.0}, Truth.TRUE),
        ({"deaths": 2.0}, Truth.FALSE),
        ({}, Truth.UNKNOWN),
        ({"deaths": 2.0, "grade": "extra"}, Truth.TRUE),
        ({"deaths": 30.0, "grade": "small"}, Truth.FALSE),
    ],
)
def test_a_condition_sees_the_grade_unless_a_person_recorded_another(values: dict[str, Value], expected: Truth) -> None:
    assert holds(_plan, 'rank(grade) >= rank("large")', values, {}) is expected
    assert holds(_plan, "known(grade)", values, {}) is (Truth.TRUE if values else Truth.FALSE)


@pytest.mark.parametrize("order", [1, -1])
def test_a_column_sees_the_default_of_its_fact_and_other_grades_in_any_order(order: int) -> None:
    deaths = replace(_plan.facts["deaths"], default=4.0)
    rows = (GradeRow("III", values=("small", "medium")), GradeRow("II", values=("large",)))
    level = Fact("grade_level", Text("级", "Level"), FactType.CHOICE, choices=("III", "II"), table=(GradeColumn("grade", rows),))

    facts = (deaths, _grade, level)[::order]

    assert with_grades(facts, {}) == {"deaths": 4.0, "grade": "medium", "grade_level": "III"}


def test_a_value_that_is_unknown_takes_no_default_and_grades_nothing() -> None:
    deaths = replace(_plan.facts["deaths"], default=4.0)

    assert with_grades((deaths, _grade), {"deaths": None}) == {}


def test_true_and_false_are_graded_by_name() -> None:
    column = GradeColumn("night_work", (GradeRow("small", values=("false",)), GradeRow("extra", values=("true",))))

    assert graded(replace(_grade, table=(column,)), {"night_work": True}) == "extra"
    assert graded(replace(_grade, table=(column,)), {"night_work": False}) == "small"
