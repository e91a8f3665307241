"""`tocsin response record`: where it writes, and what it says where it cannot."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from service.cli.response import app
from service.record.page import RecordUnwritableError
from tests.service.field_bureau import FieldBureau


@pytest.fixture
def bureau(tmp_path: Path) -> FieldBureau:
    bureau = FieldBureau(tmp_path / "home")
    bureau.flood()
    bureau.home.database.close()
    return bureau


def _record(bureau: FieldBureau, output: Path) -> str:
    runner = CliRunner(env={"TOCSIN_HOME": str(bureau.home.folder.path)})
    words = ["record", bureau.response, "--output", str(output)]
    return runner.invoke(app, words, catch_exceptions=False).stdout


def test_the_record_is_written_where_it_was_asked_for(bureau: FieldBureau, tmp_path: Path) -> None:
    output = tmp_path / "record.html"

    said = _record(bureau, output)

    assert str(output) in said
    assert bureau.response in output.read_text("utf-8")


def test_the_record_is_named_after_its_response_where_no_place_is_given(
    bureau: FieldBureau, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    runner = CliRunner(env={"TOCSIN_HOME": str(bureau.home.folder.path)})

    runner.invoke(app, ["record", bureau.response], catch_exceptions=False)

    assert bureau.response in (tmp_path / f"record-{bureau.response}.html").read_text("utf-8")


@pytest.mark.parametrize("name", ["no-such-folder/record.html", "."])
def test_a_place_that_cannot_be_written_is_named_with_the_remedy(bureau: FieldBureau, tmp_path: Path, name: str) -> None:
    output = tmp_path / name

    with pytest.raises(RecordUnwritableError) as refusal:
        _record(bureau, output)

    assert str(refusal.value).startswith(f"{output}: cannot be written (")
    assert str(refusal.value).endswith("name another file with --output")
