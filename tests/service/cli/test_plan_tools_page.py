"""docs/plan-tools.md: what it shows can be typed."""

import re
import shlex
from pathlib import Path

import pytest
import typer

from plans.sarif import sarif
from service.cli.plan import app

_page = (Path(__file__).parents[3] / "docs" / "plan-tools.md").read_text(encoding="utf-8")
_lines = re.findall(r"^tocsin plan (.*?)(?:   .*)?$", _page, re.MULTILINE)


@pytest.mark.parametrize("line", _lines)
def test_a_command_on_the_page_has_these_options(line: str) -> None:
    group = typer.main.get_group(app)
    name, *words = shlex.split(line)
    command = group.commands[name]
    known = {option for parameter in command.params for option in parameter.opts}

    assert {word for word in words if word.startswith("--")} <= known


def test_every_tool_of_this_page_and_its_options_are_told() -> None:
    group = typer.main.get_group(app)
    ours = ("check", "schema", "diff", "new", "export", "import")

    options = {
        option for name in ours for parameter in group.commands[name].params for option in parameter.opts if "--" in option
    }
    assert [option for option in options if option not in _page] == []


def test_the_version_of_sarif_is_the_one_that_is_written() -> None:
    assert f"SARIF {sarif({})['version']}" in _page
