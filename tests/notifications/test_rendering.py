"""Rendering: a drill always carries its mark and a real message never does; a broken template still says what matters."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.message import Outgoing, Priority
from notifications.outbox import DeliveryView
from notifications.rendering import VARIABLES, Renderer, TemplateText
from notifications.states import State

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
REAL = DeliveryView(
    id="r-1",
    response="R-1",
    plan_digest="0123456789abcdef",
    assignment="levee_patrol",
    step="call",
    epoch=0,
    person="chen",
    channel="sms",
    address="+8613812340001",
    name="陈建国",
    language="zh",
    template="call",
    parameters={"plan": "防汛", "level": "III", "task": "巡堤查险"},
    priority=Priority.OPERATION,
    answerable=True,
    code=7,
    at=NOW,
    expires=NOW,
    state=State.SENDING,
    attempts=1,
    look_ups=0,
    next_at=None,
    claimed_by="",
    provider_id="",
    provider_code="",
    detail="",
    in_doubt=False,
    queued_at=NOW,
    sending_at=NOW,
    accepted_at=None,
    sent_at=None,
    delivered_at=None,
    read_at=None,
    answered_at=None,
    ended_at=None,
)
DRILL = replace(REAL, id="d-1", response="D-1")
LINK = "https://example.invalid/f/token"


def rendered(view: DeliveryView, text: str, short: str | None = None) -> tuple[Outgoing, str]:
    source = TemplateText("{{ plan }}", text, text if short is None else short)
    rendering = Renderer(lambda digest, template, language: source, lambda view: LINK)(view)
    return rendering.outgoing, rendering.fault


def test_a_call_says_who_and_what_in_the_words_of_the_plan() -> None:
    outgoing, fault = rendered(
        REAL, "{{ person }}：{{ task }}（{{ level }}级），回复 {{ answer_code }} 或打开 {{ link }}", "{{ code }}"
    )

    assert fault == ""
    assert outgoing.title == "防汛"
    assert outgoing.text == f"陈建国：巡堤查险（III级），回复 1 07 或打开 {LINK}"
    assert (outgoing.short, outgoing.code, outgoing.link) == ("07", "07", LINK)


def test_a_notice_that_asks_for_no_answer_has_neither_code_nor_link() -> None:
    outgoing, _ = rendered(replace(REAL, answerable=False), "{{ task }}{{ code }}{{ link }}{{ answer_code }}")

    assert (outgoing.text, outgoing.code, outgoing.link) == ("巡堤查险", "", "")


@pytest.mark.parametrize(
    ("language", "expected"),
    [("zh", "【演练】巡堤【演练】"), ("zh-Hans", "【演练】巡堤【演练】"), ("en", "[EXERCISE] 巡堤 [EXERCISE]")],
)
def test_a_drill_is_marked_before_and_after(language: str, expected: str) -> None:
    outgoing, _ = rendered(replace(DRILL, language=language), "巡堤")

    assert (outgoing.text, outgoing.short) == (expected, expected)


def test_providers_get_the_mark_as_a_variable_without_the_brackets_that_they_refuse() -> None:
    assert rendered(DRILL, "")[0].variables["mark"] == "演练"
    assert rendered(replace(DRILL, language="en"), "")[0].variables["mark"] == "EXERCISE"
    assert rendered(REAL, "")[0].variables["mark"] == ""


pieces = st.sampled_from(
    ["【演练】", "【", "】", "[EXERCISE]", "［exercise］", "[ EXERCISE ]", "\u200b", "{{ task }}", "{{ reason }}", "{%", "{{"]
)
sources = st.lists(st.one_of(pieces, st.text(max_size=8)), max_size=8).map("".join)
languages = st.sampled_from(["zh", "en"])


@given(sources, sources, languages)
def test_every_drill_text_carries_the_mark_whatever_the_template(source: str, reason: str, language: str) -> None:
    view = replace(DRILL, language=language, parameters={**DRILL.parameters, "reason": reason})
    outgoing, _ = rendered(view, source)

    mark = "【演练】" if language == "zh" else "[EXERCISE]"
    for text in (outgoing.title, outgoing.text, outgoing.short):
        assert text.startswith(mark)
        assert text.endswith(mark)
        assert text.count(mark) == 2


@given(sources, sources, languages)
def test_no_real_text_carries_the_mark_whatever_the_template(source: str, reason: str, language: str) -> None:
    view = replace(REAL, language=language, parameters={**REAL.parameters, "reason": reason})
    outgoing, _ = rendered(view, source)

    for text in (outgoing.title, outgoing.text, outgoing.short, *outgoing.variables.values()):
        assert "【" not in text
        assert "[EXERCISE]" not in text.upper().replace(" ", "")
        assert "演练】" not in text


@pytest.mark.parametrize(
    "source",
    [
        "{{ nobody }}",
        "{{ task",
        "{{ task.__class__.__mro__ }}",
        "{{ 'x' * 100000000 }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ 'x'.ljust(1000000000) }}",
        "{% for n in range(1000000) %}x{% endfor %}",
        "{{ 1 / 0 }}",
    ],
)
def test_a_broken_template_gives_a_plain_sentence_with_all_that_matters_and_tells_the_fault(source: str) -> None:
    outgoing, fault = rendered(REAL, source)

    for part in ("防汛", "III", "巡堤查险", "07", LINK):
        assert part in outgoing.text
        assert part in outgoing.short
    assert "template 'call' (zh) of plan 0123456789ab" in fault


def test_the_plain_sentence_is_in_the_language_of_the_person() -> None:
    outgoing, _ = rendered(replace(REAL, language="en"), "{{ nobody }}")

    assert outgoing.text == f"防汛, level III: 巡堤查险. Code 07: reply 1 07 to confirm. {LINK}"


def test_a_plan_or_a_link_that_cannot_be_had_does_not_hold_the_message_back() -> None:
    def no_plan(digest: str, template: str, language: str) -> TemplateText:
        raise LookupError(digest)

    def no_link(view: DeliveryView) -> str:
        raise OSError("key file")

    rendering = Renderer(no_plan, no_link)(REAL)

    assert "巡堤查险" in rendering.outgoing.text
    assert "key file" in rendering.fault


def test_values_lose_control_and_direction_characters_and_stay_on_one_line() -> None:
    view = replace(REAL, parameters={"reason": "一\u202e二\x00三\n四\u200b五"})

    assert rendered(view, "{{ reason }}")[0].text == "一二三 四五"


def test_values_are_never_taken_for_template_source() -> None:
    view = replace(REAL, parameters={"reason": "{{ 7*7 }}"})

    assert rendered(view, "{{ reason }}")[0].text == "{{ 7*7 }}"


def test_a_call_cannot_forge_code_or_link() -> None:
    view = replace(REAL, parameters={"code": "99", "link": "https://elsewhere.invalid", "mark": "演练"})
    outgoing, _ = rendered(view, "{{ code }} {{ link }}")

    assert outgoing.text == f"07 {LINK}"
    assert outgoing.variables["mark"] == ""


def test_every_promised_variable_can_be_named_even_when_the_call_does_not_give_it() -> None:
    _, fault = rendered(replace(REAL, parameters={}), "".join(f"{{{{ {name} }}}}" for name in VARIABLES))

    assert fault == ""


def test_an_endless_text_is_cut_but_a_drill_keeps_its_last_mark() -> None:
    outgoing, _ = rendered(DRILL, "水" * 5000)

    assert outgoing.short.endswith("…【演练】")
    assert len(outgoing.short) < 500
