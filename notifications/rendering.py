"""Messages from templates: sandboxed Jinja2, in the recipient's language. A broken template never holds a message back."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from jinja2 import StrictUndefined, Template
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from notifications.message import Outgoing
from notifications.outbox import DeliveryView
from notifications.rendered import Rendered, clean, is_chinese, mark_word

VARIABLES = (
    "plan", "level", "task", "code", "assignment", "person", "role", "incident", "place", "deadline", "reason", "link",
    "answer_code",
)  # fmt: skip
"""What a template may name. `code` is the short code (`07`), `answer_code` what to answer by SMS (`1 07`)."""

_OURS = frozenset({"assignment", "code", "link", "answer_code", "mark"})
_FILTERS = (
    "default",
    "d",
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
    """Jinja2 sources in one language."""

    title: str
    text: str
    short: str


class TemplateSource(Protocol):
    def __call__(self, plan_digest: str, template: str, language: str) -> TemplateText: ...


class LinkSource(Protocol):
    def __call__(self, view: DeliveryView) -> str:
        """The signed link under which this person answers this delivery."""
        ...


@dataclass(frozen=True, slots=True)
class Rendering:
    """`fault` is empty, or says what was wrong with the template whose place a plain sentence has taken."""

    outgoing: Outgoing
    fault: str = ""


class Renderer:
    def __init__(self, templates: TemplateSource, links: LinkSource) -> None:
        self._templates = templates
        self._links = links

    def __call__(self, view: DeliveryView) -> Rendering:
        """The delivery as its channel gets it. Whatever a template, a plan or a link does wrong, it returns."""
        link, link_fault = self._link(view)
        values = values_of(view, link)
        rendered, fault = self._rendered(view, values)
        return Rendering(_outgoing(view, rendered, link), link_fault or fault)

    def _link(self, view: DeliveryView) -> tuple[str, str]:
        if not view.answerable:
            return "", ""
        try:
            return self._links(view), ""
        except Exception as cause:  # the person must be told, with or without a link
            return "", f"link of {view.assignment}: {type(cause).__name__}: {cause}"

    def _rendered(self, view: DeliveryView, values: Mapping[str, str]) -> tuple[Rendered, str]:
        try:
            source = self._templates(view.plan_digest, view.template, view.language)
            return render(view, source, values), ""
        except Exception as cause:  # the same: what a template can raise is not a closed list
            where = f"template {view.template!r} ({view.language}) of plan {view.plan_digest[:12]}"
            return plain(view, values), f"{where}: {type(cause).__name__}: {cause}"


def render(view: DeliveryView, source: TemplateText, values: Mapping[str, str]) -> Rendered:
    title, text, short = (_compiled(part).render(values) for part in (source.title, source.text, source.short))
    return Rendered(view.kind, view.language, title, text, short, _provider_variables(view, values))


def fill(source: str, values: Mapping[str, str]) -> str:
    """One text of a plan that is no message, in the same sandbox. What a template may raise is not a closed list."""
    return _compiled(source).render(values)


def plain(view: DeliveryView, values: Mapping[str, str]) -> Rendered:
    """A plain sentence that still says plan, task, level, code and link."""
    title, sentence = _chinese(view, values) if is_chinese(view.language) else _english(view, values)
    return Rendered(view.kind, view.language, title, sentence, sentence, _provider_variables(view, values))


def values_of(view: DeliveryView, link: str) -> Mapping[str, str]:
    """Every variable a template may name; those the call did not give are empty, and ours cannot be overwritten."""
    given = {name: clean(str(value)) for name, value in view.parameters.items() if name not in _OURS}
    code = view.shown_code if view.answerable else ""
    ours = {"assignment": clean(view.assignment), "code": code, "link": link, "answer_code": f"1 {code}" if code else ""}
    return dict.fromkeys(VARIABLES, "") | {"person": clean(view.name)} | given | ours


def _outgoing(view: DeliveryView, rendered: Rendered, link: str) -> Outgoing:
    return Outgoing(
        delivery=view.id,
        kind=view.kind,
        address=view.address,
        title=rendered.title,
        text=rendered.text,
        short=rendered.short,
        template=view.template,
        variables=rendered.variables,
        language=view.language,
        link=link,
        code=view.shown_code if view.answerable else "",
        answerable=view.answerable,
        priority=view.priority,
    )


def _provider_variables(view: DeliveryView, values: Mapping[str, str]) -> Mapping[str, str]:
    return dict(values) | {"mark": mark_word(view.kind, view.language)}


def _chinese(view: DeliveryView, values: Mapping[str, str]) -> tuple[str, str]:
    title = f"{values['plan'] or '应急响应'} {values['level']}"
    answer = f"编号{values['code']}，收到请回复 {values['answer_code']}。" if values["code"] else ""
    task = values["task"] or view.assignment
    return title, f"{values['plan'] or '应急响应'}，{values['level'] or '级别未知'}：{task}。{answer}{values['link']}"


def _english(view: DeliveryView, values: Mapping[str, str]) -> tuple[str, str]:
    title = f"{values['plan'] or 'Emergency response'} {values['level']}"
    answer = f" Code {values['code']}: reply {values['answer_code']} to confirm." if values["code"] else ""
    task = values["task"] or view.assignment
    level = f"level {values['level'] or 'unknown'}"
    return title, f"{values['plan'] or 'Emergency response'}, {level}: {task}.{answer} {values['link']}"


class _Sandbox(ImmutableSandboxedEnvironment):
    """Only text in, text out: few filters, no globals, no attributes, and no operator that can fill the memory."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def call_binop(self, context: Context, operator: str, left: object, right: object) -> object:  # noqa: ARG002
        raise SecurityError(f"the operator {operator!r} is not for messages")

    def is_safe_attribute(self, obj: object, attr: str, value: object) -> bool:  # noqa: ARG002
        return False


@lru_cache(maxsize=1)
def _sandbox() -> _Sandbox:
    sandbox = _Sandbox(undefined=StrictUndefined, autoescape=False)
    sandbox.globals = {}
    sandbox.filters = {name: sandbox.filters[name] for name in _FILTERS}
    return sandbox


@lru_cache(maxsize=512)
def _compiled(source: str) -> Template:
    return _sandbox().from_string(source)
