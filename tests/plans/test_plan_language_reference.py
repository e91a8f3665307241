"""docs/plan-language.md: its example checks, and it has the rules' own words."""

import re
from pathlib import Path

import pytest

from notifications.rendering import VARIABLES
from plans.alert_vocabulary import alert_keys
from plans.compiler import check_file
from plans.reference import rules_section, with_rules
from plans.template import report_variables, variables
from plans.template_limits import filters

_reference = (Path(__file__).parents[2] / "docs" / "plan-language.md").read_text(encoding="utf-8")


def test_the_example_checks_without_a_word(tmp_path: Path) -> None:
    example = re.search(r"```yaml\n(plan: .*?)```", _reference, re.DOTALL)
    assert example
    file = tmp_path / "culvert.yaml"
    file.write_text(example[1], encoding="utf-8")

    assert check_file(file) == []


def test_every_rule_is_documented_in_its_own_words() -> None:
    assert with_rules(_reference) == _reference
    assert rules_section() in _reference


def test_every_name_an_author_may_use_is_in_the_reference() -> None:
    assert [
        name for name in (*alert_keys, *variables, *report_variables, *filters) if not re.search(rf"\b{name}\b", _reference)
    ] == []


@pytest.mark.parametrize(
    ("section", "kind"),
    [
        ("", "the plan"),
        ("flow: {", "the fact"),
        ("IV: {", "the level"),
        ("on: reading", "the trigger"),
        ("duty: {title", "the role"),
        ("call: {at", "the rung"),
        ("area: {", "the finding"),
        ("title: 抢险", "the task"),
        ("- {when: rank(grade)", "a case of 'every'"),
        ("title: 续报", "the report"),
        ("title: 停止演练", "the signal"),
        ("plan: small", "the link"),
        ("law: {", "the source"),
        ("daylight: {lat", "the daylight"),
        ("end: {when: flow", "the end"),
    ],
)
def test_every_key_that_the_check_asks_for_is_in_the_reference(tmp_path: Path, section: str, kind: str) -> None:
    plan = (Path(__file__).parent / "whole.yaml").read_text(encoding="utf-8")
    assert plan.count(section) == 1 or not section
    file = tmp_path / "plan.yaml"
    if not section:
        plan += "zzz: 1\n"
    elif "{" in section:
        plan = plan.replace(section, section.replace("{", "{zzz: 1, "))
    else:
        indent = len(next(line for line in plan.split("\n") if section in line).partition(section)[0])
        plan = plan.replace(section, f"{section}\n{' ' * indent}zzz: 1")
    file.write_text(plan, encoding="utf-8")

    (fault,) = [each for each in check_file(file) if each.rule == "unknown-key"]

    assert fault.what.startswith(kind)
    asked = fault.expected.removeprefix("one of ").split(", ")
    assert [key for key in asked if not re.search(rf"`[^`\n]*\b{key}\b[^`\n]*`", _reference)] == []


def test_the_check_knows_the_variables_that_the_renderer_fills_in() -> None:
    assert variables == VARIABLES
