"""Answers that were not understood, as the desk lists and settles them: by the API and by the command line."""

import asyncio
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from flows.model.events import NoteAdded, TaskAcknowledged, TaskDeclined
from notifications import outbox
from notifications.message import Reply
from service.cli.reply import app as reply_command
from service.cli.response import app as response_command
from service.desk.hearing import Hearing
from store.kinds import Kind
from tests.service.field_bureau import START, FieldBureau

WORDS = "已经到堤上了，水很大"


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[FieldBureau]:
    """Five minutes after the officer called wrote something that no grammar understands."""
    bureau = FieldBureau(tmp_path)
    bureau.flood()
    write(bureau, WORDS)
    bureau.clock.forward(timedelta(minutes=1))
    yield bureau
    bureau.home.database.close()


@pytest.fixture
def api(bureau: FieldBureau) -> TestClient:
    headers = {"Authorization": f"Bearer {bureau.home.keys.api_token}"}
    return TestClient(bureau.app(), headers=headers, raise_server_exceptions=False)


def write(bureau: FieldBureau, text: str, number: int = 1) -> None:
    sender = bureau.home.duty().people["chenzhiyuan"].addresses["sms"]
    reply = Reply("sms", f"mo-{number}", sender, text, bureau.clock.now())
    asyncio.run(Hearing(bureau.home, {kind: {} for kind in Kind}).hear(reply))


def settle(api: TestClient, how: str = "", number: int = 1, **body: str) -> Any:
    settled_as = {"as": how} if how else {}
    return api.post(f"/api/v1/replies/{number}/settle", json={"by": "zhaojianguo"} | settled_as | body)


def test_the_desk_sees_who_wrote_what_when_and_about_which_call(api: TestClient, bureau: FieldBureau) -> None:
    (shown,) = api.get("/api/v1/replies").json()

    assert shown["people"] == [{"person": "chenzhiyuan", "name": "陈志远"}]
    assert (shown["text"], shown["address"], shown["at"]) == (WORDS, "199****0001", "2026-09-04T02:00:00+08:00")
    assert [(call["response"], call["assignment"], call["code"]) for call in shown["calls"]] == [
        (bureau.response, "verify.1", "01")
    ]


def test_settled_as_an_acknowledgement_it_counts_from_when_it_was_written(api: TestClient, bureau: FieldBureau) -> None:
    answer = settle(api, "acknowledge")

    (event,) = (event for event in bureau.history() if isinstance(event, TaskAcknowledged))
    assert answer.json()["settled"]["as"] == "acknowledge"
    assert (event.person, event.at, event.via) == ("chenzhiyuan", START, "api")
    assert api.get("/api/v1/replies").json() == []


def test_the_sender_hears_what_the_desk_recorded(api: TestClient, bureau: FieldBureau) -> None:
    settle(api, "acknowledge")

    with bureau.home.database.read() as connection:
        said = [each for each in outbox.deliveries(connection, bureau.response) if each.step == "desk/1"]
    assert [(each.channel, each.parameters["reason"]) for each in said] == [("sms", "已记录“收到”")]


def test_settled_as_declined_the_words_of_the_person_are_the_reason(api: TestClient, bureau: FieldBureau) -> None:
    settle(api, "decline")

    assert [event.reason for event in bureau.history() if isinstance(event, TaskDeclined)] == [WORDS]


def test_settled_as_a_note_it_stands_in_the_record_of_the_response(api: TestClient, bureau: FieldBureau) -> None:
    settle(api, "note")

    assert [(event.by, event.text) for event in bureau.history() if isinstance(event, NoteAdded)] == [
        ("zhaojianguo", f"陈志远 (sms): {WORDS}")
    ]


def test_settled_as_nothing_it_needs_a_reason_and_changes_no_task(api: TestClient, bureau: FieldBureau) -> None:
    before = bureau.history()

    without = settle(api)
    with_reason = settle(api, reason="called back by phone")

    assert (without.status_code, with_reason.status_code) == (422, 200)
    assert bureau.history() == before
    assert api.get("/api/v1/replies").json() == []


def test_a_second_settlement_is_told_who_was_first_and_when(api: TestClient, bureau: FieldBureau) -> None:
    settle(api, reason="called back by phone")
    before = bureau.history()

    second = settle(api, "acknowledge")

    assert second.status_code == 409
    assert "settled by 赵建国 at 2026-09-04T02:01+08:00 (nothing came of it: called back by phone)" in second.json()["detail"]
    assert bureau.history() == before


def test_a_reply_that_does_not_exist_is_answered_with_those_that_wait(api: TestClient) -> None:
    answer = settle(api, number=99, reason="x")

    assert answer.status_code == 404
    assert "there is no reply '99' (known: 1)" in answer.json()["detail"]


def test_with_two_calls_open_the_desk_says_which(api: TestClient, bureau: FieldBureau) -> None:
    first, second = bureau.response, bureau.flood("千河洪水").response

    unsaid = settle(api, "acknowledge")
    told = settle(api, "acknowledge", assignment="02")

    assert unsaid.status_code == 422
    assert f"{first} verify.1; {second} verify.1: say which one" in unsaid.json()["detail"]
    assert told.json()["settled"]["response"] == second


def test_the_command_line_lists_settles_and_says_when_nothing_waits(bureau: FieldBureau, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_HOME", str(bureau.home.folder.path))
    run = CliRunner()

    listed = run.invoke(reply_command, ["list"]).output
    as_json = json.loads(run.invoke(reply_command, ["list", "--json"]).output)
    settled = run.invoke(reply_command, ["settle", "1", "--as", "acknowledge", "--by", "zhaojianguo"]).output
    empty = run.invoke(reply_command, ["list"]).output

    assert "09-04 02:00  陈志远 (chenzhiyuan)  sms 199****0001" in listed
    assert f"{bureau.response} verify.1, code 01" in listed
    assert [each["id"] for each in as_json] == [1]
    assert settled == f"reply 1: settled by zhaojianguo (acknowledge {bureau.response} verify.1)\n"
    assert empty == "no answer waits for a person (没有待人工处理的回复)\n"


def test_the_lists_of_responses_say_that_answers_wait(bureau: FieldBureau, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_HOME", str(bureau.home.folder.path))
    reminder = "answers that wait for a person: 1 ('tocsin reply list')"
    run = CliRunner()

    before = run.invoke(response_command, ["list"]).output, run.invoke(response_command, ["show", bureau.response]).output
    chinese = run.invoke(response_command, ["list", "--lang", "zh"]).output
    run.invoke(reply_command, ["settle", "1", "--reason", "phoned back", "--by", "zhaojianguo"])
    after = run.invoke(response_command, ["list"]).output

    assert all(reminder in each for each in before)
    assert "待人工处理的回复：1 ('tocsin reply list')" in chinese
    assert "answers that wait" not in after
