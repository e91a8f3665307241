"""The phone page without a script: a report filed from its draft, a finding reported, a task that stands still."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from flows.model.events import FindingReported, ReportFiled
from flows.model.state import TaskStatus
from flows.testing.night import only
from service.desk.ground_desk import Found, GroundDesk
from tests.service.field_bureau import OFFICER
from tests.service.slope_bureau import LEADER, SlopeBureau

REPORT = {"verb": "file", "report": "G244滑坡：死亡2人。\r\n正在核实。", "signed_by": LEADER, "receipt": "传真0213"}


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[SlopeBureau]:
    bureau = SlopeBureau(tmp_path / "home")
    bureau.slope()
    yield bureau
    bureau.home.database.close()


@pytest.fixture
def phone(bureau: SlopeBureau) -> TestClient:
    return TestClient(bureau.app(), raise_server_exceptions=False)


def test_the_report_is_prefilled_and_says_what_is_not_known_and_who_may_sign(bureau: SlopeBureau, phone: TestClient) -> None:
    page = phone.get(bureau.link("written.1")).text

    for words in (">G244滑坡：死亡待核实人。</textarea>", "待核实”：死亡人数", "市政府", f'value="{LEADER}">赵建国', "回执"):
        assert words in page
    assert 'value="complete"' not in page
    assert "<script" not in page


def test_a_report_filed_from_the_phone_completes_the_task_and_a_second_thumb_changes_nothing(
    bureau: SlopeBureau, phone: TestClient
) -> None:
    link = bureau.link("written.1")

    first, second = phone.post(link, data=REPORT), phone.post(link, data=REPORT)

    assert "已记录：报告已报出。" in first.text
    assert "此前已经记录" in second.text
    (filed,) = only(ReportFiled, bureau.history())
    assert (filed.text, filed.signed_by, filed.via) == ("G244滑坡：死亡2人。\n正在核实。", LEADER, "link")
    assert bureau.task("written.1").status is TaskStatus.DONE


def test_a_report_without_a_signature_keeps_what_was_typed(bureau: SlopeBureau, phone: TestClient) -> None:
    page = phone.post(bureau.link("written.1"), data=REPORT | {"signed_by": ""})

    assert page.status_code == 422
    for words in ("请选择签发人，未作更改。", "死亡2人。\n正在核实。</textarea>", 'value="传真0213"'):
        assert words in page.text
    assert only(ReportFiled, bureau.history()) == []


def test_somebody_called_reports_a_finding_and_its_people_are_called(bureau: SlopeBureau, phone: TestClient) -> None:
    link = bureau.link("written.1")
    found = {"verb": "find", "of": "danger", "label": "K875+900", "evidence.sort": "crack"}

    page, again = phone.post(link, data=found), phone.post(link, data=found)

    assert "已记录，相关人员已叫应。" in page.text
    assert "您最近报告（09-04 02:00）：K875+900" in page.text
    assert "此前已经记录" in again.text
    (reported,) = only(FindingReported, bureau.history())
    assert (reported.by, reported.values) == (OFFICER, {"sort": "crack"})
    assert bureau.called("judge.1") == [LEADER]


def test_a_finding_that_does_not_fit_is_shown_again_with_what_was_typed(bureau: SlopeBureau, phone: TestClient) -> None:
    page = phone.post(bureau.link("written.1"), data={"verb": "find", "of": "danger", "label": " ", "evidence.chainage": "K9"})

    assert page.status_code == 422
    assert "请写明地点或名称" in page.text
    assert 'value="K9"' in page.text
    assert "<details open><summary>报告险情</summary>" in page.text


def test_a_finding_of_a_kind_that_does_not_exist_changes_nothing(bureau: SlopeBureau, phone: TestClient) -> None:
    page = phone.post(bureau.link("written.1"), data={"verb": "find", "of": "nothing", "label": "K9"})

    assert page.status_code == 404
    assert only(FindingReported, bureau.history()) == []


def test_a_finding_is_offered_only_to_those_who_may_report_it(bureau: SlopeBureau, phone: TestClient) -> None:
    phone.post(bureau.link("written.1"), data={"verb": "find", "of": "danger", "label": "K875+900"})

    assert "报告险情" in phone.get(bureau.link("written.1")).text
    assert "报告险情" not in phone.get(bureau.link("judge.1", LEADER)).text


def test_the_page_of_a_task_that_stands_still_says_stop(bureau: SlopeBureau, phone: TestClient) -> None:
    bureau.clock.forward(timedelta(hours=6))  # the sun is up: clearing begins
    bureau.home.engine.tick(bureau.response)
    link = bureau.link("clear.1")
    phone.post(link, data={"verb": "acknowledge"})
    before = phone.get(link).text
    bureau.desk.suspend(bureau.response, "clear.1", OFFICER, "test", "裂缝")

    assert "请在此前报告进展" in before
    assert "任务暂停中" not in before
    assert "任务暂停中，请停止作业" in phone.get(link).text


def test_a_choice_is_chosen_from_a_list(bureau: SlopeBureau, phone: TestClient) -> None:
    page = phone.get(bureau.link("written.1")).text

    assert '<select name="evidence.sort"><option value="">请选择</option><option value="crack">裂缝</option>' in page


def test_the_english_page_speaks_english(bureau: SlopeBureau, phone: TestClient) -> None:
    page = phone.get(bureau.link("written.1") + "?lang=en").text

    for words in ("G244滑坡: being verified dead.", "Report danger", "Signed by", "Receipt"):
        assert words in page


def test_what_somebody_else_found_a_moment_ago_is_asked_about_and_reported_when_it_is_another(
    bureau: SlopeBureau, phone: TestClient
) -> None:
    GroundDesk(bureau.home).report(bureau.response, Found(of="danger", label="K875+900", by=LEADER), "test")
    found = {"verb": "find", "of": "danger", "label": "k875 + 900"}

    asked = phone.post(bureau.link("written.1"), data=found)
    told = phone.post(bureau.link("written.1"), data=found | {"another": "yes"})

    assert asked.status_code == 409
    assert "报告的 danger-1 相同" in asked.text
    assert 'name="another"' in asked.text
    assert 'name="another"' not in told.text
    assert list(bureau.home.engine.head(bureau.response).state.findings) == ["danger-1", "danger-2"]
