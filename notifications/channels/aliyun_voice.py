"""Voice calls by Alibaba Cloud: IvrCall where an answer is asked for (press 1 or 2), SingleCallByTts otherwise.

Accepted only means that the phone will ring. Whether somebody listened comes as a report, and only a key is an answer: a
mailbox picks up too. A call in doubt cannot be looked up, as the provider knows calls by its own identifier alone.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from notifications.channels.aliyun_api import AliyunApi, AliyunKey
from notifications.channels.aliyun_voice_codes import classify
from notifications.channels.endpoint import Endpoint, web_base
from notifications.channels.errors import ChannelUrlError
from notifications.channels.sms_templates import SmsTemplate, usable
from notifications.channels.voice_settings import Spoken, read_spoken
from notifications.message import Outcome, Outgoing, Result
from notifications.references import shortened
from store.clock import Clock, RealClock

SCHEME = "aliyunvoice"
FORM = (
    "aliyunvoice://ACCESS_KEY:SECRET@dyvmsapi.aliyuncs.com/CALLING_NUMBER"
    "?MESSAGE=TTS_CODE:variable,…&drill.MESSAGE=TTS_CODE:variable,…&received=TTS_CODE&cannot=TTS_CODE&times=2&longest=20"
)
_TOTAL = timedelta(seconds=4)
_FOR_A_KEY = timedelta(seconds=8)


@dataclass(frozen=True, slots=True)
class AliyunCaller:
    """`heard`: the template that is read after each key, so that the person knows that it was taken."""

    key: AliyunKey
    number: str
    spoken: Spoken
    heard: Mapping[str, str]


def read_caller(kind: str, endpoint: Endpoint) -> AliyunCaller:
    if not (endpoint.user and endpoint.secret and endpoint.host):
        raise ChannelUrlError(kind, "the access key, its secret or the host is missing", FORM)
    if not (endpoint.path and endpoint.path[0].isdecimal()):
        raise ChannelUrlError(kind, "the number that calls is missing", FORM)
    options = dict(endpoint.options)
    base = web_base(kind, endpoint.netloc, options.pop("scheme", "https"), FORM)
    heard = {"1": options.pop("received", ""), "2": options.pop("cannot", "")}
    key = AliyunKey(endpoint.user, endpoint.secret, base, endpoint.netloc)
    return AliyunCaller(key, endpoint.path[0], read_spoken(kind, options, FORM), heard)


class AliyunVoice:
    resend_is_safe = False

    def __init__(self, kind: str, caller: AliyunCaller, wire_clock: Clock | None = None, patience: timedelta = _TOTAL) -> None:
        self.kind = kind
        self._caller = caller
        self._api = AliyunApi(caller.key, wire_clock or RealClock(), patience)

    async def deliver(self, message: Outgoing) -> Outcome:
        """On acceptance `provider_id` is the identifier of the call, by which keys and the report come."""
        template = usable(self._caller.spoken.templates, message)
        if isinstance(template, Outcome):
            return template
        asks = self._with_keys if message.answerable else self._without_keys
        action, own = asks(template, message)
        answer = await self._api.ask(action, own | self._common(message))
        return answer if isinstance(answer, Outcome) else _outcome(answer)

    async def look_up(self, message: Outgoing, sent: datetime) -> Outcome | None:  # noqa: ARG002 - asked by the call's own identifier
        return None

    async def close(self) -> None:
        await self._api.close()

    def _common(self, message: Outgoing) -> dict[str, str]:
        return {
            "CalledNumber": message.address,
            "CalledShowNumber": self._caller.number,
            "OutId": shortened(message.delivery),
            "PlayTimes": str(self._caller.spoken.times),
        }

    def _with_keys(self, template: SmsTemplate, message: Outgoing) -> tuple[str, dict[str, str]]:
        keys = {f"MenuKeyMap.{place}.Key": key for place, key in enumerate(self._caller.heard, start=1)}
        read = {f"MenuKeyMap.{place}.Code": code for place, code in enumerate(self._caller.heard.values(), start=1) if code}
        start = {"StartCode": template.code, "StartTtsParams": self._values(template, message)}
        return "IvrCall", start | keys | read | {"Timeout": str(_FOR_A_KEY // timedelta(milliseconds=1))}

    def _without_keys(self, template: SmsTemplate, message: Outgoing) -> tuple[str, dict[str, str]]:
        return "SingleCallByTts", {"TtsCode": template.code, "TtsParam": self._values(template, message)}

    def _values(self, template: SmsTemplate, message: Outgoing) -> str:
        values = template.parameters(message, self._caller.spoken.longest)
        return json.dumps(values, ensure_ascii=False, sort_keys=True)


def _outcome(answer: Mapping[str, Any]) -> Outcome:
    code = str(answer["Code"])
    result = classify(code)
    if result is Result.ACCEPTED:
        return Outcome(result, provider_id=str(answer.get("CallId", "")))
    return Outcome(result, code=code, detail=str(answer.get("Message", "")))
