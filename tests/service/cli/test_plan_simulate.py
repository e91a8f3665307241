"""`tocsin plan simulate`, through the command line, and the report it writes."""

import json
import re
from pathlib import Path
from time import monotonic

import pytest
from typer.testing import CliRunner, Result

from plans.errors import PlanFaultsError
from plans.scenario import UnknownScenarioError
from service.cli.plan import app
from service.record.page import RecordUnwritableError

SHORT = """scenario: short
plan: flood
title: {zh: "<b>短</b>夜", en: short night}
start: {time: 2026-07-01T20:00+08:00, level: III, facts: {flow: 3300}}
stop: 2 h
people: {answer: 2 min, no_answer: 0.3}
"""


class Tocsin:
    """The command with a data folder of its own and a short scenario."""

    def __init__(self, folder: Path) -> None:
        self._runner = CliRunner(env={"TOCSIN_HOME": str(folder / "home"), "COLUMNS": "160"})
        self.scenario = folder / "short.yaml"
        self.scenario.write_text(SHORT, "utf-8")

    def ran(self, *words: str) -> Result:
        return self._runner.invoke(app, ["simulate", "flood", "--scenario", str(self.scenario), *words])


@pytest.fixture
def tocsin(tmp_path: Path) -> Tocsin:
    return Tocsin(tmp_path)


def test_one_run_prints_the_timeline_in_local_time(tocsin: Tocsin):
    result = tocsin.ran()

    lines = result.stdout.splitlines()
    assert result.exit_code == 0
    assert lines[1].startswith("+00:00:00  07-01 20:00:00  市应急值班室1启动III级响应")
    assert "still open at the end" in lines[-1]


def test_one_run_as_json_is_its_journal(tocsin: Tocsin):
    found = json.loads(tocsin.ran("--json").stdout)

    assert found["journal"][0]["kind"] == "response_opened"
    assert (found["scenario"], found["seed"], found["refused"]) == ("short", 1, [])


def test_many_runs_as_json_are_the_same_for_the_same_seed(tocsin: Tocsin):
    first, again = (tocsin.ran("--runs", "5", "--seed", "4", "--json").stdout for _ in range(2))
    other = tocsin.ran("--runs", "5", "--seed", "5", "--json").stdout

    assert first == again != other
    assert json.loads(first)["opened"]["wilson95"] == [0.5655, 1.0]


def test_many_runs_print_the_figures(tocsin: Tocsin):
    result = tocsin.ran("--runs", "3")

    assert "3 runs, seed 1" in result.stdout
    assert "瓶颈岗位" in result.stdout
    assert "最常升级的任务" in result.stdout


def test_report_needs_nothing_but_itself_and_words_stay_words(tocsin: Tocsin, tmp_path: Path):
    output = tmp_path / "report.html"

    result = tocsin.ran("--runs", "3", "--html", str(output))

    page = output.read_text("utf-8")
    assert result.exit_code == 0
    assert not re.search(r"(src|href)=|url\(|@import|<script", page)
    assert page.count('<svg class="bar"') > 20
    assert page.count('<svg class="plot"') == 1
    assert "<b>短" not in page
    assert "&lt;b&gt;短" in page


def test_report_that_cannot_be_written_is_said(tocsin: Tocsin, tmp_path: Path):
    began = monotonic()
    result = tocsin.ran("--runs", "100000", "--html", str(tmp_path / "nowhere" / "report.html"))

    # before the first of a hundred thousand runs
    assert monotonic() - began < 10
    assert isinstance(result.exception, RecordUnwritableError)
    assert str(result.exception).endswith("name another file with --html")


def test_scenario_of_another_plan_is_refused_with_words(tocsin: Tocsin):
    tocsin.scenario.write_text(SHORT.replace("plan: flood", "plan: landslide").replace("{flow: 3300}", "{}"), "utf-8")

    result = tocsin.ran()

    assert isinstance(result.exception, PlanFaultsError)
    assert "2:7: the scenario is for the plan 'landslide', not for 'flood'" in str(result.exception)


def test_county_plan_on_top_runs_the_scenario_of_its_city(tocsin: Tocsin):
    county = CliRunner(env={"TOCSIN_HOME": str(tocsin.scenario.parent / "home"), "COLUMNS": "160"})

    result = county.invoke(app, ["simulate", "plans/library/counties/flood_meixian.yaml", "--scenario", str(tocsin.scenario)])

    assert result.exit_code == 0, result.exception


def test_what_the_scenario_says_is_not_said_by_an_engine(tocsin: Tocsin):
    tocsin.scenario.write_text(f"{SHORT}facts: [{{at: +10 min, flow: 3400}}]\n", "utf-8")

    told = tocsin.ran().stdout

    assert "情景记录" in told
    assert "engine" not in told


def test_fault_of_a_scenario_is_told_with_its_place(tocsin: Tocsin):
    tocsin.scenario.write_text(SHORT.replace("stop: 2 h", "stop: soon"), "utf-8")

    result = tocsin.ran()

    assert isinstance(result.exception, PlanFaultsError)
    assert f"{tocsin.scenario}:5:7: 'stop' is 'soon'" in str(result.exception)


def test_unknown_scenario_names_those_there_are(tocsin: Tocsin):
    tocsin.scenario = Path("flood_nigth")

    result = tocsin.ran()

    assert isinstance(result.exception, UnknownScenarioError)
    assert "flood_night" in str(result.exception)


def test_own_roster_takes_the_place_of_invented_people(tocsin: Tocsin):
    result = tocsin.ran("--roster")

    # an empty data folder has no roster: nobody may open the response
    assert result.exit_code == 1
    assert "nobody" in str(result.exception)
