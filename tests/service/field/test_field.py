"""The phone page: what a link allows, what it shows, and that a second click changes nothing."""

from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient

from flows.model.events import ProgressReported, TaskAcknowledged
from flows.model.state import TaskStatus
from flows.testing.night import only
from tests.service.field_bureau import FieldBureau

LARGEST_PAGE = 12 * 1024


@pytest.fixture
def phone(bureau: FieldBureau) -> TestClient:
    return TestClient(bureau.app(), raise_server_exceptions=False)


def test_the_page_says_what_where_and_until_when(bureau: FieldBureau, phone: TestClient) -> None:
    page = phone.get(bureau.link()).text

    for words in ("防汛应急预案", "III", "F01", "接收并核实水情险情信息", "渭河洪水", "城东堤段", "09-04 02:03", "陈志远"):
        assert words in page


def test_the_page_says_who_else_was_called_and_whether_they_answered(bureau: FieldBureau, phone: TestClient) -> None:
    patrol = bureau.patrolled()
    first, second = bureau.called(patrol)

    before = phone.get(bureau.link(patrol, first)).text
    phone.post(bureau.link(patrol, second), data={"verb": "acknowledge"})
    after = phone.get(bureau.link(patrol, first)).text

    name = bureau.task(patrol).told[second].name
    assert f"{name}: 未回复" in before
    assert f"{name}: ✓ 已收到" in after


def test_the_longest_page_is_small_and_asks_for_nothing_from_outside(bureau: FieldBureau, phone: TestClient) -> None:
    bureau.drill()

    page = phone.post(bureau.link(bureau.patrolled()), data={"verb": "complete"})

    assert page.status_code == 422
    assert len(page.content) < LARGEST_PAGE
    for outside in ("http:", "https:", "src=", "<script", "<link", "url(", "@import"):
        assert outside not in page.text


def test_an_acknowledgement_is_recorded_and_shown_at_once(bureau: FieldBureau, phone: TestClient) -> None:
    answer = phone.post(bureau.link(), data={"verb": "acknowledge"})

    assert [each.status_code for each in answer.history] == [303]
    assert "已记录：收到。" in answer.text
    (event,) = only(TaskAcknowledged, bureau.history())
    assert (event.person, event.via) == ("chenzhiyuan", "link")


def test_a_second_click_shows_when_it_was_acknowledged_and_changes_nothing(bureau: FieldBureau, phone: TestClient) -> None:
    phone.post(bureau.link(), data={"verb": "acknowledge"})
    before = bureau.history()
    bureau.clock.forward(timedelta(minutes=2))

    answer = phone.post(bureau.link(), data={"verb": "acknowledge"})

    assert answer.status_code == 200
    assert "您已于 09-04 02:00 确认收到（手机页面）" in answer.text
    assert "此前已经记录，本次未作更改。" in answer.text
    assert bureau.history() == before


@pytest.mark.parametrize(
    ("verb", "more"),
    [("decline", {"reason": "路断"}), ("start", {}), ("progress", {"text": "已到三号桩"}), ("complete", {"reason": "材料后补"})],
)
def test_each_verb_pressed_twice_is_done_once(bureau: FieldBureau, phone: TestClient, verb: str, more: dict[str, str]) -> None:
    first = phone.post(bureau.link(), data={"verb": verb, **more})
    before = bureau.history()
    second = phone.post(bureau.link(), data={"verb": verb, **more})

    assert (first.status_code, second.status_code) == (200, 200)
    assert "已记录" in first.text
    assert [each.kind for each in bureau.history()] == [each.kind for each in before]


def test_the_same_words_after_other_words_are_a_new_report(bureau: FieldBureau, phone: TestClient) -> None:
    for words in ("水位上涨", "水位平稳", "水位上涨"):
        phone.post(bureau.link(), data={"verb": "progress", "text": words})

    assert [each.text for each in only(ProgressReported, bureau.history())] == ["水位上涨", "水位平稳", "水位上涨"]


def test_opening_or_previewing_a_link_changes_nothing(bureau: FieldBureau, phone: TestClient) -> None:
    before = bureau.history()

    page, preview = phone.get(bureau.link() + "?did=acknowledge&verb=acknowledge"), phone.head(bureau.link())

    assert (page.status_code, preview.status_code) == (200, 200)
    assert bureau.history() == before
    assert "已记录" not in page.text, "an address may not claim what the record does not bear out"


def test_every_answer_may_be_neither_kept_framed_nor_told_on(bureau: FieldBureau, phone: TestClient) -> None:
    answers = [
        phone.get(bureau.link()),
        phone.get("/f/forged"),
        phone.post(bureau.link(), data={"verb": "acknowledge"}, follow_redirects=False),
        phone.post(bureau.link(), data={"verb": "decline"}),
    ]

    assert [each.status_code for each in answers] == [200, 403, 303, 422]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        for rule in ("default-src 'none'", "style-src 'unsafe-inline'", "form-action 'self'", "frame-ancestors 'none'"):
            assert rule in policy
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_page_comes_in_the_persons_language_and_switches(bureau: FieldBureau, phone: TestClient) -> None:
    chinese, english = phone.get(bureau.link()).text, phone.get(bureau.link() + "?lang=en").text

    assert '<html lang="zh">' in chinese
    assert "收到" in chinese
    assert 'href="?lang=en"' in chinese
    assert '<html lang="en">' in english
    assert "Received" in english
    assert 'href="?lang=zh"' in english


def test_the_language_asked_for_stays_after_a_click(bureau: FieldBureau, phone: TestClient) -> None:
    answer = phone.post(bureau.link() + "?lang=en", data={"verb": "acknowledge"})

    assert "Recorded: received." in answer.text


def test_a_drill_says_so_in_the_title_at_the_top_and_at_the_bottom(bureau: FieldBureau, phone: TestClient) -> None:
    bureau.drill()

    page = phone.get(bureau.link()).text

    assert "<title>【演练】EXERCISE " in page
    body = page[page.index("<body>") :]
    assert body.count('<p class="drill">') == 2
    assert body.index('<p class="drill">') < body.index("<h1>")
    assert body.rindex('<p class="drill">') > body.index("<form")


def test_a_real_page_cannot_be_dressed_as_a_drill(tmp_path: Path) -> None:
    bureau = FieldBureau(tmp_path / "other")
    bureau.flood(incident="【演练】渭河")

    page = TestClient(bureau.app()).get(bureau.link()).text

    assert "【演练】" not in page
    bureau.home.database.close()


def test_hostile_words_are_shown_as_words(bureau: FieldBureau, phone: TestClient) -> None:
    bureau.flood(incident="<script>alert(1)</script>")

    page = phone.post(bureau.link(), data={"verb": "progress", "text": '"><img src=x onerror=alert(1)>'}).text

    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_who_declines_must_say_why_and_keeps_what_was_typed(bureau: FieldBureau, phone: TestClient) -> None:
    refused = phone.post(bureau.link(), data={"verb": "decline", "reason": "  "})
    done = phone.post(bureau.link(), data={"verb": "decline", "reason": "路断，无法到达"})

    assert refused.status_code == 422
    assert "请写明原因，未作更改。" in refused.text
    assert '<details class="decline" open>' in refused.text
    assert "您已回复不能到：路断，无法到达" in done.text
    assert bureau.task().declined == {"chenzhiyuan": "路断，无法到达"}


def test_an_unknown_verb_changes_nothing(bureau: FieldBureau, phone: TestClient) -> None:
    before = bureau.history()

    answer = phone.post(bureau.link(), data={"verb": "explode"})

    assert answer.status_code == 400
    assert "没有这个操作" in answer.text
    assert bureau.history() == before


def refused_in_both_languages(answer: httpx.Response, status: int, zh: str, en: str) -> None:
    assert answer.status_code == status
    assert zh in answer.text
    assert en in answer.text


def test_a_forged_link_is_refused_before_its_form_is_read(bureau: FieldBureau, phone: TestClient) -> None:
    good, other = bureau.link(), bureau.link(person="someone")
    forged = good.split(".")[0] + "." + other.split(".")[1]
    before = bureau.history()

    for path in (forged, "/f/rubbish", good[:-3]):
        refused_in_both_languages(phone.get(path), 403, "链接无效", "not valid")
        refused_in_both_languages(phone.post(path, data={"verb": "acknowledge"}), 403, "链接无效", "not valid")

    assert bureau.history() == before


def test_an_expired_link_is_gone(bureau: FieldBureau, phone: TestClient) -> None:
    link = bureau.link(keeps=timedelta(hours=1))
    bureau.clock.forward(timedelta(hours=1))

    refused_in_both_languages(phone.get(link), 410, "过期", "expired")
    refused_in_both_languages(phone.post(link, data={"verb": "acknowledge"}), 410, "过期", "expired")
    assert bureau.task().acknowledged == {}


def test_a_link_to_a_task_that_does_not_exist_is_not_found(bureau: FieldBureau, phone: TestClient) -> None:
    refused_in_both_languages(phone.get(bureau.link("nothing.1", "chenzhiyuan")), 404, "不存在", "no such")


def test_somebody_who_was_not_called_may_neither_look_nor_answer(bureau: FieldBureau, phone: TestClient) -> None:
    link = bureau.link(person="luozhijun")

    refused_in_both_languages(phone.get(link), 403, "没有叫应您", "not called")
    refused_in_both_languages(phone.post(link, data={"verb": "acknowledge"}), 403, "没有叫应您", "not called")
    assert bureau.task().acknowledged == {}


def test_a_withdrawn_task_says_so_and_takes_no_answer(bureau: FieldBureau, phone: TestClient) -> None:
    patrol = bureau.patrolled()
    bureau.stood_down()
    before = bureau.history()

    page, answer = phone.get(bureau.link(patrol)), phone.post(bureau.link(patrol), data={"verb": "complete", "reason": "x"})

    assert (page.status_code, answer.status_code) == (409, 409)
    assert "任务已撤销，无需处置。" in page.text
    assert "<form" not in page.text
    assert "状态已经变化，未作更改" in answer.text
    assert bureau.history() == before


def test_a_closed_response_says_so_and_takes_no_answer(bureau: FieldBureau, phone: TestClient) -> None:
    patrol = bureau.patrolled()
    bureau.closed()
    before = bureau.history()

    page, answer = phone.get(bureau.link(patrol)), phone.post(bureau.link(patrol), data={"verb": "acknowledge"})

    assert (page.status_code, answer.status_code) == (409, 409)
    assert "响应已结束，无需再操作。" in page.text
    assert "<form" not in page.text
    assert bureau.history() == before


def test_a_done_task_thanks_and_shows_who_did_it(bureau: FieldBureau, phone: TestClient) -> None:
    phone.post(bureau.link(), data={"verb": "complete", "reason": "材料后补"})

    page = phone.get(bureau.link())

    assert page.status_code == 200
    assert "任务已办结，谢谢。" in page.text
    assert "陈志远已于 09-04 02:00 办结" in page.text
    assert bureau.task().status is TaskStatus.DONE


def test_what_fails_while_it_is_done_is_told_on_the_page_that_asked(bureau: FieldBureau, phone: TestClient) -> None:
    """The deputy was released by a reassignment between the page and the click."""
    patrol = bureau.patrolled()
    first, second = bureau.called(patrol)
    link = bureau.link(patrol, second)
    bureau.desk.reassign(bureau.response, patrol, "chenzhiyuan", "test", [first], "one is enough")

    answer = phone.post(link, data={"verb": "acknowledge"})

    refused_in_both_languages(answer, 403, "可能已改派他人", "not called for this task now")
