"""The phone page in a real browser: what a person does with a thumb at night, with JavaScript and without."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from flows.model.state import TaskStatus
from tests.browser.conftest import PHONE, Served
from tests.service.field_bureau import PNG

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]
SMALLEST_TARGET = 44
"""Points on a side: what a thumb hits."""


def button(page: Page, verb: str) -> Locator:
    return page.locator(f"button[value={verb}]")


def unfold(page: Page, words: str) -> None:
    page.get_by_text(words, exact=True).first.click()


def test_one_press_acknowledges(bureau: Served, phone: Page) -> None:
    phone.goto(bureau.page())

    button(phone, "acknowledge").click()

    expect(phone.get_by_role("status")).to_have_text("✓ 已记录：收到。")
    expect(button(phone, "acknowledge")).to_have_count(0)
    assert list(bureau.task().acknowledged) == ["chenzhiyuan"]


def test_a_second_press_on_a_page_left_open_shows_when_it_was_done(bureau: Served, phone: Page) -> None:
    left_open = phone.context.new_page()
    phone.goto(bureau.page())
    left_open.goto(bureau.page())
    button(phone, "acknowledge").click()
    expect(phone.get_by_role("status")).to_be_visible()
    entries = len(bureau.history())
    bureau.clock.forward(timedelta(minutes=1))

    button(left_open, "acknowledge").click()

    expect(left_open.get_by_role("status")).to_have_text("✓ 此前已经记录，本次未作更改。")
    expect(left_open.get_by_text("您已于 09-04 02:00 确认收到（手机页面）")).to_be_visible()
    assert len(bureau.history()) == entries


def test_going_back_and_loading_again_sends_nothing_twice(bureau: Served, phone: Page) -> None:
    phone.goto(bureau.page())
    button(phone, "acknowledge").click()
    expect(phone.get_by_role("status")).to_be_visible()
    entries = len(bureau.history())

    phone.reload()
    phone.go_back()
    phone.reload()

    expect(phone.get_by_text("您已于 09-04 02:00 确认收到（手机页面）")).to_be_visible()
    assert len(bureau.history()) == entries


def test_who_declines_says_why_and_the_next_person_is_called(bureau: Served, phone: Page) -> None:
    patrol = bureau.patrolled()
    first, second = bureau.called(patrol)
    bureau.desk.decline(bureau.response, patrol, second, "test", "on leave")
    phone.goto(bureau.page(patrol, first))

    unfold(phone, "不能到")
    phone.get_by_label("原因（必填）").fill("路断，无法到达")
    button(phone, "decline").click()

    expect(phone.get_by_role("status")).to_have_text("✓ 已记录：不能到。")
    expect(phone.get_by_text("您已回复不能到：路断，无法到达")).to_be_visible()
    assert bureau.task(patrol).declined[first] == "路断，无法到达"
    assert len(bureau.called(patrol)) > 2


def test_the_browser_itself_asks_for_the_reason(bureau: Served, phone: Page) -> None:
    phone.goto(bureau.page())
    unfold(phone, "不能到")

    button(phone, "decline").click()

    expect(phone.locator("input[name=reason]:invalid")).to_have_count(1)
    assert bureau.task().declined == {}


def test_evidence_is_filled_in_and_the_task_is_done(bureau: Served, phone: Page, tmp_path: Path) -> None:
    picture = tmp_path / "堤防.png"
    picture.write_bytes(PNG)
    phone.goto(bureau.page())

    unfold(phone, "办结")
    phone.get_by_label("接报时间").fill("2026-09-04T02:01")
    phone.get_by_label("信息来源").fill("巡堤员电话")
    phone.get_by_label("地点（桩号）").fill("K12+300")
    phone.get_by_label("现场照片").set_input_files(picture)
    button(phone, "complete").click()

    expect(phone.get_by_role("status")).to_have_text("✓ 已记录：办结。")
    expect(phone.get_by_text("任务已办结，谢谢。")).to_be_visible()
    expect(button(phone, "complete")).to_have_count(0)
    task = bureau.task()
    assert task.status is TaskStatus.DONE
    assert task.missing == ()
    assert task.evidence["received"] == "2026-09-04T02:01:00+08:00"
    assert [each.read_bytes() for each in bureau.evidence_files()] == [PNG]


def test_what_is_wrong_stands_in_its_place_and_the_rest_is_still_there(bureau: Served, phone: Page, tmp_path: Path) -> None:
    picture = tmp_path / "levee.png"
    picture.write_bytes(PNG)
    phone.goto(bureau.page())
    unfold(phone, "办结")
    phone.get_by_label("接报时间").fill("2026-09-04T02:01")
    phone.get_by_label("信息来源").fill("巡堤员电话")
    phone.get_by_label("现场照片").set_input_files(picture)
    button(phone, "complete").click()
    expect(phone.get_by_role("alert")).to_contain_text("请补充标红的内容后再提交。")
    expect(phone.locator("[aria-invalid]")).to_have_count(1)
    expect(phone.get_by_label("接报时间")).to_have_value("2026-09-04T02:01")

    phone.get_by_label("地点（桩号）").fill("K12+300")
    button(phone, "complete").click()

    expect(phone.get_by_role("status")).to_have_text("✓ 已记录：办结。")
    (photo,) = bureau.task().evidence["photo"]  # type: ignore[misc]  # a field that takes several
    assert str(photo).startswith("levee.png sha256:")


def test_a_choice_of_yes_or_no_takes_one_touch(bureau: Served, phone: Page) -> None:
    patrol = bureau.patrolled()
    phone.goto(bureau.page(patrol))
    unfold(phone, "办结")

    phone.get_by_label("否", exact=True).check()
    phone.get_by_label("材料不全时").fill("表格后补")
    button(phone, "complete").click()

    expect(phone.get_by_role("status")).to_have_text("✓ 已记录：办结。")
    assert bureau.task(patrol).evidence == {"clear": False}


def test_start_and_progress_are_shown_to_the_others(bureau: Served, phone: Page) -> None:
    patrol = bureau.patrolled()
    first, second = bureau.called(patrol)
    phone.goto(bureau.page(patrol, first))

    button(phone, "start").click()
    unfold(phone, "报告进展")
    phone.get_by_label("进展情况").fill("已到三号桩，未见渗漏")
    button(phone, "progress").click()
    expect(phone.get_by_role("status")).to_have_text("✓ 已记录：进展。")
    phone.goto(bureau.page(patrol, second))

    name = bureau.task(patrol).told[first].name
    expect(phone.get_by_text(f"{name}已于 09-04 02:00 开始处置")).to_be_visible()
    expect(phone.get_by_text(f"最近进展（{name} 09-04 02:00）：已到三号桩，未见渗漏")).to_be_visible()


def test_the_switch_gives_the_page_in_english_and_keeps_it(bureau: Served, phone: Page) -> None:
    phone.goto(bureau.page())

    phone.get_by_role("link", name="English").click()
    button(phone, "acknowledge").click()

    expect(phone.get_by_role("status")).to_have_text("✓ Recorded: received.")
    expect(phone.get_by_role("link", name="中文")).to_be_visible()


def test_a_drill_cannot_be_taken_for_the_real_thing_at_either_end(bureau: Served, phone: Page) -> None:
    bureau.drill()
    phone.goto(bureau.page(bureau.patrolled()))

    marks = phone.locator(".drill")

    expect(marks).to_have_text(["【演练】EXERCISE 本页为演练，不是真实险情"] * 2)
    expect(phone).to_have_title("【演练】EXERCISE 巡堤查险")
    content = phone.locator("h1, form, details, dl")
    top, bottom = box(marks.first), box(marks.last)
    assert top["y"] <= min(box(each)["y"] for each in content.all())
    assert bottom["y"] >= max(box(each)["y"] + box(each)["height"] for each in content.all() if each.is_visible())


def test_a_forged_link_is_refused_in_both_languages(bureau: Served, phone: Page) -> None:
    phone.goto(bureau.at("/f/forged"))

    expect(phone.get_by_role("alert")).to_contain_text("链接无效")
    expect(phone.get_by_role("alert")).to_contain_text("not valid")
    expect(button(phone, "complete")).to_have_count(0)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_runs_off_the_side_and_every_target_fits_a_thumb(bureau: Served, phone: Page, language: str) -> None:
    phone.goto(f"{bureau.page(bureau.patrolled())}?lang={language}")
    for fold in phone.locator("summary").all():
        fold.click()

    for target in phone.locator("button, summary, textarea, .choice, input:not([type=hidden]):not([type=radio])").all():
        assert box(target)["height"] >= SMALLEST_TARGET
    for each in phone.locator("body *:not(option)").all():
        if each.is_visible():
            assert box(each)["x"] >= 0
            assert box(each)["x"] + box(each)["width"] <= PHONE["width"]


@pytest.fixture
def watched(browser: Browser) -> Iterator[tuple[Page, list[str], list[str]]]:
    """A page with the addresses it asked for and what its console complained of."""
    context = browser.new_context(viewport=PHONE)
    page, asked, complaints = context.new_page(), list[str](), list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    yield page, asked, complaints
    context.close()


def test_the_page_asks_for_nothing_else_and_breaks_none_of_its_own_rules(
    bureau: Served, watched: tuple[Page, list[str], list[str]]
) -> None:
    page, asked, complaints = watched

    page.goto(bureau.page(bureau.patrolled()))
    page.wait_for_load_state("networkidle")

    assert [each for each in asked if "/f/" not in each and not each.endswith("/favicon.ico")] == []
    assert [each for each in complaints if "favicon" not in each] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_by_day_and_by_night(bureau: Served, browser: Browser, scheme: str) -> None:
    context = browser.new_context(viewport=PHONE, color_scheme="dark" if scheme == "dark" else "light")
    page = context.new_page()
    bureau.drill()
    page.goto(bureau.page(bureau.patrolled()))
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    button(page, "complete").click()
    expect(page.get_by_role("alert")).to_be_visible()

    faint = [
        (words, round(contrast(ink, paper), 1)) for words, ink, paper in page.evaluate(_COLOURS) if contrast(ink, paper) < 4.5
    ]

    assert faint == []
    context.close()


_COLOURS = """() => {
  const paper = each => {
    for (let at = each; at; at = at.parentElement) {
      const found = getComputedStyle(at).backgroundColor;
      if (!found.startsWith('rgba(0, 0, 0, 0')) return found;
    }
    return 'rgb(255, 255, 255)';
  };
  const own = each => [...each.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
  const numbers = colour => colour.match(/[\\d.]+/g).slice(0, 3).map(Number);
  return [...document.querySelectorAll('body *')].filter(each => own(each) && each.getClientRects().length)
    .map(each => [each.textContent.trim().slice(0, 20), numbers(getComputedStyle(each).color), numbers(paper(each))]);
}"""


def contrast(ink: list[float], paper: list[float]) -> float:
    """As WCAG 2 measures it; 4.5 is what text needs."""
    light, dark = sorted((luminance(ink), luminance(paper)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: list[float]) -> float:
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in (each / 255 for each in colour)]
    return sum(part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


def box(locator: Locator) -> dict[str, float]:
    found = locator.bounding_box()
    assert found is not None, "it is not on the page"
    return dict(found)  # type: ignore[call-overload]  # a TypedDict of floats
