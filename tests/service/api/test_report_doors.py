"""Reports through the API, in the record and as sentences: drafts, numbers, lateness, corrections."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from service.record.page import render_record
from tests.service.field_bureau import OFFICER
from tests.service.slope_bureau import LEADER, SlopeBureau

FILING = {"by": OFFICER, "text": "G244滑坡：死亡2人。", "signed_by": LEADER, "receipt": "传真0213"}


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[SlopeBureau]:
    bureau = SlopeBureau(tmp_path / "home")
    bureau.slope()
    yield bureau
    bureau.home.database.close()


@pytest.fixture
def api(bureau: SlopeBureau) -> TestClient:
    return bureau.api()


def test_the_list_says_what_is_due_to_whom_and_until_when(bureau: SlopeBureau, api: TestClient) -> None:
    (due,) = api.get(f"{bureau.path}/reports").json()

    assert (due["assignment"], due["track"], due["to"]["zh"], due["filed_at"]) == ("written.1", "government", "市政府", None)
    assert due["due"] == "2026-09-03T18:20:00+00:00", "learned at 01:20, one hour"


def test_the_draft_names_what_is_not_known(bureau: SlopeBureau, api: TestClient) -> None:
    draft = api.get(f"{bureau.path}/reports/written/draft").json()

    assert draft["text"]["zh"] == "G244滑坡：死亡待核实人。"
    assert [each["fact"] for each in draft["unknown"]] == ["deaths"]
    assert (draft["number"], draft["fault"]) == (1, "")


def test_a_report_is_filed_once_with_its_number_signature_and_receipt(bureau: SlopeBureau, api: TestClient) -> None:
    first = api.post(f"{bureau.path}/reports/written/file", json=FILING).json()
    second = api.post(f"{bureau.path}/reports/written.1/file", json=FILING | {"text": "别的"}).json()

    assert (first["changed"], second["changed"]) == (True, False)
    filed = api.get(f"{bureau.path}/reports").json()[-1]
    assert (filed["number"], filed["late"], filed["signed_by"], filed["receipt"]) == (1, 0.0, LEADER, "传真0213")
    assert filed["text"] == "G244滑坡：死亡2人。"


def test_the_draft_itself_can_be_what_went_out(bureau: SlopeBureau, api: TestClient) -> None:
    api.post(f"{bureau.path}/reports/written/file", json={"by": OFFICER, "as_drafted": True, "signed_by": LEADER, "receipt": "1"})

    assert api.get(f"{bureau.path}/reports").json()[-1]["text"] == "G244滑坡：死亡待核实人。"


@pytest.mark.parametrize(
    ("report", "change", "status", "words"),
    [
        ("written", {"text": " "}, 422, "it has no text"),
        ("written", {"signed_by": ""}, 422, "takes a signature of one of duty_leader"),
        ("written", {"signed_by": "zhourui"}, 403, "may not sign written.1"),
        ("clear", {}, 422, "clear.1 is a task, not a report"),
        ("later", {}, 409, "report later has not opened yet: it comes after written"),
        ("writen", {}, 404, "did you mean 'written'"),
    ],
)
def test_a_report_that_cannot_be_filed_is_refused_in_words(
    bureau: SlopeBureau, api: TestClient, report: str, change: dict[str, str], status: int, words: str
) -> None:
    answer = api.post(f"{bureau.path}/reports/{report}/file", json=FILING | change)

    assert answer.status_code == status
    assert words in answer.json()["detail"]


def test_what_has_not_been_filed_cannot_be_corrected(bureau: SlopeBureau, api: TestClient) -> None:
    correction = {"by": OFFICER, "text": "死亡3人", "reason": "医治无效", "signed_by": LEADER}

    answer = api.post(f"{bureau.path}/reports/written/correct", json=correction)

    assert answer.status_code == 409
    assert "it has not been filed" in answer.json()["detail"]


def test_the_record_shows_reports_with_lateness_corrections_findings_and_what_stood_still(
    bureau: SlopeBureau, api: TestClient
) -> None:
    api.post(f"{bureau.path}/findings", json={"of": "danger", "label": "K875+900<b>", "by": OFFICER})
    bureau.clock.forward(timedelta(minutes=25))
    api.post(f"{bureau.path}/reports/written/file", json=FILING)
    api.post(
        f"{bureau.path}/reports/written/correct",
        json={"by": OFFICER, "text": "死亡3人", "reason": "医治无效", "signed_by": LEADER},
    )
    api.post(f"{bureau.path}/signals/withdraw", json={"by": OFFICER, "reason": "二次滑塌"})

    record = render_record(bureau.home.engine, bureau.response, bureau.home.zone)

    for words in (
        "书面首报（1号）",
        "迟报5分钟",
        "第1次更正",
        "死亡3人",
        "回执 receipt 传真0213",
        "danger-1",
        "K875+900&lt;b&gt;",
        "全员撤离",
        "暂停中",
        "接报",
        "陈志远报送市政府，赵建国签发",
        "the plan (it is night, and",
    ):
        assert words in record, words
