"""Message templates for the rules: their texts with places, parsed, and filled in with the longest words of the plan."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from plans.diagnostic import Mark
from plans.draft import Draft
from plans.model import Text
from plans.reader import Scalar

variables = (
    "plan",
    "level",
    "task",
    "code",
    "assignment",
    "person",
    "role",
    "incident",
    "place",
    "deadline",
    "reason",
    "link",
    "answer_code",
)
filters = (
    "d",
    "default",
    "first",
    "int",
    "join",
    "last",
    "length",
    "lower",
    "replace",
    "round",
    "title",
    "trim",
    "truncate",
    "upper",
)


@dataclass(frozen=True, slots=True)
class TemplateText:
    """One text of one message in one language (`both` when a plain string stands for both)."""

    source: str
    language: str
    is_short: bool
    node: Scalar

    @property
    def mark(self) -> Mark:
        return self.node.mark

    def place(self, offset: int) -> Mark:
        return self.node.mark_at(offset)

    def line_mark(self, line: int) -> Mark:
        """Where a line of the text begins, counted from 1."""
        lines = self.source.split("\n")
        return self.place(sum(len(each) + 1 for each in lines[: line - 1]))

    def word_mark(self, word: str) -> Mark:
        """Where a word stands as a name in the template, or as text."""
        pattern = rf"\{{[{{%][^}}]*?\b({re.escape(word)})\b" if word.isidentifier() else f"({re.escape(word)})"
        match = re.search(pattern, self.source)
        return self.place(match.start(1)) if match else self.mark


@dataclass(frozen=True, slots=True)
class Unparsable:
    line: int
    reason: str


def template_texts(draft: Draft) -> Iterator[TemplateText]:
    """Every text of every message that could be read."""
    for name, message in draft.messages.items():
        for key, text in (("text", message.text), ("short", message.short)):
            yield from _texts(draft, name, key, text)


def _texts(draft: Draft, name: str, key: str, text: Text) -> Iterator[TemplateText]:
    node = draft.node("messages", name, key)
    if isinstance(node, Scalar):
        yield TemplateText(text.zh, "both", key == "short", node)
        return
    for language, source in (("zh", text.zh), ("en", text.en)):
        node = draft.node("messages", name, key, language)
        if isinstance(node, Scalar) and source:
            yield TemplateText(source, language, key == "short", node)


@lru_cache(maxsize=256)
def parsed(source: str) -> nodes.Template | Unparsable:
    try:
        return _environment().parse(source)
    except TemplateSyntaxError as error:
        return Unparsable(error.lineno, error.message or "syntax error")


def rendered(draft: Draft, text: TemplateText) -> str:
    """The text with the longest title, task and role of the plan, and samples of the rest; empty when it does not render."""
    try:
        return _environment().from_string(text.source).render(_longest(draft, text.language))
    except (TemplateError, TypeError, ValueError):
        return ""


def _longest(draft: Draft, language: str) -> dict[str, str]:
    return dict.fromkeys(variables, "×" * 10) | {
        "plan": _in(draft.title, language),
        "level": "III",
        "task": max((_in(task.title, language) for task in draft.tasks.values()), key=len, default=""),
        "role": max((_in(role.title, language) for role in draft.roles.values()), key=len, default=""),
        "person": "欧阳×××" if language != "en" else "×" * 16,
        "deadline": "11月24日 23:59" if language != "en" else "24 Nov 23:59",
        "code": "07",
        "answer_code": "1 07",
    }


def _in(text: Text, language: str) -> str:
    return text.en if language == "en" else text.zh


@lru_cache(maxsize=1)
def _environment() -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(undefined=StrictUndefined)
