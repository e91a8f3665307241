"""The report of simulated runs as a file in a real browser: on a desk and on a phone."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from flows.simulation.roster import invented
from flows.simulation.runs import Experiment
from flows.simulation.summary import summary
from plans.catalog import load
from plans.scenario import find_scenario, load_scenario
from plans.scenario_model import Roster
from service.simulation.report import write_report
from tests.browser.conftest import PHONE

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]
DESK = {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    plan = load("flood")
    scenario = replace(load_scenario(find_scenario("flood_night"), load, plan), stop=timedelta(hours=14))
    experiment = Experiment(plan, scenario, invented(plan, scenario.roster or Roster()), ZoneInfo("Asia/Shanghai"), 1)
    outcomes = experiment.outcomes(4)
    output = tmp_path_factory.mktemp("simulation") / "report.html"
    write_report(experiment, summary(plan, scenario, experiment.duty, outcomes), outcomes, output)
    return output


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=DESK, offline=True)
    yield context.new_page()
    context.close()


def test_it_opens_without_a_network_and_complains_of_nothing(file: Path, page: Page) -> None:
    complaints = list[str]()
    page.on("console", lambda message: complaints.append(message.text))

    page.goto(file.as_uri())

    expect(page.get_by_role("heading", name="瓶颈岗位 Where people are too few")).to_be_visible()
    assert complaints == []


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_page_is_never_wider_than_its_screen(file: Path, page: Page, size: dict[str, int]) -> None:
    page.set_viewport_size({"width": size["width"], "height": size["height"]})

    page.goto(file.as_uri())

    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_columns_and_line_of_the_plot_stand_inside_it(file: Path, page: Page) -> None:
    page.goto(file.as_uri())
    plot = page.locator("svg.plot")

    frame = plot.bounding_box()
    last = plot.locator("rect").last.bounding_box()

    assert frame is not None
    assert last is not None
    assert frame["x"] <= last["x"]
    assert last["x"] + last["width"] <= frame["x"] + frame["width"]
