"""The body of a WeCom message: the provider's limits are bytes, and the same delivery gives the same bytes."""

import json
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as some

from notifications.channels.wecom_messages import CARD_TEXT, CARD_TITLE, TEXT, body
from notifications.message import Outgoing
from store.kinds import Kind

Make = Callable[..., Outgoing]


def _outgoing(text: str, *, link: str, answerable: bool) -> Outgoing:
    return Outgoing(
        "d-1", Kind.REAL, "zhang", text[:80], text, text, "call", {}, "zh", link=link, code="07", answerable=answerable
    )


def test_the_same_delivery_gives_the_same_bytes(message: Make) -> None:
    assert body(message(), 1, with_buttons=True) == body(message(), 1, with_buttons=True)


def test_the_card_bears_the_delivery_as_its_task(message: Make) -> None:
    card = json.loads(body(message(), 1000002, with_buttons=True))

    assert card["template_card"]["task_id"] == "d-0001"
    assert (card["agentid"], card["touser"], card["enable_duplicate_check"]) == (1000002, "13800000001", 1)


def test_an_english_speaker_gets_english_buttons(message: Make) -> None:
    card = json.loads(body(message(language="en"), 1, with_buttons=True))

    assert [button["text"] for button in card["template_card"]["button_list"]] == ["Received", "Cannot"]


@given(some.text(max_size=1500))
def test_a_text_never_exceeds_what_wecom_shows_and_keeps_its_reference(text: str) -> None:
    content = json.loads(body(_outgoing(text, link="", answerable=False), 1, with_buttons=True))["text"]["content"]

    assert len(content.encode()) <= TEXT
    assert content.endswith("编号 d-1")


@given(some.text(alphabet="堤&<>a\n", max_size=600))
def test_a_text_card_never_exceeds_what_wecom_shows_though_its_markup_is_escaped(text: str) -> None:
    card = json.loads(body(_outgoing(text, link="https://x/f", answerable=False), 1, with_buttons=True))["textcard"]

    assert len(card["title"].encode()) <= CARD_TITLE
    assert len(card["description"].encode()) <= CARD_TEXT
    assert card["description"].endswith('<div class="gray">编号 d-1</div>')
    assert "<" not in card["description"].removesuffix('<div class="gray">编号 d-1</div>')
