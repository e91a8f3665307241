"""`tocsin finding`, `report`, `signal`, `level`, and suspending a task: in words, as JSON, empty, and said twice."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer import Typer
from typer.testing import CliRunner

from plans.catalog import load
from service.cli import drill, finding, level, report, response, signal, task
from service.cli.moments import moment_of
from tests.service.field_bureau import APPROVER, OFFICER, START
from tests.service.slope_bureau import LEADER, SlopeBureau

REPORTS_PAGE = Path(__file__).parents[3] / "docs" / "reports.md"


class Terminal:
    def __init__(self, bureau: SlopeBureau) -> None:
        self.response = bureau.response
        self._runner = CliRunner(env={"TOCSIN_HOME": str(bureau.home.folder.path), "COLUMNS": "200"})

    def ran(self, app: Typer, *words: str) -> str:
        return self._runner.invoke(app, list(words), catch_exceptions=False).stdout

    def json(self, app: Typer, *words: str) -> Any:
        return json.loads(self.ran(app, *words, "--json"))


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[SlopeBureau]:
    bureau = SlopeBureau(tmp_path / "home")
    bureau.slope(oral=True)
    yield bureau
    bureau.home.database.close()


@pytest.fixture
def terminal(bureau: SlopeBureau) -> Terminal:
    return Terminal(bureau)


def test_findings_are_reported_listed_and_closed(terminal: Terminal) -> None:
    empty = terminal.ran(finding.app, "list", terminal.response)
    said = [terminal.ran(finding.app, "report", terminal.response, "danger", "K9", "--by", OFFICER) for _ in range(2)]
    shown = terminal.ran(finding.app, "list", terminal.response)
    closed = terminal.json(finding.app, "close", terminal.response, "danger-1", "--by", OFFICER, "--reason", "锚固")

    assert "nothing has been found yet" in empty
    assert "may be reported: danger (险情): chainage (text), sort (choice)" in empty
    assert "called 赵建国" in said[0]
    assert "nothing to do, this was already so" in said[1]
    assert "judge.1" in shown
    assert closed["events"] == ["finding_closed", "task_withdrawn"]
    assert "closed 20" in terminal.ran(finding.app, "list", terminal.response)


def test_a_report_is_drafted_filed_from_a_file_and_corrected(terminal: Terminal, tmp_path: Path) -> None:
    words = tmp_path / "report.txt"
    words.write_text("死亡2人。", "utf-8")
    signed = ("--by", OFFICER, "--signed-by", LEADER)

    due = terminal.ran(report.app, "list", terminal.response)
    drafted = terminal.ran(report.app, "draft", terminal.response, "written")
    filed = terminal.json(report.app, "file", terminal.response, "written", "--file", str(words), "--receipt", "0213", *signed)
    corrected = terminal.json(
        report.app, "correct", terminal.response, "written", "--text", "死亡3人。", "--reason", "医治无效", *signed
    )
    due_next, shown = terminal.json(report.app, "list", terminal.response)

    assert "not yet" in due
    assert "written.1" in due
    assert "死亡待核实人" in drafted
    assert "report_filed" in filed["events"]
    assert corrected["events"] == ["report_corrected"]
    assert (due_next["assignment"], due_next["text"]) == ("later.1", "")
    assert (shown["number"], shown["text"], shown["corrections"][0]["text"]) == (1, "死亡2人。", "死亡3人。")


def test_the_words_of_a_report_come_from_one_place(terminal: Terminal, tmp_path: Path) -> None:
    words = tmp_path / "report.txt"
    words.write_text("死亡2人。", "utf-8")

    both = terminal.ran(report.app, "file", terminal.response, "written", "--file", str(words), "--text", "x", "--by", OFFICER)

    assert both == ""
    assert terminal.json(report.app, "list", terminal.response)[0]["filed_at"] is None


def test_a_signal_is_sent_and_its_answers_are_listed(terminal: Terminal) -> None:
    before = terminal.ran(signal.app, "list", terminal.response)
    terminal.ran(signal.app, "send", terminal.response, "withdraw", "--by", OFFICER, "--reason", "二次滑塌")

    assert "withdraw (全员撤离): not sent; may be sent by duty_officer" in before
    assert f"silent: {OFFICER}" in terminal.ran(signal.app, "list", terminal.response)


def test_a_level_is_proposed_refused_approved_and_its_paper_filed(terminal: Terminal) -> None:
    proposed = terminal.json(level.app, "propose", terminal.response, "IV", "--by", OFFICER, "--reason", "雨停")
    refused = terminal.json(level.app, "refuse", terminal.response, "--by", APPROVER, "--reason", "再看一夜")
    lower = (level.app, "approve", terminal.response, "IV", "--by", APPROVER, "--reason", "稳定")
    approved = terminal.json(*lower, "--although", "坡体已稳")
    owed = terminal.ran(response.app, "show", terminal.response)
    paper = terminal.json(level.app, "paper", terminal.response, "宝应急17号", "--by", OFFICER)

    assert "level_proposed" in proposed["events"]
    assert "level_refused" in refused["events"]
    assert approved["level"] == "IV"
    assert "paper opening of an oral approval is owed until" in owed
    assert "paper_filed" in paper["events"]


def test_a_task_is_suspended_shown_so_and_resumed(terminal: Terminal) -> None:
    asked = (terminal.response, "written", "--by", OFFICER)
    terminal.ran(task.app, "suspend", *asked, "--reason", "等候省厅")

    assert "suspended (order)" in terminal.ran(response.app, "show", terminal.response)
    assert terminal.json(task.app, "resume", *asked, "--reason", "继续")["events"][0] == "task_resumed"
    assert terminal.json(task.app, "resume", *asked, "--reason", "继续")["changed"] is False


def test_a_response_shows_what_was_found_due_and_sent(terminal: Terminal) -> None:
    terminal.ran(finding.app, "report", terminal.response, "danger", "K9", "--by", OFFICER)
    terminal.ran(signal.app, "send", terminal.response, "withdraw", "--by", OFFICER, "--reason", "二次滑塌")

    shown = terminal.ran(response.app, "show", terminal.response)

    for words in (
        "reports count from: learned 2026-09-04 01:20:00",
        "danger-1",
        "K9",
        "written.1",
        "市政府",
        "withdraw (全员撤离)",
        "suspended (pause, order)",
    ):
        assert words in shown


def test_activating_says_when_it_was_learned(bureau: SlopeBureau, terminal: Terminal) -> None:
    app = Typer()
    app.command()(response.activate)

    named = ("--level", "III", "--incident", "另一处", "--by", OFFICER, "--approved-by", APPROVER)
    opened = terminal.json(app, "slope", *named, "--learned", "2024-09-04T01:50")

    learned = bureau.home.engine.head(opened["response"]).state.learned_at
    assert learned == datetime(2024, 9, 3, 17, 50, tzinfo=UTC)


def test_a_drill_says_when_it_was_learned_too(bureau: SlopeBureau, terminal: Terminal) -> None:
    bureau.closed()

    opened = terminal.json(drill.app, "run", "slope", "--by", OFFICER, "--occurred", "2024-09-04 01:30")

    occurred = bureau.home.engine.head(opened["response"]).state.occurred_at
    assert occurred == datetime(2024, 9, 3, 17, 30, tzinfo=UTC)


@pytest.mark.parametrize(("typed", "before"), [("01:50", 10), ("02:00", 0), ("02:10", 24 * 60 - 10)])
def test_a_time_without_a_date_is_the_last_one_that_has_passed(bureau: SlopeBureau, typed: str, before: int) -> None:
    moment = moment_of(datetime.strptime(typed, "%H:%M"), bureau.home.zone, START)  # noqa: DTZ007  # as typer gives it

    assert moment == START - timedelta(minutes=before)


def test_a_list_of_findings_shows_what_is_known_of_each(terminal: Terminal) -> None:
    terminal.ran(finding.app, "report", terminal.response, "danger", "K9", "--value", "sort=crack", "--by", OFFICER)

    assert "sort=crack" in terminal.ran(finding.app, "list", terminal.response)


def test_the_page_of_reports_shows_findings_that_the_flood_plan_takes() -> None:
    fields = {each.name: each for each in load("flood").findings["danger"].fields}
    shown = re.findall(r"^\$ tocsin finding \w+ .*--value (\w+)=(\w+)", REPORTS_PAGE.read_text("utf-8"), re.MULTILINE)

    assert len(shown) == 2
    for name, choice in shown:
        assert choice in fields[name].choices
