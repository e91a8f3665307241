"""`tocsin response verify` and `export`, as somebody at the desk and somebody without a database use them."""

import json
import sqlite3
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from service.cli.response import app
from tests.service.field_bureau import FieldBureau


@pytest.fixture
def bureau(tmp_path: Path) -> FieldBureau:
    bureau = FieldBureau(tmp_path / "home")
    bureau.flood()
    bureau.home.database.close()
    return bureau


def run(home: Path, *words: str) -> Result:
    return CliRunner(env={"TOCSIN_HOME": str(home)}).invoke(app, list(words))


def test_all_are_verified_and_a_broken_one_is_told_beside_the_others(bureau: FieldBureau) -> None:
    home = bureau.home.folder.path
    assert json.loads(run(home, "verify", "--all", "--json").stdout)[0]["whole"]
    with sqlite3.connect(bureau.home.folder.database) as connection:
        connection.execute("DROP TRIGGER real_entry_no_update")
        connection.execute("UPDATE real_entry SET body = replace(body, 'flood', 'fire') WHERE entry = 1")
    connection.close()

    found = run(home, "verify", "--all")

    assert found.exit_code == 1
    assert f"response {bureau.response}, journal entry 1" in found.stdout


def test_export_into_a_folder_is_verified_elsewhere(bureau: FieldBureau, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    run(bureau.home.folder.path, "export", bureau.response, "--output", str(tmp_path / "out"))

    found = run(tmp_path / "nowhere", "verify", "--file", str(tmp_path / "out" / f"{bureau.response}.jsonl"), "--json")

    assert json.loads(found.stdout)["response"] == bureau.response
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("words", [[], ["R-1", "--all"]])
def test_what_to_verify_has_to_be_said_once(tmp_path: Path, words: list[str]) -> None:
    assert run(tmp_path, "verify", *words).exit_code == 2
