"""`tocsin roster import|show|who|sample`, through the command line."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from resources.errors import RosterFileError
from service.cli.roster import app


class Tocsin:
    """The command with a data folder of its own."""

    def __init__(self, home: Path) -> None:
        self._runner = CliRunner(env={"TOCSIN_HOME": str(home)})

    def ran(self, *words: str) -> Result:
        return self._runner.invoke(app, list(words))


@pytest.fixture
def tocsin(tmp_path: Path) -> Tocsin:
    return Tocsin(tmp_path / "home")


@pytest.fixture
def bureau(tocsin: Tocsin, tmp_path: Path) -> Path:
    tocsin.ran("sample", str(tmp_path / "bureau"))
    return tmp_path / "bureau"


def write(folder: Path, people: str, duty: str) -> str:
    (folder / "people.csv").write_text(people, "utf-8")
    (folder / "duty.csv").write_text(duty, "utf-8")
    return str(folder)


def test_the_sample_is_written_imported_and_somebody_answers_for_a_role(tocsin: Tocsin, bureau: Path):
    imported = tocsin.ran("import", str(bureau))
    patrol = tocsin.ran("who", "levee_patrol")

    assert (imported.exit_code, imported.stderr) == (0, "")
    assert imported.stdout.splitlines() == [
        f"{bureau}/people.csv: 97 rows, UTF-8 with BOM",
        f"{bureau}/duty.csv: 55 rows, UTF-8 with BOM",
        "imported 97 people (95 take part in drills) and 55 shifts; roster version 1",
    ]
    assert patrol.stdout.splitlines()[0] == "许洪斌 (xuhongbin), 渭河巡堤队 巡堤一组组长, 19900000019, deputy 杨顺"


def test_a_sample_never_takes_the_place_of_files_that_are_there(tocsin: Tocsin, bureau: Path):
    (bureau / "people.csv").write_text("my own people")

    again = tocsin.ran("sample", str(bureau))

    assert again.exit_code == 1
    assert again.stderr == f"{bureau}/people.csv: is already there and was not touched; name another folder\n"
    assert (bureau / "people.csv").read_text() == "my own people"


def test_files_with_a_fault_are_refused_whole_and_the_old_roster_stays(tocsin: Tocsin, bureau: Path, tmp_path: Path):
    tocsin.ran("import", str(bureau))
    folder = write(tmp_path, "id,name,phone\nwang,王建国,\nli,李梅,19900000002\n", "role,person\nlevee_patrol,li\n")

    refused = tocsin.ran("import", folder)

    assert refused.exit_code == 1
    assert refused.stderr.splitlines() == [
        f"{tmp_path}/people.csv:2:phone: there is no phone, so nobody can call 王建国; "
        "expected 11 digits that begin with 13 to 19, or + and the country code",
        "1 fault; nothing was imported",
    ]
    assert [holder["id"] for holder in json.loads(tocsin.ran("who", "levee_patrol", "--json").stdout)] == [
        "xuhongbin",
        "fengjianjun",
    ]


def test_a_role_that_no_plan_knows_but_for_a_slip_is_warned_of(tocsin: Tocsin, tmp_path: Path):
    folder = write(tmp_path, "id,name,phone\nwang,王建国,19900000001\n", "role,person\nlevee_patrl,wang\n")

    imported = tocsin.ran("import", folder)

    assert imported.exit_code == 0
    assert imported.stderr == (
        f"{tmp_path}/duty.csv:2:role: warning: no plan speaks of 'levee_patrl'; did you mean 'levee_patrol'?\n"
    )


def test_a_check_imports_nothing(tocsin: Tocsin, bureau: Path):
    checked = tocsin.ran("import", str(bureau), "--check")

    assert checked.exit_code == 0
    assert tocsin.ran("show").stdout.startswith("the roster is empty")


def test_one_file_can_be_named_apart_from_the_folder(tocsin: Tocsin, bureau: Path, tmp_path: Path):
    night = tmp_path / "night.csv"
    night.write_text("role,person\nduty_officer,linxiaomei\n")

    tocsin.ran("import", str(bureau), "--duty", str(night))

    assert tocsin.ran("who", "duty_officer").stdout.startswith("林晓梅 (linxiaomei)")


def test_an_import_of_no_file_says_what_it_expects(tocsin: Tocsin):
    result = tocsin.ran("import")

    assert result.exit_code == 2
    assert "--people FILE" in result.stderr


def test_a_folder_without_the_files_is_said_by_name(tocsin: Tocsin, tmp_path: Path):
    result = tocsin.ran("import", str(tmp_path))

    assert isinstance(result.exception, RosterFileError)
    assert str(result.exception) == f"{tmp_path}/people.csv: cannot be read: No such file or directory; nothing was imported"


def test_who_held_a_role_at_another_time_and_until_when_in_the_zone_of_the_bureau(tocsin: Tocsin, bureau: Path):
    tocsin.ran("import", str(bureau))

    (holder,) = json.loads(tocsin.ran("who", "duty_officer", "--at", "2024-06-01 07:59", "--json").stdout)

    assert (holder["id"], holder["until"]) == ("linxiaomei", "2024-06-01T08:00:00+08:00")


def test_a_role_that_is_not_held_now_is_told_from_one_that_does_not_exist(tocsin: Tocsin, bureau: Path):
    tocsin.ran("import", str(bureau))

    too_early = tocsin.ran("who", "duty_officer", "--at", "2024-05-01")
    misspelt = tocsin.ran("who", "duty_oficer")

    assert (too_early.exit_code, misspelt.exit_code) == (1, 1)
    assert too_early.stderr == "nobody holds duty_officer at 2024-05-01 00:00; add a shift to duty.csv and import it again\n"
    assert misspelt.stderr.startswith("the roster has no role 'duty_oficer'; it has: ")
    assert misspelt.stderr.endswith("; did you mean 'duty_officer'?\n")


def test_show_names_every_role_with_its_people(tocsin: Tocsin, bureau: Path):
    tocsin.ran("import", str(bureau))

    held = json.loads(tocsin.ran("show", "--json").stdout)
    table = tocsin.ran("show").stdout

    assert [holder["name"] for holder in held["county_hq"]] == ["胡强", "郭晓峰"]
    assert all(role in table for role in held)


def test_a_time_that_is_none_says_how_to_write_one(tocsin: Tocsin):
    result = tocsin.ran("show", "--at", "eight")

    assert result.exit_code == 2
    assert "'eight' is no time" in result.stderr
