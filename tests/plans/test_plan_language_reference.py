"""docs/plan-language.md: its example checks, and it has the rules' own words."""

import re
from pathlib import Path

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


def test_the_check_knows_the_variables_that_the_renderer_fills_in() -> None:
    assert variables == VARIABLES
