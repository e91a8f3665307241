"""Golden cases: a plan that is right, and one change for each thing a rule or the shape says, at its exact place."""

from datetime import date
from pathlib import Path
from typing import TypedDict

import pytest
import yaml

from plans.compiler import check_file
from plans.rules import every_rule, most_told


class Case(TypedDict):
    """One change to a right plan, and everything the check then says."""

    instead_of: str
    write: str
    says: list[str]


_here = Path(__file__).parent
_right = (_here / "small.yaml").read_text(encoding="utf-8")
_whole = (_here / "whole.yaml").read_text(encoding="utf-8")
_wrong: list[Case] = yaml.safe_load((_here / "wrong_plans.yaml").read_text(encoding="utf-8"))
_wrong_whole: list[Case] = yaml.safe_load((_here / "wrong_whole_plans.yaml").read_text(encoding="utf-8"))
_cases = [(_right, case) for case in _wrong] + [(_whole, case) for case in _wrong_whole]


@pytest.mark.parametrize("right", [_right, _whole], ids=["small", "whole"])
def test_the_right_plan_has_no_faults(tmp_path: Path, right: str) -> None:
    assert _lines(tmp_path, right) == []


@pytest.mark.parametrize(("right", "case"), _cases, ids=[case["says"][-1].rpartition(" ")[2] for _, case in _cases])
def test_a_wrong_plan_is_told_where_and_what_was_expected(tmp_path: Path, right: str, case: Case) -> None:
    assert right.count(case["instead_of"]) == 1

    assert _lines(tmp_path, right.replace(case["instead_of"], case["write"])) == case["says"]


@pytest.mark.parametrize("rule", [rule.RULE for rule in every_rule])
def test_every_rule_has_a_wrong_case(rule: str) -> None:
    assert any(line.endswith(f"[{rule}]") for _, case in _cases for line in case["says"])


def test_all_faults_are_told_at_once_in_reading_order(tmp_path: Path) -> None:
    plan = (
        _right.replace("flow >= limit", "flw >= limit").replace("role: patrol", "role: patrl").replace("done: 1 d", "doen: 1 d")
    )

    assert [line.rpartition(" ")[2] for line in _lines(tmp_path, plan)] == ["[known-facts]", "[known-roles]", "[unknown-key]"]


def test_a_life_safety_task_is_found_waiting_through_another_task(tmp_path: Path) -> None:
    notify = "{title: 通知, role: chief, levels: IV-III, after: [sign], ack: 5 min, done: 9 min, escalate: urgent}"
    plan = _right.replace("  review:\n", f"  notify: {notify}\n  review:\n")
    plan = plan.replace("    after: [verify]\n    when", "    after: [notify]\n    when")

    what = "57:13: the life-safety task 'watch' waits for the approval 'sign' (through notify)"
    assert _lines(tmp_path, plan) == [f"{what}, expected a predecessor that no signature holds up [life-safety]"]


def test_a_fault_in_a_folded_condition_is_told_in_its_own_line(tmp_path: Path) -> None:
    folded = "\n    when: >-\n      flow >= limit\n      || flw.forecast >= limit\n    approve: [chief]"
    plan = _right.replace("{when: flow >= limit, approve: [chief]}", folded)

    (line,) = _lines(tmp_path, plan)

    assert line.startswith("16:10: there is no fact 'flw'")


def test_a_fault_in_a_text_of_several_lines_is_told_in_its_own_line(tmp_path: Path) -> None:
    text = "\n    text: |\n      {{ task }}\n\n      因为 {{ raeson }}\n    short: x\n"
    plan = _right.replace(' {text: "{{ task }} {{ reason }}", short: "{{ task }}"}\n', text)

    (line,) = _lines(tmp_path, plan)

    assert line.startswith("80:13: there is no variable 'raeson'")
    assert plan.split("\n")[79][12:].startswith("raeson")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{% if task %}" * 60 + "{% endif %}" * 60, "the template cannot be read: it is nested too deeply"),
        ("{{ " + "(" * 2000 + "task" + ")" * 2000 + " }}", "the template cannot be read: it has 4010 characters, more than 4000"),
        ("{{ task|upper" + "|upper" * 100 + " }}", "the template cannot be read: it is nested too deeply"),
        ("{{ task|replace('', task)|replace('', task) }}", "'replace' is used on what join or replace made"),
        ("{{ task|int|round(99999999, 'floor') }}", "'round' has another argument than a digit"),
        ("{{ task * 9999999 }}", "the template has a mul"),
    ],
)
def test_a_text_that_would_take_hours_is_refused_unfilled(tmp_path: Path, text: str, says: str) -> None:
    (line, *_) = _lines(tmp_path, _right.replace("{{ task }}：{{ link }}", text))

    assert line.startswith(f"75:17: {says}")


def test_of_one_kind_of_fault_no_more_are_told_than_anybody_reads(tmp_path: Path) -> None:
    task = "{title: 通知, role: chief, levels: IV, ack: 5 min, done: 9 min, escalate: urgent, after: [nobody_%d]}"
    tasks = "".join(f"  notify_{number}: {task % number}\n" for number in range(3000))

    lines = _lines(tmp_path, _right.replace("messages:\n", f"{tasks}messages:\n"))

    assert len(lines) == most_told + 1
    assert lines[-1].endswith(
        f"there may be more like this one: {most_told} are told at once, expected these mended first [known-tasks]"
    )


@pytest.mark.parametrize(
    ("today", "says"),
    [
        (date(2026, 11, 24), []),
        (date(2027, 1, 2), ["8:58: warning: the source 'rules' is no longer valid, expected what has taken its place"]),
        (date(2021, 1, 1), ["7:35: warning: the source 'law' is not yet valid, expected what is valid until then"]),
    ],
)
def test_a_source_has_to_be_valid_on_the_day_of_the_check(tmp_path: Path, today: date, says: list[str]) -> None:
    assert _lines(tmp_path, _whole, today) == [f"{line} [source-dates]" for line in says]


def _lines(folder: Path, plan: str, today: date | None = None) -> list[str]:
    # the plan that the whole one links to
    (folder / "small.yaml").write_text(_right, encoding="utf-8")
    file = folder / "plan.yaml"
    file.write_text(plan, encoding="utf-8")
    return [str(each).split("plan.yaml:", 1)[1] for each in check_file(file, today)]
