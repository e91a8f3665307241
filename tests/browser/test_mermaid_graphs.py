"""The Mermaid text of each shipped plan, read and drawn by Mermaid itself."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from plans.catalog import load
from plans.graph import graph_of
from plans.graph_mermaid import mermaid
from plans.model import Text

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]
_folder = Path(__file__).parents[1] / "plans" / "mermaid"
_program = _folder / "node_modules" / "mermaid" / "dist" / "mermaid.min.js"
_library = [path.stem for path in sorted((Path(__file__).parents[2] / "plans" / "library").glob("*.yaml"))]


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    if not _program.is_file():
        pytest.skip(f"Mermaid is not here; with Node.js: npm ci --prefix {_folder}")
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.set_content("<!doctype html><title>graph</title><div></div>")
    page.add_script_tag(path=_program)
    page.evaluate("mermaid.initialize({startOnLoad: false})")
    yield page
    context.close()


@pytest.mark.parametrize("name", _library)
def test_mermaid_draws_every_task_of_every_plan(page: Page, name: str) -> None:
    graph = graph_of(load(name, ()))

    drawn = page.evaluate("text => mermaid.render('g', text).then(made => made.svg)", mermaid(graph, "zh"))

    assert all(f"-task_{task}-" in drawn for task in graph.tasks)


def test_a_hostile_title_does_not_break_the_text(page: Page) -> None:
    plan = load("flood", ())
    hostile = Text('"]) end; <b>#quot; `x` {{y}} %% \\ | classDef', "x")
    task = replace(plan.tasks["verify"], title=hostile)
    graph = graph_of(replace(plan, tasks={**plan.tasks, "verify": task}))

    drawn = page.evaluate("text => mermaid.render('g', text).then(made => made.svg)", mermaid(graph, "zh"))

    assert "classDef" in drawn
    assert "<b>" not in drawn
