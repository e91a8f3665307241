"""The body of a WeCom message for a delivery: the same delivery always gives the same bytes, so a second copy is dropped.

Two deliveries never give the same bytes, as the second would be dropped too: each body names its delivery.
"""

import html
import json
from typing import Any

from notifications.channels.text_limits import cut_bytes
from notifications.message import Outgoing, Verb

TEXT = 2048
CARD_TITLE = 128
CARD_TEXT = 512
"""Bytes; WeCom cuts what is longer without saying so."""
_DUPLICATE_CHECK_SECONDS = 4 * 60 * 60
_LABELS = {
    "zh": {Verb.ACKNOWLEDGE: "收到", Verb.DECLINE: "不能到", "more": "查看详情", "code": "短码", "reference": "编号"},
    "en": {Verb.ACKNOWLEDGE: "Received", Verb.DECLINE: "Cannot", "more": "Open", "code": "Code", "reference": "Ref"},
}
BUTTONS = {"ack": Verb.ACKNOWLEDGE, "decline": Verb.DECLINE}


def body(message: Outgoing, agent: int, *, with_buttons: bool) -> bytes:
    if message.answerable and with_buttons:
        content = _button_card(message)
    elif message.link:
        content = _text_card(message)
    else:
        content = {"msgtype": "text", "text": {"content": _whole_text(message)}}
    common = {
        "touser": message.address,
        "agentid": agent,
        "enable_duplicate_check": 1,
        "duplicate_check_interval": _DUPLICATE_CHECK_SECONDS,
    }
    return encode(common | content)


def chat(message: Outgoing) -> dict[str, Any]:
    """What a smart bot says to one member: a card where an answer is asked for, a text otherwise."""
    if message.answerable:
        return {"chatid": message.address} | _button_card(message)
    link = f"\n{message.link}" if message.link else ""
    return {"chatid": message.address, "msgtype": "markdown", "markdown": {"content": _whole_text(message) + link}}


def encode(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _button_card(message: Outgoing) -> dict[str, Any]:
    labels = _labels(message)
    card: dict[str, Any] = {
        "card_type": "button_interaction",
        "main_title": {"title": cut_bytes(message.title, CARD_TITLE)},
        "sub_title_text": cut_bytes(message.text, CARD_TEXT),
        "task_id": message.delivery,
        "button_list": [
            {"text": labels[verb], "style": style, "key": key} for style, (key, verb) in enumerate(BUTTONS.items(), start=1)
        ],
    }
    if message.code:
        card["horizontal_content_list"] = [{"keyname": labels["code"], "value": message.code}]
    if message.link:
        card["card_action"] = {"type": 1, "url": message.link}
    return {"msgtype": "template_card", "template_card": card}


def _text_card(message: Outgoing) -> dict[str, Any]:
    """WeCom reads the description as markup, so the text of people and alerts is escaped."""
    reference = f'<div class="gray">{_reference(message)}</div>'
    card = {
        "title": cut_bytes(message.title, CARD_TITLE),
        "description": _escaped(message.text, CARD_TEXT - len(reference.encode())) + reference,
        "url": message.link,
        "btntxt": _labels(message)["more"],
    }
    return {"msgtype": "textcard", "textcard": card}


def _escaped(text: str, limit: int) -> str:
    escaped = html.escape(text, quote=False)
    while len(escaped.encode()) > limit:
        text = cut_bytes(text, len(text.encode()) - (len(escaped.encode()) - limit) - len("…".encode()))
        escaped = html.escape(text, quote=False)
    return escaped


def _whole_text(message: Outgoing) -> str:
    head = message.title + "\n" if message.title and not message.text.startswith(message.title) else ""
    tail = f"\n{_reference(message)}"
    return cut_bytes(head + message.text, TEXT - len(tail.encode())) + tail


def _reference(message: Outgoing) -> str:
    return f"{_labels(message)['reference']} {message.delivery}"


def _labels(message: Outgoing) -> dict[Any, str]:
    return _LABELS["en" if message.language.startswith("en") else "zh"]
