"""A real browser on a real server: Chromium against the doors on loopback, with the clock in the test's hand."""

import asyncio
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from service.serving.doors import Doors
from service.settings import Server
from tests.service.field_bureau import FieldBureau

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
)
PHONE = {"width": 390, "height": 844}
_NAMES = ("chromium", "chromium-browser", "google-chrome")


class Served(FieldBureau):
    """The bureau behind its own port."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._doors = Doors(self.app(), Server(port=0))
        self._thread = threading.Thread(target=lambda: asyncio.run(self._doors.serve()), name="doors")
        self._thread.start()

    def page(self, assignment: str = "verify.1", person: str = "") -> str:
        return self.at(self.link(assignment, person))

    def at(self, path: str) -> str:
        return f"http://127.0.0.1:{self._doors.port}{path}"

    def close(self) -> None:
        self._doors.close()
        self._thread.join()
        self.home.database.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    executable = next((found for name in _NAMES if (found := shutil.which(name))), None)
    if executable is None:
        pytest.skip(f"no browser here: none of {', '.join(_NAMES)} is installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Served]:
    bureau = Served(tmp_path / "home")
    bureau.flood()
    yield bureau
    bureau.close()


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def phone(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Narrow, touched by a thumb, and as likely as not without JavaScript."""
    context = browser.new_context(viewport=PHONE, java_script_enabled=request.param, has_touch=True, is_mobile=True)
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()
