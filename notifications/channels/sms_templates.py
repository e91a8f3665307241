"""Which approved template each message goes out with: a drill has templates of its own, whose fixed text says so.

A carrier takes approved templates only, so the drill mark of an SMS lives in the template, and a drill that has no
template of its own is not sent: falling back to the real one would tell people of a disaster that is none.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from notifications.channels.errors import ChannelUrlError
from notifications.channels.one_number import no_number
from notifications.channels.text_limits import SMS_VARIABLE, sms_variable
from notifications.message import Outcome, Outgoing, Result
from store.kinds import Kind

FORM = "MESSAGE=CODE:variable,… and drill.MESSAGE=OTHERCODE:…, as in default=SMS_1:task,code&drill.default=SMS_2:task,code"
_DRILL = "drill."
_DEFAULT = "default"
_NOTICE = "notice"
"""What asks for no answer and has no template of its own; without it the default serves."""
_OWN_WORDS = ("answer", "test", "withdrawn")
"""What is said back to an answer, only tries a channel, or takes a task away: in the words of another each is an order."""
_CONTENT = {"notice": "reason", "proposal": "reason", "end": "reason", "signal": "task", "progress": "task"}
"""What each of these says: a template shared with others must have a place for it; its own may say it in fixed words."""
_WHOLE = "text"
"""Our short text as a whole."""
_SIGNAL, _ORDER = "signal", "order"
"""A signal that asks for no answer has a template apart: it must not name a code to answer with."""
_NEVER = {"link"}
"""Carriers refuse a variable with an address in it."""


@dataclass(frozen=True, slots=True)
class SmsTemplate:
    code: str
    variables: tuple[str, ...]
    """Empty: all variables of the message are given."""
    places: tuple[str, ...] = ()
    """What the provider calls each of `variables`, where it has names of its own (`thing1=task`)."""

    def parameters(self, message: Outgoing, longest: int = SMS_VARIABLE) -> dict[str, str]:
        known = {"title": message.title, "text": message.short, "code": message.code} | dict(message.variables)
        names = self.variables or tuple(sorted(set(known) - _NEVER))
        return {name: sms_variable(known.get(name, ""), longest) for name in names}


@dataclass(frozen=True, slots=True)
class SmsTemplates:
    real: Mapping[str, SmsTemplate]
    drill: Mapping[str, SmsTemplate]

    def choose(self, message: Outgoing) -> SmsTemplate | None:
        own = self.drill if message.kind is Kind.DRILL else self.real
        if message.template in _OWN_WORDS:
            return own.get(message.template)
        usual = (_DEFAULT,) if message.answerable else (_NOTICE, _DEFAULT)
        first = _ORDER if message.template == _SIGNAL and not message.answerable else message.template
        named = ((name, own[name]) for name in (first, *usual) if name in own)
        return next((template for name, template in named if _says(template, name, message.template)), None)


def usable(templates: SmsTemplates, message: Outgoing) -> SmsTemplate | Outcome:
    """The template that this message goes out with, or what comes of it because it cannot go."""
    return no_number(message.address) or templates.choose(message) or no_template(message)


def _says(template: SmsTemplate, name: str, message: str) -> bool:
    content = _CONTENT.get(message)
    is_of_its_own = name in (message, _ORDER) and name != _NOTICE
    return is_of_its_own or content is None or not template.variables or bool({content, _WHOLE} & {*template.variables})


def no_template(message: Outgoing) -> Outcome:
    content = _CONTENT.get(message.template)
    which = f" with the variable {content!r}" if content else ""
    detail = (
        f"no template{which} is approved for {message.kind} messages of {message.template!r}; name one in the channel's settings"
    )
    return Outcome(Result.FAILED_FOR_GOOD, code="no-template", detail=detail)


def read_templates(kind: str, options: Mapping[str, str]) -> SmsTemplates:
    real = {name: _template(kind, name, value) for name, value in options.items() if not name.startswith(_DRILL)}
    drill = {
        name.removeprefix(_DRILL): _template(kind, name, value) for name, value in options.items() if name.startswith(_DRILL)
    }
    if not real and not drill:
        raise ChannelUrlError(kind, "no template is named", FORM)
    shared = {template.code for template in real.values()} & {template.code for template in drill.values()}
    if shared:
        raise ChannelUrlError(kind, f"{', '.join(sorted(shared))} would serve real responses and drills alike", FORM)
    return SmsTemplates(real, drill)


def _template(kind: str, name: str, value: str) -> SmsTemplate:
    code, _, variables = value.partition(":")
    if not code:
        raise ChannelUrlError(kind, f"{name} has no template code", FORM)
    parts = [part.partition("=") for part in variables.split(",") if part]
    return SmsTemplate(code, tuple(name or place for place, _, name in parts), tuple(place for place, _, _ in parts))
