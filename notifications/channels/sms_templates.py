"""Which approved template each message goes out with: a drill has templates of its own, whose fixed text says so.

A carrier takes approved templates only, so the drill mark of an SMS lives in the template, and a drill that has no
template of its own is not sent: falling back to the real one would tell people of a disaster that is none.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from notifications.channels.errors import ChannelUrlError
from notifications.channels.text_limits import SMS_VARIABLE, sms_variable
from notifications.message import Outcome, Outgoing, Result
from store.kinds import Kind

FORM = "MESSAGE=CODE:variable,… and drill.MESSAGE=OTHERCODE:…, as in default=SMS_1:task,code&drill.default=SMS_2:task,code"
_DRILL = "drill."
_DEFAULT = "default"
_NOTICE = "notice"
"""What asks for no answer and has no template of its own; without it the default serves."""
_OWN_WORDS = ("answer", "test")
"""What we say back to an answer, and what only tries a channel: in the words of another template either would be a new call."""
_NEVER = {"link"}
"""Carriers refuse a variable with an address in it."""


@dataclass(frozen=True, slots=True)
class SmsTemplate:
    code: str
    variables: tuple[str, ...]
    """Empty: all variables of the message are given."""

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
        return next((own[name] for name in (message.template, *usual) if name in own), None)


def no_template(message: Outgoing) -> Outcome:
    detail = f"no template is approved for {message.kind} messages of {message.template!r}; name one in the channel's settings"
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
    return SmsTemplate(code, tuple(part for part in variables.split(",") if part))
