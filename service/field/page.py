"""The HTML of the phone page: under 12 KB, nothing from outside. Decides the HTTP status from how the task stands."""

from collections.abc import Mapping
from dataclasses import dataclass

from plans.model import Text
from service.field.views import FieldView
from service.field.words import WORDS, Language
from service.html import template

OVER = 409


@dataclass(frozen=True, slots=True)
class Page:
    html: str
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """What was asked and not done: the words, and what had been typed."""

    status: int
    told: Text
    verb: str = ""
    typed: Mapping[str, str]
    is_alike: bool = False
    """A finding that looks like another: the page asks whether it is one of its own."""


def task_page(view: FieldView, did: str = "", refused: Refused | None = None, *, again: bool = False) -> Page:
    """A closed response or a withdrawn task answers 409, so that a machine knows it too; the page still says how it stands."""
    words = WORDS[view.language]
    is_gone = view.is_over and view.over_because != "done"
    html = template("field.html").render(
        lang=view.language,
        other="zh" if view.language == "en" else "en",
        view=view,
        words=words,
        said=_said(view, did, again=again),
        refused=refused,
        open_verb=refused.verb if refused else "",
        typed=refused.typed if refused else {},
        mark=_mark(is_drill=view.is_drill),
        spoken=_Spoken(view.language),
    )
    return Page(html, refused.status if refused else OVER if is_gone else 200)


def error_page(status: int, told: Text, *, is_drill: bool = False) -> Page:
    """For when there is no task to show; always in both languages."""
    html = template("field_error.html").render(
        lang="zh", told=told, words=WORDS, is_drill=is_drill, mark=_mark(is_drill=is_drill)
    )
    return Page(html, status)


def _said(view: FieldView, did: str, *, again: bool) -> str:
    """Only what the record bears out: an address can claim anything."""
    was_done = {
        "acknowledge": view.mine is not None,
        "decline": bool(view.my_refusal),
        "start": view.deeds.start is not None,
        "progress": view.deeds.progress is not None,
        "complete": view.deeds.complete is not None,
        "send_back": view.over_because == "sent_back",
        "file": view.deeds.complete is not None,
        "find": view.found is not None,
    }
    if not was_done.get(did, False):
        return ""
    words = WORDS[view.language]
    return words["again"] if again else words[f"did_{did}"]


def _mark(*, is_drill: bool) -> str:
    return "【演练】EXERCISE " if is_drill else ""


class _Spoken:
    """A fault as the page says it: a key of `WORDS`, or a text in both languages."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def __call__(self, fault: str | Text) -> str:
        if isinstance(fault, Text):
            return fault.en if self._language == "en" else fault.zh
        return WORDS[self._language][fault]
