"""A plan document as a file: self-contained HTML, DOCX, or PDF printed by the Chromium that is here."""

import os
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from service.explain.blocks import Document
from service.html import template

_browsers = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_patience = 120


class NoBrowserError(Exception):
    status = 422

    def __str__(self) -> str:
        return (
            f"a PDF is printed by a browser, and none of {', '.join(_browsers)} is installed; install Chromium, "
            "or take --html and print it from any browser, or --docx"
        )


class NotPrintedError(Exception):
    status = 422

    def __init__(self, browser: str, reason: str) -> None:
        super().__init__(browser, reason)
        self.browser, self.reason = browser, reason

    def __str__(self) -> str:
        return f"{self.browser} printed no PDF ({self.reason}); take --html and print it from a browser, or --docx"


def html(document: Document) -> bytes:
    return template("explain.html").render(document=document).encode()


def pdf(document: Document) -> bytes:
    """Errors: `NoBrowserError`, `NotPrintedError`."""
    browser = next((found for name in _browsers if (found := shutil.which(name))), None)
    if browser is None:
        raise NoBrowserError
    with TemporaryDirectory(prefix="tocsin-") as folder:
        page, printed = Path(folder, "plan.html"), Path(folder, "plan.pdf")
        page.write_bytes(html(document))
        reason = _print(browser, page, printed)
        if not printed.is_file():
            raise NotPrintedError(browser, reason or "it left no file")
        return printed.read_bytes()


def _print(browser: str, page: Path, printed: Path) -> str:
    """What went wrong, if anything did."""
    flags = ["--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--no-pdf-header-footer"]
    # as root, in a container, Chromium has no sandbox; the page is ours and has no script
    flags += ["--no-sandbox"] if os.geteuid() == 0 else []
    flags += [f"--user-data-dir={page.parent / 'profile'}", f"--print-to-pdf={printed}", page.as_uri()]
    try:
        ended = subprocess.run([browser, *flags], capture_output=True, timeout=_patience, check=False)  # noqa: S603  # our flags alone
    except subprocess.TimeoutExpired:
        return f"no answer in {_patience} s"
    except OSError as cause:
        return cause.strerror or str(cause)
    return "" if ended.returncode == 0 else f"exit code {ended.returncode}"
