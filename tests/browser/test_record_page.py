"""The record as a file in a real browser: on a desk, on a phone and on paper."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from flows.testing.night import minutes
from service.record.page import write_record
from tests.browser.conftest import PHONE, Served

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]
PAPER = {"width": 690, "height": 980}
"""What A4 holds between its margins."""


@pytest.fixture
def file(bureau: Served, tmp_path: Path) -> Path:
    """Of a response with missing evidence, late marks and long words in it."""
    bureau.patrolled()
    bureau.desk.progress(bureau.response, "levee_patrol.1", bureau.called("levee_patrol.1")[0], "test", "x" * 400)
    bureau.clock.forward(minutes(14))
    bureau.home.engine.tick(bureau.response)
    output = tmp_path / "record.html"
    write_record(bureau.home.engine, bureau.response, bureau.home.zone, output)
    return output


@pytest.fixture
def desk(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, java_script_enabled=True, offline=True)
    yield context.new_page()
    context.close()


def width_of(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth"))


def test_it_opens_without_a_network_and_complains_of_nothing(file: Path, desk: Page) -> None:
    complaints = list[str]()
    desk.on("console", lambda message: complaints.append(message.text))

    desk.goto(file.as_uri())

    expect(desk.get_by_text("记录链完整 the chain is whole")).to_be_visible()
    assert complaints == []


def test_an_entry_unfolds_to_what_its_hash_covers(file: Path, desk: Page) -> None:
    desk.goto(file.as_uri())
    first = desk.locator("details").first

    expect(first.locator("pre")).to_be_hidden()
    first.locator("summary").click()

    expect(first.locator("pre")).to_contain_text('"kind":"response_opened"')


def test_nothing_is_cut_off_on_paper_or_on_a_phone(file: Path, desk: Page) -> None:
    desk.goto(file.as_uri())

    desk.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    on_a_phone = width_of(desk)
    desk.emulate_media(media="print")
    desk.set_viewport_size({"width": PAPER["width"], "height": PAPER["height"]})
    on_paper = width_of(desk)

    assert on_a_phone <= PHONE["width"]
    assert on_paper <= PAPER["width"]


def test_every_hash_is_on_paper(file: Path, desk: Page, bureau: Served) -> None:
    desk.goto(file.as_uri())
    desk.emulate_media(media="print")

    hashes = desk.locator("summary .hash")

    expect(hashes).to_have_count(len(bureau.history()))
    for each in hashes.all():
        expect(each).to_be_visible()
