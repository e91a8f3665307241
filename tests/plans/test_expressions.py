"""Conditions: what is missing is unknown, errors are never true, whole numbers just work."""

from dataclasses import replace
from pathlib import Path

import pytest

from plans.compiler import compile_file
from plans.errors import ExpressionError
from plans.expression_checks import check_alert_expression, check_condition
from plans.expressions import Surroundings, Truth, alert_holds, alert_value, facts_in, holds, tasks_in
from plans.model import EvidenceField, EvidenceType, FindingKind, Level, Plan, Text
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


_danger = FindingKind(
    "danger",
    Text("险情", "danger"),
    fields=(
        EvidenceField("grade", Text("等级", "grade"), EvidenceType.CHOICE, choices=("minor", "major")),
        EvidenceField("depth", Text("水深", "depth"), EvidenceType.NUMBER),
        EvidenceField("wet", Text("渗水", "wet"), EvidenceType.BOOLEAN),
        EvidenceField("where", Text("位置", "where"), EvidenceType.TEXT),
        EvidenceField("photo", Text("照片", "photo"), EvidenceType.IMAGE),
        EvidenceField("notes", Text("备注", "notes"), EvidenceType.TEXT, many=True),
    ),
)
_of_danger = FactVocabulary(tuple(_plan.facts.values()), _plan.tasks, finding=_danger)
_with_dangers = replace(_plan, findings={"danger": _danger})


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ('finding.grade == "major"', Truth.TRUE),
        ('rank(finding.grade) > rank("minor")', Truth.TRUE),
        ("finding.depth >= 2 && flow >= 1000", Truth.TRUE),
        ("known(finding.depth) && !known(finding.wet)", Truth.TRUE),
        ("finding.wet", Truth.UNKNOWN),
        ('finding.where == "K12"', Truth.FALSE),
    ],
)
def test_a_condition_looks_at_the_fields_of_its_finding(condition: str, expected: Truth) -> None:
    around = Surroundings(of="danger", fields={"grade": "major", "depth": 2.0, "where": "K15"})

    assert check_condition(_of_danger, condition, of_task=True) == ()
    assert holds(_with_dangers, condition, {"flow": 2500.0}, {}, around) is expected


def test_two_findings_never_share_an_answer() -> None:
    deep, shallow = (Surroundings(of="danger", fields={"depth": depth}) for depth in (3.0, 1.0))

    found = [holds(_with_dangers, "finding.depth > 2", {}, {}, around) for around in (deep, shallow, deep)]

    assert found == [Truth.TRUE, Truth.FALSE, Truth.TRUE]


@pytest.mark.parametrize(
    ("condition", "offset", "what"),
    [
        ('finding.grad == "major"', 8, "there is no field 'grad' in the finding 'danger'"),
        ('finding.photo == "x"', 8, "the field 'photo' of 'danger' cannot be compared"),
        ('finding.notes == "x"', 8, "the field 'notes' of 'danger' cannot be compared"),
        ("known(finding)", 6, "'finding' is used alone"),
        ('finding.grade == "mayor"', 17, "'finding.grade' is never 'mayor'"),
        ('finding.grade > "minor"', 14, "texts are compared with '>'"),
        ("rank(finding.depth) > 1", 5, "rank() of 'finding.depth', which is a number"),
    ],
)
def test_a_field_that_is_none_is_told_where_it_stands(condition: str, offset: int, what: str) -> None:
    (problem,) = check_condition(_of_danger, condition, of_task=True)

    assert (problem.offset, problem.what) == (offset, what)
