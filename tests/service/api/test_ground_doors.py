"""The API's doors to findings, signals, levels and suspensions: what they do, refuse, and do only once."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.service.field_bureau import APPROVER, OFFICER
from tests.service.slope_bureau import SlopeBureau

FOUND = {"of": "danger", "label": "K875+900", "values": {"chainage": "K875+900", "sort": "crack"}, "by": OFFICER}


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[SlopeBureau]:
    bureau = SlopeBureau(tmp_path / "home")
    bureau.slope(oral=True)
    yield bureau
    bureau.home.database.close()


@pytest.fixture
def api(bureau: SlopeBureau) -> TestClient:
    return bureau.api()


def test_a_finding_opens_its_task_and_is_one_however_often_it_is_sent(bureau: SlopeBureau, api: TestClient) -> None:
    first = api.post(f"{bureau.path}/findings", json=FOUND).json()
    second = api.post(f"{bureau.path}/findings", json=FOUND).json()

    assert (first["changed"], second["changed"]) == (True, False)
    assert [call["assignment"] for call in first["called"]] == ["judge.1"]
    shown = api.get(f"{bureau.path}/findings").json()
    assert [(each["finding"], each["label"], each["open_tasks"]) for each in shown["findings"]] == [
        ("danger-1", "K875+900", ["judge.1"])
    ]
    assert [kind["of"] for kind in shown["kinds"]] == ["danger"]


def test_a_finding_that_is_corrected_keeps_what_nobody_named(bureau: SlopeBureau, api: TestClient) -> None:
    api.post(f"{bureau.path}/findings", json=FOUND)

    corrected = api.post(f"{bureau.path}/findings/danger-1/update", json={"by": OFFICER, "values": {"chainage": "K876+100"}})

    assert corrected.json()["events"] == ["finding_updated"]
    assert api.get(f"{bureau.path}/findings").json()["findings"][0]["values"] == {"chainage": "K876+100", "sort": "crack"}


def test_a_finding_that_is_closed_takes_its_tasks_with_it(bureau: SlopeBureau, api: TestClient) -> None:
    api.post(f"{bureau.path}/findings", json=FOUND)

    closed = api.post(f"{bureau.path}/findings/danger-1/close", json={"by": OFFICER, "reason": "锚固完成"})

    assert closed.json()["events"] == ["finding_closed", "task_withdrawn"]
    assert api.get(f"{bureau.path}/findings").json()["findings"][0]["open_tasks"] == []


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"of": "dangr"}, 404, "did you mean 'danger'"),
        ({"label": " "}, 422, "no label"),
        ({"values": {"sort": "leak"}}, 422, "leak"),
        ({"by": "zhourui"}, 403, "may not report danger"),
    ],
)
def test_a_finding_that_does_not_fit_is_refused_in_words(
    bureau: SlopeBureau, api: TestClient, change: dict[str, object], status: int, words: str
) -> None:
    answer = api.post(f"{bureau.path}/findings", json=FOUND | change)

    assert answer.status_code == status
    assert words in answer.json()["detail"]
    assert api.get(f"{bureau.path}/findings").json()["findings"] == []


def test_a_signal_stops_the_work_and_says_who_is_silent(bureau: SlopeBureau, api: TestClient) -> None:
    sent = api.post(f"{bureau.path}/signals/withdraw", json={"by": OFFICER, "reason": "二次滑塌"}).json()
    again = api.post(f"{bureau.path}/signals/withdraw", json={"by": OFFICER, "reason": "二次滑塌"}).json()

    assert sent["events"][:2] == ["signal_sent", "task_opened"]
    assert again["changed"] is False
    (signal,) = api.get(f"{bureau.path}/signals").json()
    assert (signal["signal"], signal["answered"]) == ("withdraw", [])
    assert OFFICER in signal["silent"]
    clear = next(each for each in api.get(bureau.path).json()["tasks"] if each["assignment"] == "clear.1")
    assert clear["suspended_for"] == ["pause", "order"]


def test_a_task_is_suspended_and_resumed_once(bureau: SlopeBureau, api: TestClient) -> None:
    written = f"{bureau.path}/tasks/written"

    stopped = [api.post(f"{written}/suspend", json={"by": OFFICER, "reason": "等候省厅"}).json() for _ in range(2)]
    bureau.clock.forward(timedelta(minutes=5))
    resumed = [api.post(f"{written}/resume", json={"by": OFFICER, "reason": "继续"}).json() for _ in range(2)]

    assert [each["changed"] for each in (*stopped, *resumed)] == [True, False, True, False]
    assert bureau.task("written.1").stood_still == timedelta(minutes=5)


def test_what_the_plan_pauses_a_person_cannot_resume(bureau: SlopeBureau, api: TestClient) -> None:
    answer = api.post(f"{bureau.path}/tasks/clear/resume", json={"by": OFFICER, "reason": "有灯"})

    assert answer.status_code == 409
    assert "night && !night_work" in answer.json()["detail"]


def test_a_level_is_proposed_refused_and_approved(bureau: SlopeBureau, api: TestClient) -> None:
    proposed = api.post(f"{bureau.path}/level/propose", json={"by": OFFICER, "level": "IV", "reason": "雨停"}).json()
    refused = api.post(f"{bureau.path}/level/refuse", json={"by": APPROVER, "reason": "再看一夜"}).json()
    lower = {"by": APPROVER, "level": "IV", "reason": "稳定", "although": "坡体已稳"}
    changed = api.post(f"{bureau.path}/level", json=lower).json()

    assert "level_proposed" in proposed["events"]
    assert "level_refused" in refused["events"]
    assert changed["level"] == "IV"


def test_the_paper_of_an_oral_approval_is_owed_until_it_comes(bureau: SlopeBureau, api: TestClient) -> None:
    (owed,) = api.get(bureau.path).json()["papers"]
    filed = api.post(f"{bureau.path}/papers", json={"by": OFFICER, "reference": "宝应急〔2026〕17号"}).json()

    assert (owed["paper"], owed["owed"], owed["approved_by"]) == ("opening", True, APPROVER)
    assert "paper_filed" in filed["events"]
    assert [each["owed"] for each in api.get(bureau.path).json()["papers"]] == [False]


def test_the_clock_starts_of_reports_are_shown_and_lie_in_the_past(bureau: SlopeBureau, api: TestClient) -> None:
    shown = api.get(bureau.path).json()
    body = {"plan": "slope", "level": "III", "incident": "另一处", "by": OFFICER, "approved_by": APPROVER}
    later = api.post("/api/v1/responses", json=body | {"occurred_at": "2026-09-03T18:01:00Z"})

    assert (shown["learned_at"], shown["occurred_at"]) == ("2026-09-03T17:20:00+00:00", None)
    assert later.status_code == 422
    assert "occurred at 2026-09-03 18:01:00 UTC lies in the future (now 2026-09-03 18:00:00 UTC)" in later.json()["detail"]


def test_a_drill_has_the_same_doors(bureau: SlopeBureau, api: TestClient) -> None:
    bureau.closed()
    bureau.practised()

    assert api.post(f"{bureau.path}/findings", json=FOUND).json()["changed"] is True
    assert api.get(f"{bureau.path}/reports/written/draft").json()["text"]["zh"].startswith("【演练】")
