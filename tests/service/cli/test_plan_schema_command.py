"""`tocsin plan schema`: printed, or written to a file."""

import json
from pathlib import Path

from typer.testing import CliRunner

from plans.json_schema import plan_schema
from service.cli.plan import app

_runner = CliRunner()


def test_the_schema_is_printed_for_whatever_reads_json() -> None:
    assert json.loads(_runner.invoke(app, ["schema"]).stdout) == plan_schema()


def test_the_schema_is_written_to_a_file_with_the_line_for_the_plans(tmp_path: Path) -> None:
    file = tmp_path / "plan.schema.json"

    result = _runner.invoke(app, ["schema", "--output", str(file)])

    assert result.exit_code == 0
    assert "# yaml-language-server: $schema=plan.schema.json" in result.stdout
    assert json.loads(file.read_text(encoding="utf-8")) == plan_schema()


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    result = _runner.invoke(app, ["schema", "--output", str(tmp_path / "nowhere" / "plan.schema.json")])

    assert result.exit_code == 2
    assert "cannot be written: No such file or directory" in result.stderr
