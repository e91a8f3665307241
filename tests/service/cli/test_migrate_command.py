"""`tocsin response migrate` and its door: shown first, done when confirmed, refused in words."""

import json
from pathlib import Path

import pytest
from click.testing import Result
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from flows.deciding.moving import PlanMoveError
from plans.errors import PlanError
from service.cli.response import app
from tests.service.field_bureau import OFFICER, FieldBureau

LIBRARY = Path(__file__).parents[3] / "plans" / "library"


@pytest.fixture
def edited(bureau: FieldBureau) -> Path:
    """The bureau has edited its plan: verification within four minutes instead of five."""
    text = (LIBRARY / "flood.yaml").read_text("utf-8")
    place = text.index("  verify:")
    changed = text[:place] + text[place:].replace("ack: 5 min", "ack: 4 min", 1)
    assert changed != text
    path = bureau.home.folder.plans / "flood.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(changed, "utf-8")
    return path


def run(bureau: FieldBureau, *words: str, catch: bool = False) -> Result:
    environment = {"TOCSIN_HOME": str(bureau.home.folder.path)}
    return CliRunner(env=environment).invoke(app, ["migrate", bureau.response, *words], catch_exceptions=catch)


@pytest.mark.parametrize(("language", "wanted"), [("zh", "尚未执行"), ("en", "Nothing was changed")])
def test_without_yes_it_only_tells_what_would_change(bureau: FieldBureau, edited: Path, language: str, wanted: str) -> None:
    before = bureau.home.engine.head(bureau.response)

    said = run(bureau, "--to", "latest", "--lang", language).stdout

    assert (wanted in said and "→" in said) or "缩短" in said
    assert bureau.home.engine.head(bureau.response) == before


def test_with_yes_it_is_an_entry_of_the_journal(bureau: FieldBureau, edited: Path) -> None:
    run(bureau, "--to", str(edited), "--by", OFFICER, "--reason", "修订", "--yes")

    head = bureau.home.engine.head(bureau.response)
    assert head.state.digest == bureau.home.plans.named("flood").digest
    said = CliRunner(env={"TOCSIN_HOME": str(bureau.home.folder.path)}).invoke(app, ["journal", bureau.response, "--lang", "zh"])
    assert "将响应由预案" in said.stdout


def test_back_to_a_stored_version_by_its_digest(bureau: FieldBureau, edited: Path) -> None:
    first = bureau.home.engine.head(bureau.response).state.digest
    run(bureau, "--to", "latest", "--by", OFFICER, "--reason", "修订", "--yes")

    run(bureau, "--to", first[:12], "--by", OFFICER, "--reason", "改回", "--yes")

    assert bureau.home.engine.head(bureau.response).state.digest == first


def test_broken_or_other_plans_are_refused_in_words(bureau: FieldBureau, edited: Path) -> None:
    edited.write_text(edited.read_text("utf-8").replace("after: [verify]", "after: [verfy]", 1), "utf-8")

    with pytest.raises(PlanError, match="did you mean 'verify'"):
        run(bureau, "--to", "latest")
    with pytest.raises(PlanMoveError, match="another plan than 'flood'"):
        run(bureau, "--to", str(LIBRARY / "earthquake.yaml"))


def test_a_remote_desk_sees_the_preview_and_confirms_it(bureau: FieldBureau, edited: Path) -> None:
    token = {"Authorization": f"Bearer {bureau.home.keys.api_token}"}
    api = TestClient(bureau.app(), headers=token, raise_server_exceptions=False)
    path = f"/api/v1/responses/{bureau.response}/plan"

    shown = api.post(path, json={"by": OFFICER}).json()
    done = api.post(path, json={"by": OFFICER, "reason": "修订", "confirm": True}).json()

    assert json.dumps(shown["differences"]) != "[]"
    assert (shown["opens"], done["changed"]) == ([], True)
    assert api.get(f"/api/v1/responses/{bureau.response}/replay", params={"at": "2026-09-03T18:00:00Z"}).json()["clocks"]
