"""`tocsin plan graph` and `tocsin plan explain`, through the command line."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from service.cli.plan import app

_runner = CliRunner()


def test_the_graph_is_mermaid_unless_asked_otherwise() -> None:
    assert _runner.invoke(app, ["graph", "flood"]).stdout.startswith("flowchart TD\n")
    assert _runner.invoke(app, ["graph", "flood", "--svg", "--lang", "en"]).stdout.startswith("<svg ")


def test_a_level_draws_less(tmp_path: Path) -> None:
    file = tmp_path / "four.svg"

    result = _runner.invoke(app, ["graph", "flood", "--svg", "--level", "IV", "--output", str(file)])

    assert result.exit_code == 0
    assert "IV级响应" in file.read_text("utf-8")
    assert 'data-task="call_out"' not in file.read_text("utf-8")


@pytest.mark.parametrize(("option", "beginning"), [("--html", b"<!doctype html>"), ("--docx", b"PK")])
def test_a_plan_is_explained_in_a_file(tmp_path: Path, option: str, beginning: bytes) -> None:
    file = tmp_path / "plan"

    result = _runner.invoke(app, ["explain", "hazmat_spill", option, "--output", str(file)])

    assert result.exit_code == 0
    assert file.read_bytes().lstrip().startswith(beginning)


def test_two_forms_at_once_are_refused() -> None:
    assert _runner.invoke(app, ["explain", "flood", "--html", "--pdf"]).exit_code == 2
    assert _runner.invoke(app, ["graph", "flood", "--svg", "--mermaid"]).exit_code == 2


def test_where_it_cannot_be_written_is_said(tmp_path: Path) -> None:
    result = _runner.invoke(app, ["explain", "flood", "--output", str(tmp_path / "no" / "plan.html")])

    assert result.exit_code == 2
    assert "name another file with --output" in result.stderr


def test_without_a_browser_a_pdf_is_refused_with_a_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    result = _runner.invoke(app, ["explain", "flood", "--pdf", "--output", str(tmp_path / "plan.pdf")])

    assert result.exit_code == 1
    assert "install Chromium, or take --html" in str(result.exception)


def test_a_document_for_a_word_processor_is_not_thrown_at_a_terminal() -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", "from service.cli import main; main()", "plan", "explain", "flood", "--docx"]

    refused = subprocess.run(command, stdout=theirs, stderr=subprocess.PIPE, check=False, timeout=60)

    os.close(theirs)
    os.close(ours)
    assert refused.returncode == 2
    assert b"a terminal cannot show this; name a file with --output" in refused.stderr
