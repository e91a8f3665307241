"""`tocsin plan check` and `tocsin plan show`, through the command line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from service.cli.plan import app

_root = Path(__file__).parents[3]
_small = _root / "tests" / "plans" / "small.yaml"
_runner = CliRunner()


def test_a_good_plan_is_said_to_be_good() -> None:
    result = _runner.invoke(app, ["check", "flood", str(_small)])

    assert result.exit_code == 0
    assert [line.partition(", digest ")[0] for line in result.stdout.splitlines()] == [
        "OK: flood 2026.1, 42 tasks",
        "OK: small 1, 4 tasks",
    ]


def test_a_fault_is_told_by_line_and_column_and_the_exit_code_is_1(tmp_path: Path) -> None:
    file = _wrong(tmp_path)

    result = _runner.invoke(app, ["check", str(file), "flood"])

    assert result.exit_code == 1
    assert (
        f"{file}:55:11: there is no role 'patrl', expected a role declared under 'roles'; did you mean 'patrol'? [known-roles]"
        in (result.stdout.splitlines())
    )
    assert "OK: flood" in result.stdout


def test_faults_come_as_json_for_editors(tmp_path: Path) -> None:
    result = _runner.invoke(app, ["check", "--json", str(_wrong(tmp_path))])

    (plan,) = json.loads(result.stdout)["plans"]
    assert result.exit_code == 1
    assert [(each["line"], each["column"], each["rule"], each["severity"]) for each in plan["diagnostics"]] == [
        (24, 3, "unused-names", "warning"),
        (55, 11, "known-roles", "error"),
    ]


def test_warnings_do_not_fail_the_check(tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    text = _small.read_text(encoding="utf-8")
    file.write_text(text.replace("  patrol: {", "  helper: {title: 帮手}\n  patrol: {"), encoding="utf-8")

    result = _runner.invoke(app, ["check", str(file)])

    assert result.exit_code == 0
    assert "24:3: warning: the role 'helper' is used nowhere" in result.stdout


@pytest.mark.parametrize("name", ["flod", "no/such.yaml"])
def test_a_plan_that_is_not_there_is_a_matter_of_usage(name: str) -> None:
    result = _runner.invoke(app, ["check", name])

    assert result.exit_code == 2
    assert f"there is no plan {name!r}, expected a plan file or one of: " in result.stderr
    assert "flood, hazard_inspection, hazmat_spill" in result.stderr


def test_a_folder_is_not_a_plan(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").mkdir()

    assert _runner.invoke(app, ["check", str(tmp_path / "x.yaml")]).exit_code == 2


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh", ("防汛应急预案", "巡堤查险", "巡堤队")), ("en", ("Levee patrol", "Repeats", "manual decision"))],
)
def test_a_person_reads_the_plan_in_their_language(language: str, words: tuple[str, ...]) -> None:
    result = _runner.invoke(app, ["show", "flood", "--lang", language], env={"COLUMNS": "220"})

    assert result.exit_code == 0
    assert [word for word in words if word not in result.stdout] == []


def test_the_plan_comes_as_json_with_its_digest() -> None:
    shown = json.loads(_runner.invoke(app, ["show", "flood", "--json"]).stdout)
    checked = json.loads(_runner.invoke(app, ["check", "flood", "--json"]).stdout)

    assert shown["digest"] == checked["plans"][0]["digest"]
    assert shown["plan"]["tasks"]["levee_patrol"]["ack"] == 300.0


def test_the_bureaus_own_plans_are_found_in_the_data_folder(tmp_path: Path) -> None:
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "own.yaml").write_text(_small.read_text(encoding="utf-8"), encoding="utf-8")

    assert "OK: small 1" in _runner.invoke(app, ["check", "own"], env={"TOCSIN_HOME": str(tmp_path)}).stdout


def test_checking_imports_nothing_heavy() -> None:
    program = """
import sys
from service.cli.plan import app
app(["check", "plans/library/flood.yaml"], standalone_mode=False)
print(sorted({name.partition(".")[0] for name in sys.modules} & {"prefect", "apprise", "fastapi", "sqlalchemy", "sqlmodel"}))
"""

    result = subprocess.run([sys.executable, "-c", program], cwd=_root, capture_output=True, text=True, check=True)

    assert result.stdout.splitlines()[-1] == "[]"


def _wrong(folder: Path) -> Path:
    file = folder / "plan.yaml"
    file.write_text(_small.read_text(encoding="utf-8").replace("role: patrol", "role: patrl"), encoding="utf-8")
    return file
