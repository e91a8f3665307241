"""The two-person rule on the phone and through the API: what is to be checked, sent back with a reason, and done once more."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from flows.model.events import TaskWithdrawn
from flows.model.state import TaskStatus
from flows.testing.night import only
from tests.service.slope_bureau import LEADER, PLAN, SlopeBureau

REPORT = {"verb": "file", "report": "G244滑坡：死亡2人。", "signed_by": LEADER, "receipt": "传真0213"}
CONFIRM = """
  confirm_written:
    title: {zh: 书面首报核对, en: Check the written report}
    role: duty_leader
    levels: [IV, III]
    confirms: written
    ack: 5 min
    done: 10 min
    escalate: line
reports:
"""


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[SlopeBureau]:
    bureau = SlopeBureau(tmp_path / "home")
    text = PLAN.read_text(encoding="utf-8")
    (bureau.home.folder.plans / PLAN.name).write_text(text.replace("\nreports:\n", CONFIRM, 1), encoding="utf-8")
    bureau.slope()
    TestClient(bureau.app()).post(bureau.link("written.1"), data=REPORT)
    yield bureau
    bureau.home.database.close()


@pytest.fixture
def phone(bureau: SlopeBureau) -> TestClient:
    return TestClient(bureau.app(), raise_server_exceptions=False)


def test_the_page_says_what_is_to_be_checked_and_lets_it_go_back_with_a_reason(bureau: SlopeBureau, phone: TestClient) -> None:
    link = bureau.link("confirm_written.1", LEADER)
    page = phone.get(link).text
    assert "请核实并确认（第二人）</dt><dd><strong>书面首报" in page

    answer = phone.post(link, data={"verb": "send_back", "reason": "死亡人数有误"})

    assert "已记录：退回，原办理人已叫应。" in answer.text
    assert "未予确认，已退回原办理人。" in answer.text
    assert only(TaskWithdrawn, bureau.history())[0].sent_back == "written.1"
    assert bureau.task("written.2").status is TaskStatus.CALLED
    again = phone.get(bureau.link("written.2")).text
    assert "死亡人数有误" in again
    assert 'value="send_back"' in page
    assert 'value="send_back"' not in again


def test_the_api_sends_back_and_refuses_it_to_whoever_did_it(bureau: SlopeBureau) -> None:
    api = bureau.api()
    path = f"/api/v1/responses/{bureau.response}/tasks/confirm_written.1"
    doer = next(iter(bureau.task("written.1").acknowledged))

    refused = api.post(f"{path}/send_back", json={"by": doer, "reason": "再看看"})
    done = api.post(f"{path}/send_back", json={"by": LEADER, "reason": "死亡人数有误"})

    assert (refused.status_code, done.status_code) == (403, 200)
    assert bureau.task("written.2").assignees == (doer,)
