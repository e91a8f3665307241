"""What `tocsin drill` and `tocsin activate` say when a drill and the real thing need the same people."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from flows.errors import DrillOpenError, PeopleNeededError
from service.cli import build
from tests.service.field_bureau import APPROVER, OFFICER, FieldBureau

ACTIVATE = ("activate", "flood", "--level", "III", "--fact", "flow=3300", "--by", OFFICER, "--approved-by", APPROVER)
DRILL = ("drill", "run", "flood", "--by", OFFICER)


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[FieldBureau]:
    bureau = FieldBureau(tmp_path / "home")
    yield bureau
    bureau.home.database.close()


def tocsin(bureau: FieldBureau, *words: str) -> Result:
    runner = CliRunner(env={"TOCSIN_HOME": str(bureau.home.folder.path), "COLUMNS": "200"})
    return runner.invoke(build(words[0]), list(words))


def opened(result: Result) -> str:
    return result.stdout.partition(":")[0]


def test_activating_says_which_drill_it_has_ended(bureau: FieldBureau) -> None:
    drill = opened(tocsin(bureau, *DRILL))

    activated = tocsin(bureau, *ACTIVATE)

    assert f"ended drill {drill}: its people are needed here" in activated.stdout
    journal = tocsin(bureau, "response", "journal", drill).stdout
    (stood_down,) = [line for line in journal.splitlines() if "stood_down" in line]
    assert f"the real response {opened(activated)} needs the same people" in stood_down


def test_drill_beside_a_real_response_of_the_same_people_is_refused_and_opens_nothing(bureau: FieldBureau) -> None:
    real = opened(tocsin(bureau, *ACTIVATE))

    refused = tocsin(bureau, *DRILL)

    assert isinstance(refused.exception, PeopleNeededError)
    assert real in str(refused.exception)
    assert "D-" not in tocsin(bureau, "response", "list", "--all").stdout


def test_the_same_drill_typed_twice_opens_one_and_the_second_names_it(bureau: FieldBureau) -> None:
    drill = opened(tocsin(bureau, *DRILL))

    refused = tocsin(bureau, *DRILL)

    assert isinstance(refused.exception, DrillOpenError)
    assert drill in str(refused.exception)
    assert tocsin(bureau, "response", "list", "--all").stdout.count("D-") == 1


def test_a_drill_may_begin_once_the_one_before_has_been_stood_down(bureau: FieldBureau) -> None:
    drill = opened(tocsin(bureau, *DRILL))
    tocsin(bureau, "response", "stand-down", drill, "--by", OFFICER, "--approved-by", APPROVER, "--reason", "练完")

    assert opened(tocsin(bureau, *DRILL)) not in ("", drill)
