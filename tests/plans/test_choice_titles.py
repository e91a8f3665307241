"""What a choice is called: in the plan beside the choice itself, for facts, for evidence, and for evidence that is a fact."""

from pathlib import Path

from plans.compiler import check_file, compile_file
from plans.model import Plan, Text

_here = Path(__file__).parent
_whole = (_here / "whole.yaml").read_text(encoding="utf-8")
_grades = "of: {general: {zh: 一般, en: ordinary}, larger: 较大, major: {zh: 重大, en: major}}"


def _compiled(tmp_path: Path, text: str) -> Plan:
    (tmp_path / "small.yaml").write_bytes((_here / "small.yaml").read_bytes())
    file = tmp_path / "whole.yaml"
    file.write_text(text, encoding="utf-8")
    return compile_file(file)


def test_the_choices_of_a_fact_keep_their_order_and_get_titles(tmp_path: Path) -> None:
    grade = _compiled(tmp_path, _whole.replace("of: [general, larger, major]", _grades)).facts["danger_grade"]

    assert grade.choices == ("general", "larger", "major")
    assert [grade.titled(each) for each in grade.choices] == [
        Text("一般", "ordinary"),
        Text("较大", "较大"),
        Text("重大", "major"),
    ]


def test_evidence_that_is_a_fact_has_the_titles_of_the_fact(tmp_path: Path) -> None:
    plan = _compiled(tmp_path, _whole.replace("of: [general, larger, major]", _grades))
    (size,) = [each for each in plan.findings["danger"].fields if each.name == "size"]

    assert size.titled("major") == Text("重大", "major")


def test_a_choice_of_evidence_has_titles_of_its_own(tmp_path: Path) -> None:
    titled = _whole.replace("of: [bags, relief]", "of: {bags: {zh: 沙袋, en: sand bags}, relief: {zh: 减压井, en: relief well}}")
    fields = [field for task in _compiled(tmp_path, titled).tasks.values() for field in task.evidence if field.name == "method"]

    assert [field.titled("relief") for field in fields] == [Text("减压井", "relief well")]


def test_a_choice_without_a_title_is_called_by_its_name() -> None:
    grade = compile_file(_here / "whole.yaml").facts["danger_grade"]

    assert grade.choice_titles == ()
    assert grade.titled("major") == Text("major", "major")


def test_a_plan_without_titles_keeps_its_digest() -> None:
    plan = compile_file(_here / "whole.yaml")

    assert b"choice_titles" not in plan.canonical_json


def test_a_title_that_is_none_is_a_fault_at_its_place(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_bytes((_here / "small.yaml").read_bytes())
    file = tmp_path / "whole.yaml"
    file.write_text(_whole.replace("of: [general, larger, major]", "of: {general: [], larger: 较大, major: 重大}"), "utf-8")

    faults = [each for each in check_file(file) if "general" in each.what]

    assert [each.what for each in faults] == ["'general' of 'of' of the fact 'danger_grade' is a list"]
