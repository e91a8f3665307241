"""Templates for the rules: texts of messages and reports with their places, parsed, filled in with the plan's longest words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, UndefinedError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from plans.diagnostic import Mark
from plans.draft import Draft, Path
from plans.model import Text
from plans.reader import Scalar
from plans.template_limits import foreign, in_place, is_deep, length_limit

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
report_variables = ("report_number", "incident", "place", "level", "plan", "occurred", "learned", "now")
"""What the text of a report knows beside the facts in its `fields`."""


@dataclass(frozen=True, slots=True)
class TemplateText:
    """One text of one message or report in one language (`both` when a plain string stands for both)."""

    source: str
    language: str
    is_short: bool
    node: Scalar
    variables: tuple[str, ...] = variables

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


_too_deep = Unparsable(1, "it is nested too deeply")


@dataclass(frozen=True, slots=True)
class Filled:
    """A text filled in, or why it cannot be."""

    text: str
    failure: str = ""


def template_texts(draft: Draft) -> Iterator[TemplateText]:
    """Every text of every message and report that could be read."""
    for name, message in draft.messages.items():
        for key, text in (("text", message.text), ("short", message.short)):
            yield from _texts(draft, ("messages", name, key), text, variables)
    for task in draft.tasks.values():
        if task.report and task.report.text:
            path = draft.task_path(task.name, "text")
            yield from _texts(draft, path, task.report.text, (*task.report.fields, *report_variables))


def _texts(draft: Draft, path: Path, text: Text, known: tuple[str, ...]) -> Iterator[TemplateText]:
    node = draft.node(*path)
    is_short = path[-1] == "short"
    if isinstance(node, Scalar):
        yield TemplateText(text.zh, "both", is_short, node, known)
        return
    for language, source in (("zh", text.zh), ("en", text.en)):
        node = draft.node(*path, language)
        if isinstance(node, Scalar) and source:
            yield TemplateText(source, language, is_short, node, known)


@lru_cache(maxsize=256)
def parsed(source: str) -> nodes.Template | Unparsable:
    if len(source) > length_limit:
        return Unparsable(1, f"it has {len(source)} characters, more than {length_limit}")
    try:
        tree = _environment().parse(source)
    except TemplateSyntaxError as error:
        return Unparsable(error.lineno, error.message or "syntax error")
    except RecursionError:
        return _too_deep
    # Python cannot compile what is nested without end, whatever Jinja2 reads
    return _too_deep if is_deep(tree) else tree


def filled(draft: Draft, text: TemplateText) -> Filled:
    """The text with the longest title, task and role of the plan, and samples of the rest.

    What is not plain is not filled in, and names that nobody knows are no failure: other rules tell both.
    """
    return _filled(draft, text.source, text.language, text.variables)


@lru_cache(maxsize=256)
def _filled(draft: Draft, source: str, language: str, known: tuple[str, ...]) -> Filled:
    tree = parsed(source)
    if isinstance(tree, Unparsable) or next(foreign(tree), None):
        return Filled("")
    samples = dict.fromkeys(known, "12") | _longest(draft, language)
    try:
        simple = in_place(tree, samples)
        return Filled(_environment().from_string(source).render(samples) if simple is None else simple)
    except (UndefinedError, KeyError):
        return Filled("")
    except (TemplateError, TypeError, ValueError, ArithmeticError) as error:
        return Filled("", str(error))


@lru_cache(maxsize=4)
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
