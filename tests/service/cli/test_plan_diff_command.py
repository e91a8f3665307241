"""`tocsin plan diff`: two files, names, or versions that responses ran under."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from flows.errors import UnknownNameError
from flows.running import plan_versions
from plans.compiler import compile_file
from service.cli.plan import app
from service.folder import Folder
from service.wiring import Home

_small = (Path(__file__).parents[2] / "plans" / "small.yaml").read_text(encoding="utf-8")
_later = _small.replace("ack: 3 min", "ack: 4 min")


def test_nothing_changed_in_meaning(tmp_path: Path) -> None:
    new = f"# another comment\n{_small}"

    result = _diff(tmp_path, _small, new, "--lang", "en")

    assert result.exit_code == 0
    assert result.stdout.splitlines()[1] == "no change in meaning"


def test_what_changed_is_told_under_its_importance(tmp_path: Path) -> None:
    result = _diff(tmp_path, _small, _later)

    assert result.exit_code == 1
    assert result.stdout.splitlines()[1:] == [
        "",
        "可能降低安全 (1)",
        "  任务「核实」 (A1)：应答时限由 3 min 延长到 4 min  [tasks.verify.ack]",
    ]


def test_differences_come_as_json(tmp_path: Path) -> None:
    told = json.loads(_diff(tmp_path, _small, _later, "--json").stdout)

    assert told["old"]["plan"] == told["new"]["plan"] == "small"
    assert told["differences"] == [
        {
            "importance": "less_safe",
            "path": "tasks.verify.ack",
            "zh": "任务「核实」 (A1)：应答时限由 3 min 延长到 4 min",
            "en": "task “核实” (A1): time to answer lengthened: 3 min → 4 min",
            "old": {"zh": "3 min", "en": "3 min"},
            "new": {"zh": "4 min", "en": "4 min"},
        }
    ]


def test_a_plan_with_faults_is_unusable_and_not_different(tmp_path: Path) -> None:
    result = _diff(tmp_path, _small, _small.replace("role: patrol", "role: patrl"))

    assert result.exit_code == 2
    assert "there is no role 'patrl'" in result.stderr


@pytest.mark.parametrize("words", [["flood"], ["flood", "flood", "flood"], ["flood", "flood", "--version", "abc"]])
def test_two_plans_are_compared(words: list[str]) -> None:
    result = CliRunner().invoke(app, ["diff", *words])

    assert result.exit_code == 2
    assert "expected two plans" in result.stderr


def test_a_stored_version_is_named_by_the_first_letters_of_its_digest(tmp_path: Path) -> None:
    old, _ = _files(tmp_path, _small, _later)
    digest = _stored(tmp_path, old)
    file = str(tmp_path / "new.yaml")

    result = _run(tmp_path, "--version", digest[:8], file)

    assert result.exit_code == 1
    assert "[tasks.verify.ack]" in result.stdout
    assert _run(tmp_path, "--version", digest, "--version", digest[:8]).exit_code == 0


def test_a_version_that_is_not_stored_is_told_with_those_that_are(tmp_path: Path) -> None:
    old, _ = _files(tmp_path, _small, _later)
    digest = _stored(tmp_path, old)

    result = _run(tmp_path, "--version", "0000", str(old))

    assert isinstance(result.exception, UnknownNameError)
    assert str(result.exception) == f"there is no stored plan with the digest '0000' (known: {digest[:12]})"


def _diff(folder: Path, old: str, new: str, *options: str) -> Result:
    return _run(folder, *(str(file) for file in _files(folder, old, new)), *options)


def _files(folder: Path, old: str, new: str) -> tuple[Path, Path]:
    files = folder / "old.yaml", folder / "new.yaml"
    for file, text in zip(files, (old, new), strict=True):
        file.write_text(text, encoding="utf-8")
    return files


def _stored(folder: Path, file: Path) -> str:
    """The digest of a plan that is in the database."""
    home = Home(Folder(folder / "home"))
    plan = compile_file(file)
    with home.database.write() as connection:
        plan_versions.store(connection, plan, datetime(2026, 11, 24, tzinfo=UTC))
    home.database.close()
    return plan.digest


def _run(folder: Path, *words: str) -> Result:
    return CliRunner(env={"TOCSIN_HOME": str(folder / "home")}).invoke(app, ["diff", *words])
