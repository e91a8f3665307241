"""What WeCom checks in a message before it sends it, and what it cuts without saying so; pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_REFERENCE = re.compile(r"(?:编号|Ref) ([0-9a-z-]{1,40})(?:</div>)?\s*(?:\nhttps?://\S+\s*)?$")
_TASK = re.compile(r"[0-9A-Za-z_\-@]{1,128}")
_MOST_PEOPLE = 1000
_MOST_BUTTONS = 6


@dataclass(frozen=True, slots=True)
class Refused:
    errcode: int
    errmsg: str


@dataclass(frozen=True, slots=True)
class Shaped:
    """A message as the member will see it."""

    people: tuple[str, ...]
    form: str
    title: str
    text: str
    link: str
    delivery: str
    buttons: tuple[tuple[str, str], ...]


def shape(content: Mapping[str, Any], *, agent: int, has_callback: bool) -> Shaped | Refused:
    if content.get("agentid") != agent:
        return Refused(40056, "invalid agentid")
    people = tuple(name for name in str(content.get("touser", "")).split("|") if name)
    if not people:
        return Refused(40032, "invalid user list size")
    if len(people) > _MOST_PEOPLE:
        return Refused(40031, "invalid userid list")
    form = content.get("msgtype")
    part = content.get(str(form))
    if form not in ("text", "textcard", "template_card") or not isinstance(part, dict):
        return Refused(40008, "invalid message type")
    if form == "text":
        return _text(people, part)
    return _text_card(people, part) if form == "textcard" else _button_card(people, part, has_callback=has_callback)


def _text(people: tuple[str, ...], part: Mapping[str, Any]) -> Shaped | Refused:
    text = _cut(part.get("content"), 2048)
    return Shaped(people, "text", "", text, "", reference_in(text), ()) if text else Refused(44004, "empty content")


def _text_card(people: tuple[str, ...], part: Mapping[str, Any]) -> Shaped | Refused:
    title, text, link = _cut(part.get("title"), 128), _cut(part.get("description"), 512), str(part.get("url", ""))
    if not (title and text and link):
        return Refused(40058, "invalid Request Parameter: title, description and url are required")
    return Shaped(people, "textcard", title, text, link, reference_in(text), ())


def _button_card(people: tuple[str, ...], part: Mapping[str, Any], *, has_callback: bool) -> Shaped | Refused:
    buttons, task = part.get("button_list"), str(part.get("task_id", ""))
    if part.get("card_type") != "button_interaction":
        return Refused(40058, "invalid Request Parameter: only button_interaction is simulated")
    if not has_callback:
        return Refused(40058, "invalid Request Parameter: the application has no callback url")
    if not _TASK.fullmatch(task):
        return Refused(42014, "invalid task_id")
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= _MOST_BUTTONS:
        return Refused(40058, "invalid Request Parameter: button_list takes 1 to 6")
    if not all(isinstance(one, dict) and one.get("key") and one.get("text") for one in buttons):
        return Refused(40058, "invalid Request Parameter: a button needs key and text")
    title = str(part.get("main_title", {}).get("title", ""))
    text = str(part.get("sub_title_text", ""))
    if not (title or text):
        return Refused(40058, "invalid Request Parameter: main_title or sub_title_text is required")
    link = str(part.get("card_action", {}).get("url", ""))
    return Shaped(people, "template_card", title, text, link, task, tuple((one["key"], one["text"]) for one in buttons))


def _cut(text: object, limit: int) -> str:
    return str(text or "").encode()[:limit].decode(errors="ignore")


def reference_in(text: str) -> str:
    """Of the delivery, as it stands at the end of a text."""
    match = _REFERENCE.search(text)
    return match[1] if match else ""
