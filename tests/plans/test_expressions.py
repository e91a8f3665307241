"""Conditions: what is missing is unknown, errors are never true, whole numbers just work."""

from pathlib import Path

import pytest

from plans.compiler import compile_file
from plans.errors import ExpressionError
from plans.expression_checks import check_alert_expression, check_condition
from plans.expressions import Surroundings, Truth, alert_holds, alert_value, facts_in, holds, tasks_in
from plans.model import Level, Plan
from plans.vocabulary import FactVocabulary, task_limit

_plan: Plan = compile_file(Path(__file__).parent / "small.yaml")
_whole: Plan = compile_file(Path(__file__).parent / "whole.yaml")
_vocabulary = FactVocabulary(tuple(_plan.facts.values()), _plan.tasks)
_alert = {
    "status": "Actual",
    "event": "暴雨",
    "event_codes": ["11B03"],
    "severity_rank": 3,
    "color": "",
    "level": 0,
    "areas": ["渭滨区"],
}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("flow >= 2500", Truth.TRUE),
        ("flow >= 2500.5", Truth.FALSE),
        ("flow * 2 > 4999 && flow - 1 < 2500", Truth.TRUE),
        ("flow >= limit", Truth.TRUE),
        ("flow.forecast >= 3000", Truth.TRUE),
        ("known(flow) && known(flow.forecast) && !known(grade)", Truth.TRUE),
        ('grade == "high"', Truth.UNKNOWN),
        ('rank(grade) >= rank("low")', Truth.UNKNOWN),
        ('flow >= 1 || grade == "high"', Truth.TRUE),
        ('grade == "high" || flow >= 1', Truth.TRUE),
        ('flow >= 9999 || grade == "high"', Truth.UNKNOWN),
        ('flow >= 9999 && grade == "high"', Truth.FALSE),
        ('!(grade == "high")', Truth.UNKNOWN),
        ("flow / 10 == 250", Truth.TRUE),
        ("", Truth.TRUE),
    ],
)
def test_a_condition_is_true_false_or_unknown(condition: str, expected: Truth) -> None:
    assert holds(_plan, condition, {"flow": 2500}, {"flow": 3000.0}) is expected


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "2600", True])
def test_a_value_of_another_kind_is_as_good_as_missing(value: float | str | bool) -> None:
    assert holds(_plan, "flow >= 0", {"flow": value}, {}) is Truth.UNKNOWN
    assert holds(_plan, "known(flow)", {"flow": value}, {}) is Truth.FALSE


@pytest.mark.parametrize(
    ("grade", "expected"), [("none", Truth.FALSE), ("low", Truth.TRUE), ("high", Truth.TRUE), ("odd", Truth.UNKNOWN)]
)
def test_choices_are_ordered_as_they_are_declared(grade: str, expected: Truth) -> None:
    assert holds(_plan, 'rank(grade) >= rank("low")', {"grade": grade}, {}) is expected


def test_a_threshold_counts_with_its_default_until_one_is_entered() -> None:
    assert holds(_plan, "flow >= limit", {"flow": 150}, {}) is Truth.TRUE
    assert holds(_plan, "flow >= limit", {"flow": 150, "limit": 200}, {}) is Truth.FALSE


def test_tasks_see_the_response_level() -> None:
    assert holds(_plan, "level <= 2", {}, {}, Surroundings(Level.II)) is Truth.TRUE
    assert holds(_plan, "level <= 2", {}, {}, Surroundings(Level.IV)) is Truth.FALSE
    assert holds(_plan, "level <= 2", {}, {}) is Truth.UNKNOWN


@pytest.mark.parametrize(
    ("condition", "around", "expected"),
    [
        ("running(fight)", Surroundings(tasks={"fight": (True, False)}), Truth.TRUE),
        ("running(fight)", Surroundings(tasks={"fight": (False, True)}), Truth.FALSE),
        ("done(fight)", Surroundings(tasks={"fight": (False, True)}), Truth.TRUE),
        ("running(fight)", Surroundings(), Truth.UNKNOWN),
        ("!done(fight)", Surroundings(), Truth.UNKNOWN),
        ("running( fight ) && !done(watch)", Surroundings(tasks={"fight": (True, True), "watch": (True, False)}), Truth.TRUE),
        ("done(watch) || running(fight)", Surroundings(tasks={"fight": (True, False)}), Truth.TRUE),
        ("night && !night_work", Surroundings(night=True), Truth.UNKNOWN),
        ("night || night_work", Surroundings(night=True), Truth.TRUE),
        ("night", Surroundings(night=False), Truth.FALSE),
        ("night", Surroundings(), Truth.UNKNOWN),
        ("!night", Surroundings(), Truth.UNKNOWN),
    ],
)
def test_tasks_see_the_night_and_each_other_and_what_nobody_knows_is_unknown(
    condition: str, around: Surroundings, expected: Truth
) -> None:
    assert holds(_whole, condition, {}, {}, around) is expected


def test_the_tasks_a_condition_asks_about_are_told_once_each() -> None:
    assert tasks_in(_whole, "running(fight) || done(fight) && done(watch) && known(flow)") == ("fight", "watch")


def test_a_condition_asks_about_no_more_tasks_than_it_has_room_for() -> None:
    vocabulary = FactVocabulary((), [f"t{number}" for number in range(task_limit + 1)])

    most = " && ".join(f"done(t{number})" for number in range(task_limit))

    assert check_condition(vocabulary, most, of_task=True) == ()
    (problem,) = check_condition(vocabulary, f"{most} && done(t{task_limit})", of_task=True)
    assert problem.what == "the condition asks about too many tasks"


def test_a_name_inside_a_text_is_not_a_fact() -> None:
    assert facts_in(_plan, 'grade == "flow" || flow.forecast > limit') == ("grade", "flow", "limit")


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ('alert.status == "Actual" && alert.severity_rank >= 3', Truth.TRUE),
        ('alert.event.contains("暴雨")', Truth.TRUE),
        ('alert.areas.exists(area, area == "渭滨区")', Truth.TRUE),
        ("alert.level == 1", Truth.FALSE),
        ('alert.headline == "x"', Truth.UNKNOWN),
        ("alert.severity_rank", Truth.UNKNOWN),
        ('alert.event > 3 && alert.status == "Actual"', Truth.UNKNOWN),
    ],
)
def test_a_trigger_looks_at_the_alert(condition: str, expected: Truth) -> None:
    assert alert_holds(condition, _alert) is expected


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ('alert.color == "" ? "none" : alert.color', "none"),
        ("alert.severity_rank", 3.0),
        ("alert.severity_rank > 2", True),
        ("alert.areas", None),
        ("alert.headline", None),
    ],
)
def test_a_trigger_takes_values_from_the_alert(expression: str, value: object) -> None:
    assert alert_value(expression, _alert) == value


@pytest.mark.parametrize(
    "condition", ["flow >= ", "nosuch > 1", "flow + 1", "x" * 2001, "(" * 40 + "flow" + ")" * 40 + " > 1", "__import__('os')"]
)
def test_what_does_not_compile_is_an_error_and_never_an_answer(condition: str) -> None:
    with pytest.raises(ExpressionError):
        holds(_plan, condition, {"flow": 1}, {})


def test_a_condition_has_at_most_two_thousand_characters() -> None:
    condition = " || ".join(["flow >= 1"] * 200)

    (problem,) = check_condition(_vocabulary, condition, of_task=False)

    assert problem.what == f"the expression has {len(condition)} characters"


def test_brackets_do_not_hide_a_comparison_of_texts() -> None:
    (problem,) = check_condition(_vocabulary, '(grade) > ("a")', of_task=False)

    assert problem.rule == "text-order"


@pytest.mark.parametrize("condition", ["flow / limit > 1", "flow / 0 > 1", "flow / 0.0 > 1"])
def test_nothing_is_true_by_dividing_by_zero(condition: str) -> None:
    (problem,) = check_condition(_vocabulary, condition, of_task=False)

    assert (problem.offset, problem.what) == (5, "this may divide by zero")


def test_a_misspelt_key_of_the_alert_is_found() -> None:
    (problem,) = check_alert_expression('alert.evnt == "x"')

    assert (problem.offset, problem.suggestion) == (6, "event")
