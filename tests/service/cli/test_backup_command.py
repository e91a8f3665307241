"""`tocsin backup`, `restore` and `retention`, as they are typed."""

import json
from pathlib import Path

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from service.cli.backup import backup, restore
from service.cli.retention import retention
from tests.service.field_bureau import FieldBureau


@pytest.fixture
def bureau(tmp_path: Path) -> FieldBureau:
    bureau = FieldBureau(tmp_path / "home")
    bureau.flood()
    bureau.home.database.close()
    return bureau


def run(home: Path, *words: str) -> Result:
    app = typer.Typer()
    for command in (backup, restore, retention):
        app.command()(command)
    return CliRunner(env={"TOCSIN_HOME": str(home)}).invoke(app, list(words), catch_exceptions=False)


def test_a_backup_is_restored_and_says_what_to_know(bureau: FieldBureau, tmp_path: Path) -> None:
    said = run(bureau.home.folder.path, "backup", "--output", str(tmp_path / "b.tar")).stdout
    assert "without keys and gateway addresses" in said

    told = run(tmp_path / "nowhere", "restore", str(tmp_path / "b.tar"), "--into", str(tmp_path / "new")).stdout

    assert f"open: {bureau.response}" in told
    assert "may have gone out since" in told
    assert "never beside the installation" in told


def test_both_speak_json(bureau: FieldBureau, tmp_path: Path) -> None:
    made = json.loads(run(bureau.home.folder.path, "backup", "--output", str(tmp_path / "b.tar"), "--json").stdout)
    found = json.loads(run(tmp_path, "restore", str(tmp_path / "b.tar"), "--into", str(tmp_path / "new"), "--json").stdout)

    assert "tocsin.db" in made["files"]
    assert (found["made_at"], found["open"]) == (made["made_at"], [bureau.response])


@pytest.mark.parametrize(("language", "wanted"), [("zh", "没有保存期限"), ("en", "has no rule")])
def test_retention_without_a_rule_says_how_to_set_one(bureau: FieldBureau, language: str, wanted: str) -> None:
    assert wanted in run(bureau.home.folder.path, "retention", "--dry-run", "--lang", language).stdout


@pytest.mark.parametrize(("language", "wanted"), [("zh", "没有到期的个人信息"), ("en", "no personal data is due")])
def test_retention_with_nothing_due_says_so(bureau: FieldBureau, language: str, wanted: str) -> None:
    bureau.home.folder.settings.write_text('[retention]\npersonal_data = "180 d"\n')

    assert wanted in run(bureau.home.folder.path, "retention", "--lang", language).stdout
