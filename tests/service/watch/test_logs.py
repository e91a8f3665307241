"""The log of a turn: whose response and task it is about, in plain lines and as JSON; no phone number whole."""

import io
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from flows.errors import FlowError
from service.watch.logs import PLAIN, JsonLines, PlainLines, turn_lines
from store import watching
from tests.service.field_bureau import OFFICER, FieldBureau

ROOT = Path(__file__).parents[3]


@contextmanager
def written(formatter: logging.Formatter) -> Iterator[io.StringIO]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    log = logging.getLogger("tocsin")
    level = log.level
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    watching.watch(turn_lines)
    try:
        yield stream
    finally:
        watching.forget(turn_lines)
        log.removeHandler(handler)
        log.setLevel(level)


def test_each_turn_is_one_json_line_with_response_task_person_command_and_duration(tmp_path: Path) -> None:
    bureau = FieldBureau(tmp_path)
    bureau.flood()
    (person,) = bureau.called("verify.1")[:1]

    with written(JsonLines()) as stream:
        bureau.desk.acknowledge(bureau.response, "verify.1", person, "test")

    (line,) = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert (line["response"], line["task"], line["person"], line["command"]) == (
        bureau.response,
        "verify.1",
        person,
        "acknowledge",
    )
    assert line["duration_ms"] > 0
    assert line["level"] == "info"


def test_an_activation_names_the_response_that_it_opened(tmp_path: Path) -> None:
    bureau = FieldBureau(tmp_path)

    with written(JsonLines()) as stream:
        bureau.flood()

    (line,) = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert (line["response"], line["command"], line["plan"]) == (bureau.response, "open_response", "flood")


def test_what_is_refused_is_a_warning_and_what_changes_nothing_is_not_said(tmp_path: Path) -> None:
    bureau = FieldBureau(tmp_path)
    bureau.flood()

    with written(JsonLines()) as stream:
        bureau.home.engine.tick(bureau.response)
        with pytest.raises(FlowError):
            bureau.desk.close(bureau.response, OFFICER, "test", "too early")

    (line,) = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert (line["level"], line["command"]) == ("warning", "close")


@pytest.mark.parametrize("formatter", [PlainLines(PLAIN), JsonLines()], ids=["plain", "json"])
def test_any_line_said_within_a_turn_has_its_response_and_task_and_no_number_whole(formatter: logging.Formatter) -> None:
    with written(formatter) as stream, watching.step("command", response="R-260904-abcdef", task="patrol.1"):
        logging.getLogger("tocsin.any").info("the gateway refused +8613812340001 and 13812340001")

    line = stream.getvalue()
    assert "R-260904-abcdef" in line
    assert "patrol.1" in line
    assert "138****0001" in line
    assert "13812340001" not in line


def test_a_fault_is_one_json_line_with_its_traceback() -> None:
    with written(JsonLines()) as stream:
        try:
            int("no such thing")
        except ValueError:
            logging.getLogger("tocsin.any").exception("it failed")

    (line,) = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert line["message"] == "it failed"
    assert "ValueError: invalid literal" in line["error"]


@pytest.mark.slow
def test_a_worker_writes_nothing_but_json_though_prefect_has_a_log_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "tocsin.toml").write_text('[logs]\nformat = "json"\n', "utf-8")
    address = {"TOCSIN_HOME": str(tmp_path), "TOCSIN_DATABASE_URL": "", "PREFECT_API_URL": "http://127.0.0.1:9/api"}
    command = [sys.executable, "-m", "service", "worker", "--minutes", "0.05"]

    found = subprocess.run(command, cwd=ROOT, env={**os.environ, **address}, text=True, capture_output=True, check=True)

    lines = [json.loads(line) for line in (found.stdout + found.stderr).splitlines()]
    assert "prefect" in {line["logger"].partition(".")[0] for line in lines}
