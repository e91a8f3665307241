"""Words from outside in the terminal: brackets, control characters and drill marks stay words."""

from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import Literal

import pytest

from flows.testing.night import Night, small_plan, task
from plans.model import Fact, FactType, Level, Plan, Text
from service.cli.pictures import print_journal, print_response, print_responses, print_tasks, print_told
from service.cli.told_pictures import print_told_response, print_told_responses
from service.record.told import told_entries

HOSTILE = "[/bold] [red]【演练】\x1b[2J\r\n河[link=x]"
SHOWN = "[/bold] [red]〔演练〕[2J 河[link=x]"
AT = "2026-09-03T18:00:00+00:00"
TASK = {
    "code": "F01",
    "assignment": "verify.1",
    "title": {"zh": HOSTILE, "en": ""},
    "status": "called",
    "called": [HOSTILE],
    "acknowledged": {},
    "declined": {},
    "steps": ["call"],
    "done_by": AT,
    "late": {"acknowledge": False, "done": True},
    "finding": "",
    "suspended_for": ["order"],
}
TITLE = {"zh": HOSTILE, "en": ""}
FINDING = {
    "finding": "danger-1",
    "title": TITLE,
    "label": HOSTILE,
    "values": {"kind": HOSTILE},
    "at": AT,
    "closed_at": None,
    "open_tasks": ["fight.1"],
}
REPORT = {
    "assignment": "written.1",
    "title": TITLE,
    "to": TITLE,
    "due": AT,
    "suspended": False,
    "overdue": True,
    "filed_at": AT,
    "number": 1,
    "zero": False,
    "late": 300.0,
    "corrections": [],
}
SIGNAL = {"signal": "withdraw", "title": TITLE, "send": [], "sent": [AT], "answered": [], "silent": [HOSTILE]}
RESPONSE = {
    "id": "R-260903-abcdef",
    "kind": "real",
    "plan": "flood",
    "incident": HOSTILE,
    "place": HOSTILE,
    "level": "III",
    "proposed_level": None,
    "status": "open",
    "opened_at": AT,
    "occurred_at": AT,
    "learned_at": None,
    "received_at": None,
    "facts": {"note": HOSTILE},
    "forecasts": {},
    "grades": {"grade": HOSTILE},
    "stale": ["note"],
    "flow_run": None,
    "tasks": [],
    "deliveries": [],
    "awaiting_decision": ["verify.1"],
    "findings": [FINDING],
    "reports": [REPORT],
    "signals": [SIGNAL],
    "papers": [{"paper": "opening", "level": "III", "owed": True, "due": AT, "missed": True}],
}


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "300")


def test_hostile_words_of_a_response_are_shown_as_words(capsys: pytest.CaptureFixture[str]) -> None:
    print_response(RESPONSE, UTC)

    shown = capsys.readouterr().out
    assert shown.count(SHOWN) == 11
    assert "\x1b" not in shown
    assert "no task is open yet" in shown
    assert "awaiting a manual decision: verify.1" in shown


def hostile_plan() -> Plan:
    facts = {name: Fact(name, Text(HOSTILE, HOSTILE), FactType.TEXT) for name in ("note", "grade")}
    return replace(small_plan([task("verify", "duty_officer")]), title=Text(HOSTILE, HOSTILE), facts=facts)


@pytest.mark.parametrize(("language", "count"), [("zh", 17), ("en", 11)])
def test_hostile_words_of_a_response_in_one_language_are_shown_as_words(
    language: Literal["zh", "en"], count: int, capsys: pytest.CaptureFixture[str]
) -> None:
    print_told_response(RESPONSE | {"tasks": [TASK | {"suspended_for": ["order"]}]}, hostile_plan(), UTC, language)
    print_told_responses([RESPONSE], UTC, language)

    shown = capsys.readouterr().out
    assert shown.count(SHOWN) == count
    assert "\x1b" not in shown
    assert "【" not in shown


def test_a_sent_signal_and_a_late_report_are_told_in_one_language(capsys: pytest.CaptureFixture[str]) -> None:
    title = {"zh": "撤离", "en": "Withdraw"}
    late = REPORT | {"zero": True, "corrections": [{}]}
    view = RESPONSE | {"signals": [SIGNAL | {"title": title, "silent": ["lin"]}], "reports": [late]}
    print_told_response(view, hostile_plan(), UTC, "zh")
    print_told_response(view, hostile_plan(), UTC, "en")

    shown = capsys.readouterr().out
    assert "撤离：已于 2026-09-03 18:00:00 发出，已应答：尚无人，未应答：lin" in shown
    assert "Withdraw: sent 2026-09-03 18:00:00, answered: nobody yet, silent: lin" in shown
    assert "第1号 2026-09-03 18:00:00，迟5分钟，零报告，更正1次" in shown
    assert "no. 1 2026-09-03 18:00:00, 5 min late, zero report, corrections: 1" in shown


def test_hostile_words_of_a_list_are_shown_as_words(capsys: pytest.CaptureFixture[str]) -> None:
    print_responses([RESPONSE], UTC)

    assert capsys.readouterr().out.rstrip().endswith(SHOWN)


def test_hostile_words_of_a_task_are_shown_as_words(capsys: pytest.CaptureFixture[str]) -> None:
    print_tasks([TASK], UTC)

    assert capsys.readouterr().out.count(SHOWN) == 2


def test_a_journal_line_shows_its_step_and_hostile_words_as_words(capsys: pytest.CaptureFixture[str]) -> None:
    opened = {
        "entry": 1,
        "at": AT,
        "recorded_at": AT,
        "kind": "response_opened",
        "incident": HOSTILE,
        "by": HOSTILE,
        "via": "api",
    }
    fired = {
        "entry": 2,
        "at": AT,
        "recorded_at": AT,
        "kind": "step_fired",
        "assignment": "verify.1",
        "step": "call",
        "by": "engine",
        "via": "",
        "late": 70,
    }

    print_journal([opened, fired], UTC)

    first, second = capsys.readouterr().out.splitlines()
    assert first.count(SHOWN) == 2
    assert "verify.1 [call]  engine  70 s late" in second


def test_a_journal_line_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    entry = {"entry": 9, "at": AT, "recorded_at": AT, "by": "zhao", "via": ""}
    ended = {**entry, "kind": "stood_down", "reason": "the water\nhas fallen"}
    withdrawn = {**entry, "kind": "task_withdrawn", "assignment": "verify.1", "reason": HOSTILE}
    noted = {**entry, "kind": "note_added", "text": "the bridge holds"}
    drills = {**entry, "kind": "drills_ended", "drills": ["D-260903-abcdef"]}

    print_journal([ended, withdrawn, noted, drills], UTC)

    first, second, third, fourth = capsys.readouterr().out.splitlines()
    assert "stood_down" in first
    assert "the water has fallen  zhao" in first
    assert f"verify.1: {SHOWN}" in second
    assert "the bridge holds" in third
    assert "D-260903-abcdef" in fourth


def test_the_journal_in_words_is_in_the_language_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    night = Night(tmp_path)
    night.activate(Level.II)
    night.change_level(Level.III, "〇")
    entries = told_entries(night.engine, night.response, UTC, after=1)

    print_told(entries, UTC, "zh")
    chinese = capsys.readouterr().out
    print_told(entries, UTC, "en")
    english = capsys.readouterr().out

    assert "级别由II级调整为III级，Sun批准：〇" in chinese
    assert "level II → III, approved by Sun: 〇" in english
    assert len(chinese.splitlines()) == len(english.splitlines()) == len(entries)
    assert entries[0].number == 2


def test_a_long_journal_line_stays_one_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")

    opened = {
        "entry": 1,
        "at": AT,
        "recorded_at": AT,
        "kind": "response_opened",
        "incident": "河" * 80,
        "by": "zhao",
        "via": "api",
    }

    print_journal([opened], UTC)

    assert len(capsys.readouterr().out.splitlines()) == 1


def test_a_drill_is_marked_and_a_real_response_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    print_response(RESPONSE, UTC)
    print_response(RESPONSE | {"id": "D-260903-abcdef", "kind": "drill"}, UTC)

    real, drill = capsys.readouterr().out.split("D-260903")
    assert real.count("【演练】") == 1
    assert real.endswith("【演练】EXERCISE ")
    assert drill


def test_nothing_to_show_is_said_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    print_responses([], UTC)
    print_tasks([], UTC)
    print_journal([], UTC)

    assert capsys.readouterr().out.splitlines() == [
        "no open response; 'tocsin activate PLAN' opens one",
        "no task is open yet",
        "no entry after that number",
    ]
