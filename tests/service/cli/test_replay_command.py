"""`tocsin response replay` and `rebuild` at the desk, in both languages."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from flows.model.commands import Complete
from service.cli.response import app
from tests.service.field_bureau import OFFICER, START, FieldBureau


@pytest.fixture
def bureau(tmp_path: Path) -> FieldBureau:
    bureau = FieldBureau(tmp_path / "home")
    bureau.flood()
    bureau.clock.forward(timedelta(minutes=30))
    task = next(iter(bureau.home.engine.head(bureau.response).state.assignments))
    evidence = {"source": "水文站电话"}
    at = START + timedelta(minutes=10)
    bureau.home.engine.submit(
        bureau.response,
        Complete(assignment=task, by=OFFICER, via="desk", at=at, evidence=evidence, reason="照片后补"),
    )
    bureau.home.database.close()
    return bureau


def run(bureau: FieldBureau, *words: str) -> Result:
    environment = {"TOCSIN_HOME": str(bureau.home.folder.path), "COLUMNS": "200"}
    return CliRunner(env=environment).invoke(app, list(words), catch_exceptions=False)


@pytest.mark.parametrize(
    ("language", "wanted"),
    [
        ("zh", ("当时所知", "当时在走的时限", "事后才录入", "2026-09-04 02:10:00 发生，2026-09-04 02:30:00 录入")),
        ("en", ("known at", "clocks that ran", "entered only later", "of 2026-09-04 02:10:00, entered 2026-09-04 02:30:00")),
    ],
)
def test_replay_tells_what_was_known_and_what_came_later(bureau: FieldBureau, language: str, wanted: tuple[str, ...]) -> None:
    said = run(bureau, "replay", bureau.response, "--at", "2026-09-04T02:15", "--lang", language).stdout

    assert [each for each in wanted if each not in said] == []


def test_replay_in_json_has_clocks_and_both_times(bureau: FieldBureau) -> None:
    shown = json.loads(run(bureau, "replay", bureau.response, "--at", "2026-09-04T02:15", "--json").stdout)

    assert (shown["tasks"][0]["status"], shown["level"]) == ("called", "III")
    assert [each["name"] for each in shown["clocks"] if each["assignment"] == shown["tasks"][0]["assignment"]]
    assert {(each["at"], each["recorded_at"]) for each in shown["entered_later"]} == {
        ("2026-09-03T18:10:00Z", "2026-09-03T18:30:00+00:00")
    }


@pytest.mark.parametrize(("language", "wanted"), [([], "entered 2026-09-04 02:30:00"), (["--lang", "zh"], "09-04 02:30:00 录入")])
def test_journal_shows_both_times_of_what_was_entered_late(bureau: FieldBureau, language: list[str], wanted: str) -> None:
    assert wanted in run(bureau, "journal", bureau.response, *language).stdout


def test_rebuild_only_mends_when_asked(bureau: FieldBureau) -> None:
    with bureau.home.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM real_clock")
    bureau.home.database.close()

    checked = run(bureau, "rebuild", bureau.response, "--check")
    assert (checked.exit_code, "real_clock is missing" in checked.stdout) == (1, True)

    assert run(bureau, "rebuild", "--all").exit_code == 0
    assert run(bureau, "rebuild", "--all", "--check").exit_code == 0
