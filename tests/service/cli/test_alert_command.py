"""`tocsin alert ingest|list|show`, through the command line, with the shipped flood plan."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from typer import Typer
from typer.testing import CliRunner, Result

from alerts.errors import UnknownAlertError
from alerts.samples import flood_cancel, flood_warning
from flows.errors import UnknownNameError
from service.cli import proposal
from service.cli.alert import app
from store.clock import RealClock

REAL = Path(__file__).parents[4] / "shared" / "realdata" / "cap" / "uk-ea"
needs_real_files = pytest.mark.skipif(not REAL.is_dir(), reason=f"the collection of real alerts is not at {REAL}")


class Tocsin:
    """The command with a data folder of its own."""

    def __init__(self, home: Path) -> None:
        self._runner = CliRunner(env={"TOCSIN_HOME": str(home)})

    def ran(self, *words: str, app: Typer = app) -> Result:
        return self._runner.invoke(app, list(words))

    def as_json(self, *words: str) -> Any:
        return json.loads(self.ran(*words, "--json").stdout)


@pytest.fixture
def tocsin(tmp_path: Path) -> Tocsin:
    return Tocsin(tmp_path / "home")


def written(folder: Path, name: str, raw: bytes) -> str:
    (folder / name).write_bytes(raw)
    return str(folder / name)


@needs_real_files
def test_a_severe_flood_warning_of_2020_gives_a_proposal_that_asks_whether_it_still_holds(tocsin: Tocsin) -> None:
    (report,) = tocsin.as_json("ingest", str(REAL / "wainfleet.xml"))["alerts"]

    (proposal,) = report["proposals"]
    assert report["verdict"] == "accepted"
    assert (proposal["plan"], proposal["level"], proposal["state"]) == ("flood", "II", "open")
    assert proposal["needs_confirmation"]
    assert proposal["areas"] == ["River Steeping in Wainfleet All Saints"]
    assert proposal["rounds_called"] == 0


@needs_real_files
def test_the_same_expired_file_again_changes_nothing(tocsin: Tocsin) -> None:
    tocsin.ran("ingest", str(REAL / "wainfleet.xml"))

    (again,) = tocsin.as_json("ingest", str(REAL / "wainfleet.xml"))["alerts"]

    assert (again["verdict"], again["effects"]) == ("duplicate", [])
    assert [proposal["state"] for proposal in again["proposals"]] == ["open"]


@needs_real_files
@pytest.mark.parametrize("cancel", ["wainfleet_cancel_with_references.xml", "wainfleet_cancel_minimal.xml"])
def test_its_cancel_withdraws_the_proposal(tocsin: Tocsin, cancel: str) -> None:
    tocsin.ran("ingest", str(REAL / "wainfleet.xml"))

    (report,) = tocsin.as_json("ingest", str(REAL / cancel))["alerts"]

    assert [effect["effect"] for effect in report["effects"]] == ["withdrawn"]
    assert [proposal["state"] for proposal in report["proposals"]] == ["withdrawn"]


@needs_real_files
def test_a_cancel_whose_references_cannot_be_read_withdraws_nothing(tocsin: Tocsin) -> None:
    tocsin.ran("ingest", str(REAL / "wainfleet.xml"))

    result = tocsin.ran("ingest", str(REAL / "wainfleet_cancel_with_windmere_references.xml"), "--json")

    (report,) = json.loads(result.stdout)["alerts"]
    assert result.exit_code == 1
    assert [reason["code"] for reason in report["reasons"]] == ["cancel_references_unparsable"]


@needs_real_files
def test_as_of_its_own_night_it_is_simply_active_and_nothing_is_kept(tocsin: Tocsin) -> None:
    (report,) = tocsin.as_json("ingest", str(REAL / "wainfleet.xml"), "--at", "2020-02-16T23:05:00+00:00")["alerts"]

    assert report["chain"]["state"] == "active"
    assert [proposal["needs_confirmation"] for proposal in report["proposals"]] == [False]
    assert tocsin.as_json("list")["alerts"] == []


def test_the_shipped_sample_is_proposed_and_its_cancel_withdraws_it(tocsin: Tocsin, tmp_path: Path) -> None:
    now = RealClock().now()
    warning = written(tmp_path, "warning.xml", flood_warning(now))
    cancel = written(tmp_path, "cancel.xml", flood_cancel(now + timedelta(seconds=1), now))

    first, second = tocsin.as_json("ingest", warning, cancel)["alerts"]

    assert [(each["level"], each["state"]) for each in first["proposals"]] == [("II", "open")]
    assert [each["state"] for each in second["proposals"]] == ["withdrawn"]


def test_what_is_refused_exits_1_and_the_other_files_go_on(tocsin: Tocsin, tmp_path: Path) -> None:
    bad = written(tmp_path, "bad.xml", b"<!DOCTYPE alert><alert/>")
    good = written(tmp_path, "good.xml", flood_warning(RealClock().now()))

    result = tocsin.ran("ingest", bad, good)

    assert result.exit_code == 1
    assert "rejected 拒收" in result.stdout
    assert "DOCTYPE" in result.stdout
    assert "accepted 已接收" in result.stdout


def test_withheld_alert_that_comes_again_is_still_refused_with_its_reason(tocsin: Tocsin, tmp_path: Path) -> None:
    raw = re.sub(rb"<sent>.*</sent>", b"", flood_warning(RealClock().now()))
    first, again = (tocsin.ran("ingest", written(tmp_path, "nosent.xml", raw)) for _ in range(2))

    assert (first.exit_code, again.exit_code) == (1, 1)
    assert "duplicate 重复, still withheld 暂不采用" in again.stdout
    assert again.stdout.splitlines()[2:] == first.stdout.splitlines()[2:]


def test_the_list_and_one_alert_show_how_it_stands(tocsin: Tocsin, tmp_path: Path) -> None:
    raw = flood_warning(RealClock().now()).replace("橙色预警".encode(), "橙色\u202e预警".encode())
    tocsin.ran("ingest", written(tmp_path, "warning.xml", raw))
    (listed,) = tocsin.as_json("list")["alerts"]

    shown = tocsin.ran("show", listed["alert"][:8])

    assert "宝鸡市水文站发布渭河洪水橙色预警" in tocsin.ran("list").stdout
    assert "active" in shown.stdout
    assert "flood II" in shown.stdout


def test_times_of_alerts_are_the_bureaus_own(tocsin: Tocsin, tmp_path: Path) -> None:
    (report,) = tocsin.as_json("ingest", written(tmp_path, "warning.xml", flood_warning(RealClock().now())))["alerts"]
    (listed,) = tocsin.as_json("list")["alerts"]
    received = datetime.fromisoformat(listed["received"]).astimezone(ZoneInfo("Asia/Shanghai"))
    until = datetime.fromisoformat(report["proposals"][0]["until"]).astimezone(ZoneInfo("Asia/Shanghai"))

    assert f"{received:%Y-%m-%d %H:%M}" in tocsin.ran("list").stdout
    assert f"received    {received:%Y-%m-%d %H:%M:%S}" in tocsin.ran("show", listed["alert"]).stdout
    assert f"until   {until:%Y-%m-%d %H:%M}" in tocsin.ran("show", report["proposals"][0]["id"], app=proposal.app).stdout


def test_an_unknown_file_time_source_or_alert_is_said(tocsin: Tocsin, tmp_path: Path) -> None:
    good = written(tmp_path, "good.xml", flood_warning(datetime(2026, 7, 1, tzinfo=UTC)))

    assert tocsin.ran("ingest", str(tmp_path / "nosuch.xml")).exit_code == 2
    assert tocsin.ran("ingest", good, "--at", "2026-07-01").exit_code == 2
    assert isinstance(tocsin.ran("ingest", good, "--source", "nosuch").exception, UnknownNameError)
    assert isinstance(tocsin.ran("show", "A-nosuch").exception, UnknownAlertError)
