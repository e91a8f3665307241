"""`tocsin reading ingest`, through the command line, with the shipped flood plan."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from service.cli.reading import app
from service.desk.readings import ReadingFileError
from store.clock import RealClock


class Tocsin:
    """The command with a data folder of its own."""

    def __init__(self, home: Path) -> None:
        self._runner = CliRunner(env={"TOCSIN_HOME": str(home)})

    def ran(self, *words: str) -> Result:
        return self._runner.invoke(app, ["ingest", *words])

    def as_json(self, *words: str) -> Any:
        return json.loads(self.ran(*words, "--json").stdout)["files"]


@pytest.fixture
def tocsin(tmp_path: Path) -> Tocsin:
    return Tocsin(tmp_path / "home")


def file(folder: Path, *lines: str, name: str = "gauge.csv") -> str:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return str(path)


def minutes_ago(number: float) -> str:
    return (RealClock().now() - timedelta(minutes=number)).isoformat()


def test_a_rise_that_has_held_proposes_the_flood_plan(tocsin: Tocsin, tmp_path: Path) -> None:
    rows = [f"{minutes_ago(ago)},flood,魏家堡,flow,{flow}" for ago, flow in ((30, 2000), (20, 2600), (5, 2700))]

    (report,) = tocsin.as_json(file(tmp_path, "time,plan,station,fact,value", *rows))

    assert (report["new"], report["refused"]) == (3, 0)
    (proposal,) = report["proposals"]
    assert (proposal["plan"], proposal["level"], proposal["state"]) == ("flood", "IV", "open")
    assert proposal["why"]["sender"] == "魏家堡"


def test_the_same_file_twice_is_once(tocsin: Tocsin, tmp_path: Path) -> None:
    path = file(tmp_path, "time,plan,fact,value", f"{minutes_ago(5)},flood,flow,900")
    tocsin.as_json(path)

    (again,) = tocsin.as_json(path)

    assert (again["new"], again["known"]) == (0, 1)


def test_a_file_with_chinese_columns_and_without_a_plan(tocsin: Tocsin, tmp_path: Path) -> None:
    path = file(
        tmp_path, "时间,站点,要素,数值,预报", f"{minutes_ago(5)},魏家堡,flow,900,否", f"{minutes_ago(4)},魏家堡,flow,950,是"
    )

    (report,) = tocsin.as_json(path, "--plan", "flood")

    assert (report["new"], report["refused"]) == (2, 0)


def test_rows_that_are_not_right_are_said_by_line_and_the_others_taken(tocsin: Tocsin, tmp_path: Path) -> None:
    now = minutes_ago(5)
    path = file(
        tmp_path,
        "time,plan,fact,value,forecast",
        f"{now},flood,flow,900,",
        "yesterday,flood,flow,900,",
        "2026-07-01 08:00,flood,flow,900,",
        f"{now},flood,flaw,900,",
        f"{now},flood,flow,900 ft3/s,",
        f"{now},flood,flow,900,perhaps",
        f"{now},,flow,900,",
    )

    ran = tocsin.ran(path)

    assert ran.exit_code == 1
    assert "1 new, 0 known already, 0 corrected, 0 late, 6 refused" in ran.stdout
    for line, words in {
        3: "'yesterday' is no time; expected a time with its offset",
        4: "'2026-07-01 08:00' has no offset; expected a time with its offset, as in 2026-07-01T08:00:00+08:00, or --local",
        5: "did you mean 'flow'?",
        6: "'ft3/s' is another unit",
        7: "forecast 'perhaps' cannot be read; expected true or false",
        8: "no plan is named; expected a column 'plan', or --plan NAME",
    }.items():
        assert any(f":{line}: " in said and words in said for said in ran.stdout.splitlines()), (line, ran.stdout)


def test_times_without_offset_are_the_bureaus_own_when_that_is_said(tocsin: Tocsin, tmp_path: Path) -> None:
    path = file(tmp_path, "time,plan,fact,value", "2026-07-01 08:00,flood,flow,900")

    (report,) = tocsin.as_json(path, "--local")

    assert (report["new"], report["refused"]) == (1, 0)


def test_a_file_without_its_columns_is_refused_as_a_whole(tocsin: Tocsin, tmp_path: Path) -> None:
    error = tocsin.ran(file(tmp_path, "when,plan,flow", "x,y,z")).exception

    assert isinstance(error, ReadingFileError)
    assert "the first line has no column time, fact, value (it has: when, plan, flow)" in str(error)


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe\x00", b"time,plan,fact,value\n\xff\xff,flood,flow,1\n"])
def test_a_file_that_is_none_is_refused_in_words(tocsin: Tocsin, tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "gauge.csv"
    path.write_bytes(raw)

    assert isinstance(tocsin.ran(str(path)).exception, ReadingFileError)


def test_a_file_that_is_not_there_is_refused_in_words(tocsin: Tocsin, tmp_path: Path) -> None:
    error = tocsin.ran(str(tmp_path / "none.csv")).exception

    assert isinstance(error, ReadingFileError)
    assert "none.csv: cannot be read" in str(error)


def test_a_long_file_is_taken_piece_by_piece(tocsin: Tocsin, tmp_path: Path) -> None:
    start = datetime(2026, 7, 1, tzinfo=UTC)
    rows = [f"{(start + timedelta(minutes=5 * place)).isoformat()},flood,flow,{900 + place % 50}" for place in range(1203)]

    (report,) = tocsin.as_json(file(tmp_path, "time,plan,fact,value", *rows))

    assert (report["new"], report["late"], report["proposals"]) == (1203, 0, [])
