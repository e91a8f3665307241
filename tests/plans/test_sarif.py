"""SARIF 2.1.0: what the standard requires of a log, of every rule and of every result."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from plans.diagnostic import Mark, fault, warning
from plans.rules import every_rule
from plans.sarif import sarif

_here = Path(__file__).parent
_mark = Mark("plans/应急 一.yaml", 4, 9)
_wrong = fault(_mark, "there is no role 'patrl'", "a declared role", "known-roles", suggestion="patrol")
_doubtful = warning(_mark, "the role 'x' is used nowhere", "", "unused-names")


def test_a_log_has_one_run_of_this_version_of_the_tool() -> None:
    log = sarif({"a.yaml": []})

    assert log["version"] == "2.1.0"
    assert str(log["$schema"]).endswith("sarif-schema-2.1.0.json")
    assert _run()["tool"]["driver"]["name"] == "Tocsin"


def test_a_result_says_rule_level_message_and_place() -> None:
    run = _run(_wrong, _doubtful)

    wrong, doubtful = run["results"]
    assert wrong["message"]["text"] == "there is no role 'patrl', expected a declared role; did you mean 'patrol'?"
    assert [each["level"] for each in (wrong, doubtful)] == ["error", "warning"]
    assert wrong["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "plans/%E5%BA%94%E6%80%A5%20%E4%B8%80.yaml"},
                "region": {"startLine": 4, "startColumn": 9},
            }
        }
    ]
    assert run["tool"]["driver"]["rules"][wrong["ruleIndex"]]["id"] == wrong["ruleId"] == "known-roles"


def test_a_path_from_the_root_becomes_an_address_of_the_file() -> None:
    run = _run(fault(Mark("/a b/c.yaml", 1, 1), "x", "", "yaml"))

    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "file:///a%20b/c.yaml"


def test_the_same_fault_of_a_base_in_two_plans_is_one_result() -> None:
    (run,) = _runs({"one.yaml": [_wrong], "two.yaml": [_wrong]})

    assert len(run["results"]) == 1
    assert [each["location"]["uri"] for each in run["artifacts"]][:2] == ["one.yaml", "two.yaml"]


def test_every_rule_has_a_sentence_and_a_name_of_its_own() -> None:
    rules = _run()["tool"]["driver"]["rules"]

    names = [each["id"] for each in rules]
    assert len(set(names)) == len(names)
    assert {rule.RULE for rule in every_rule} < set(names)
    assert [each["id"] for each in rules if not each["shortDescription"]["text"].endswith(".")] == []


@pytest.mark.parametrize("file", ["wrong_plans.yaml", "wrong_whole_plans.yaml"])
def test_no_fault_of_the_language_is_without_a_rule(file: str) -> None:
    cases = yaml.safe_load((_here / file).read_text(encoding="utf-8"))
    said = {line.rpartition("[")[2].removesuffix("]") for case in cases for line in case["says"]}

    assert said - {each["id"] for each in _run()["tool"]["driver"]["rules"]} == set()


def test_what_could_not_be_read_makes_the_run_unsuccessful() -> None:
    (run,) = _runs({}, ["there is no plan 'x'"])

    assert run["invocations"] == [
        {
            "executionSuccessful": False,
            "toolExecutionNotifications": [{"level": "error", "message": {"text": "there is no plan 'x'"}}],
        }
    ]


def _run(*diagnostics: Any) -> Any:
    return _runs({"a.yaml": diagnostics})[0]


def _runs(found: Any, unusable: Any = ()) -> Any:
    return sarif(found, unusable)["runs"]
