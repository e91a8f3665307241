"""The plan as a document in a real browser: on a desk, on a phone, on paper with a page for each card."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from plans.catalog import load
from plans.graph_words import Language
from service.explain.document import document
from service.explain.files import html, pdf
from tests.browser.conftest import PHONE

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]
PAPER = {"width": 695, "height": 1016}
"""What A4 holds between the margins."""
_library = [path.stem for path in sorted((Path(__file__).parents[2] / "plans" / "library").glob("*.yaml"))]


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(offline=True)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", _library)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_is_cut_off_and_every_card_is_one_page(page: Page, tmp_path: Path, name: str, language: Language) -> None:
    file = tmp_path / "plan.html"
    file.write_bytes(html(document(load(name, ()), language)))
    page.emulate_media(media="screen")
    page.goto(file.as_uri())

    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    on_a_phone = page.evaluate("document.documentElement.scrollWidth")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER["width"], "height": PAPER["height"]})
    on_paper = page.evaluate("document.documentElement.scrollWidth")
    heights = page.evaluate("[...document.querySelectorAll('.card')].map(card => card.getBoundingClientRect().height)")

    assert on_a_phone <= PHONE["width"]
    assert on_paper <= PAPER["width"]
    assert len(heights) == len(load(name, ()).roles)
    assert max(heights) <= PAPER["height"]


def test_the_pdf_has_a_page_for_each_card_at_least(browser: Browser) -> None:
    plan = load("hazmat_spill", ())

    printed = pdf(document(plan, "zh"))

    assert printed.startswith(b"%PDF")
    assert len(re.findall(rb"/Type ?/Page\b", printed)) > len(plan.roles)
