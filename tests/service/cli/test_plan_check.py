"""`tocsin plan check`: folders, formats, the day of the sources, and the plan against the duty roster."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from service.cli.plan import app
from service.cli.roster import app as roster

_root = Path(__file__).parents[3]
_small = (_root / "tests" / "plans" / "small.yaml").read_text(encoding="utf-8")
_people = "id,name,phone\nli,李明,19900000001\nwu,吴强,19900000002\n"
_runner = CliRunner()


def test_a_folder_stands_for_every_plan_and_base_in_it(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "one.yml").write_text(_small, encoding="utf-8")
    (tmp_path / "two.yaml").write_text("base: two\ntitle: 二\n", encoding="utf-8")
    (tmp_path / "night.yaml").write_text("scenario: night\nplan: small\n", encoding="utf-8")

    result = _runner.invoke(app, ["check", str(tmp_path)])

    assert result.exit_code == 0
    assert [line.partition(",")[0] for line in result.stdout.splitlines()] == [
        "OK: small 1",
        f"OK: {tmp_path}/two.yaml is a base plan",
        f"skipped: {tmp_path}/night.yaml is no plan: a scenario",
    ]


def test_a_file_named_twice_is_checked_once(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(_small, encoding="utf-8")

    result = _runner.invoke(app, ["check", str(tmp_path), str(tmp_path / "one.yaml")])

    assert len(result.stdout.splitlines()) == 1


@pytest.mark.parametrize(("count", "has_bar"), [(10, True), (2, False)])
def test_a_bar_on_the_terminal_says_how_far_a_long_check_is(tmp_path: Path, count: int, has_bar: bool) -> None:
    for number in range(count):
        (tmp_path / f"plan_{number}.yaml").write_text(_small, encoding="utf-8")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", "from service.cli import main; main()", "plan", "check", str(tmp_path)]

    with subprocess.Popen(command, cwd=_root, stdout=subprocess.PIPE, stderr=theirs, env=os.environ | {"TERM": "xterm"}) as check:
        lines = check.communicate()[0].splitlines()
    os.set_blocking(ours, False)
    shown = os.read(ours, 65536) if has_bar else _nothing(ours)
    os.close(ours)
    os.close(theirs)

    assert len(lines) == count
    assert (b"100%" in shown) == has_bar


def _nothing(terminal: int) -> bytes:
    with pytest.raises(BlockingIOError):
        os.read(terminal, 1)
    return b""


def test_a_folder_without_plans_is_a_matter_of_usage(tmp_path: Path) -> None:
    result = _runner.invoke(app, ["check", str(tmp_path), "flood"])

    assert result.exit_code == 2
    assert result.stderr == f"there is no plan in the folder '{tmp_path}', expected YAML files with 'plan', 'base' or 'extends'\n"
    assert "OK: flood" in result.stdout


def test_the_findings_come_as_sarif_with_what_could_not_be_read(tmp_path: Path) -> None:
    file = tmp_path / "一.yaml"
    file.write_text(_small.replace("role: patrol", "role: patrl"), encoding="utf-8")

    result = _runner.invoke(app, ["check", "--format", "sarif", str(file), "nowhere"])

    (run,) = json.loads(result.stdout)["runs"]
    assert result.exit_code == 2
    assert [(each["ruleId"], each["level"]) for each in run["results"]] == [("unused-names", "warning"), ("known-roles", "error")]
    assert run["invocations"][0]["executionSuccessful"] is False
    assert "there is no plan 'nowhere'" in run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]


@pytest.mark.parametrize(("day", "warnings"), [("2026-11-24", 0), ("2010-01-01", 1)])
def test_sources_have_to_be_valid_on_the_day_named(tmp_path: Path, day: str, warnings: int) -> None:
    file = tmp_path / "one.yaml"
    file.write_text(_small, encoding="utf-8")

    result = _runner.invoke(app, ["check", str(file), "--on", day])

    assert result.exit_code == 0
    assert result.stdout.count("[source-dates]") == warnings


@pytest.mark.parametrize("option", ["--on", "--against-roster"])
def test_what_is_no_day_is_a_matter_of_usage(option: str) -> None:
    result = _runner.invoke(app, ["check", "flood", option, "tomorrow"])

    assert result.exit_code == 2
    assert "is no day; expected a date" in result.stderr


def test_roles_that_nobody_holds_that_day_are_told_with_their_place_and_hours(tmp_path: Path) -> None:
    shifts = "duty,li,,\nchief,wu,2026-11-24 08:00,2026-11-24 20:00\npatrl,li,,\n"

    lines = _against(tmp_path, shifts, "2026-11-24")

    place, mend = f"{tmp_path}/one.yaml", "expected a shift in duty.csv, brought in with: tocsin roster import FOLDER"
    assert lines[:-1] == [
        f"{place}:23:3: warning: nobody holds the role 'chief' (主任) on 2026-11-24 "
        f"from 00:00 to 08:00, 20:00 to 24:00, {mend} [on-duty]",
        f"{place}:24:3: warning: nobody holds the role 'patrol' (巡堤队) on 2026-11-24, {mend}; did you mean 'patrl'? [on-duty]",
    ]


def test_a_role_of_a_base_is_told_in_the_file_of_the_base(tmp_path: Path) -> None:
    base = _small.replace("plan: small\n", "base: small\n")
    (tmp_path / "base.yaml").write_text(base, encoding="utf-8")

    lines = _against(tmp_path, "duty,li,,\nchief,wu,,\n", "2026-11-24", "plan: own\nextends: base\n")

    assert [line.partition(" warning")[0] for line in lines[:-1]] == [f"{tmp_path}/base.yaml:24:3:"]


def test_a_plan_whose_roles_are_held_all_day_is_good(tmp_path: Path) -> None:
    assert _against(tmp_path, "duty,li,,\nchief,wu,,\npatrol,li,2026-11-24 00:00,2026-11-24 24:00\n", "2026-11-24") == [
        "OK: small 1, 4 tasks"
    ]


def test_an_empty_roster_is_told_once_with_how_to_begin(tmp_path: Path) -> None:
    result = _runner.invoke(app, ["check", "flood", "--against-roster", "2026-11-24"], env={"TOCSIN_HOME": str(tmp_path)})

    assert result.exit_code == 2
    assert result.stderr.startswith("the duty roster is empty; begin with: tocsin roster sample FOLDER")


def _against(folder: Path, shifts: str, day: str, plan: str = _small) -> list[str]:
    (folder / "people.csv").write_text(_people, encoding="utf-8")
    (folder / "duty.csv").write_text(f"role,person,from,to\n{shifts}", encoding="utf-8")
    file = folder / "one.yaml"
    file.write_text(plan, encoding="utf-8")
    home = {"TOCSIN_HOME": str(folder / "home")}
    imported = _runner.invoke(roster, ["import", str(folder)], env=home)
    assert imported.exit_code == 0, imported.output

    result = _runner.invoke(app, ["check", str(file), "--against-roster", day], env=home)

    assert result.exit_code == 0
    return [line.partition(", digest ")[0] for line in result.stdout.splitlines()]


def test_two_forms_at_once_are_refused_rather_than_one_dropped():
    result = CliRunner().invoke(app, ["check", "flood", "--json", "--format", "sarif"])

    assert result.exit_code == 2
    assert "--json and --format sarif ask for two forms" in result.output
