"""Voice calls by Tencent Cloud (SendTtsVoice): the approved text names the keys to press, and the key comes as a call back.

Accepted only means that the phone will ring. Whether somebody listened comes as a report, and only a key is an answer: a
mailbox picks up too. A call in doubt cannot be looked up.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from notifications.channels import tc3
from notifications.channels.endpoint import Endpoint, web_base
from notifications.channels.errors import ChannelUrlError
from notifications.channels.sms_templates import usable
from notifications.channels.tencent_api import REGION, TencentApi, TencentKey, international
from notifications.channels.tencent_voice_codes import classify
from notifications.channels.voice_settings import Spoken, read_spoken
from notifications.message import Outcome, Outgoing, Result
from store.clock import Clock, RealClock

SCHEME = "tencentvoice"
FORM = (
    "tencentvoice://SECRET_ID:SECRET_KEY@vms.tencentcloudapi.com/SDK_APP_ID"
    "?MESSAGE=TEMPLATE_ID:variable,…&drill.MESSAGE=TEMPLATE_ID:variable,…&times=2&longest=20"
)
_TOTAL = timedelta(seconds=4)


@dataclass(frozen=True, slots=True)
class TencentCaller:
    key: TencentKey
    application: str
    spoken: Spoken


def read_caller(kind: str, endpoint: Endpoint) -> TencentCaller:
    if not (endpoint.user and endpoint.secret and endpoint.host):
        raise ChannelUrlError(kind, "the secret id, its key or the host is missing", FORM)
    if not (endpoint.path and endpoint.path[0].isdecimal()):
        raise ChannelUrlError(kind, "the application's number is missing", FORM)
    options = dict(endpoint.options)
    base = web_base(kind, endpoint.netloc, options.pop("scheme", "https"), FORM)
    key = TencentKey(endpoint.user, endpoint.secret, base, endpoint.netloc, options.pop("region", REGION))
    return TencentCaller(key, endpoint.path[0], read_spoken(kind, options, FORM))


class TencentVoice:
    resend_is_safe = False

    def __init__(self, kind: str, caller: TencentCaller, wire_clock: Clock | None = None, patience: timedelta = _TOTAL) -> None:
        self.kind = kind
        self._caller = caller
        self._api = TencentApi(tc3.VOICE, caller.key, classify, wire_clock or RealClock(), patience)

    async def deliver(self, message: Outgoing) -> Outcome:
        """On acceptance `provider_id` is the identifier of the call, by which keys and the report come."""
        spoken = self._caller.spoken
        template = usable(spoken.templates, message)
        if isinstance(template, Outcome):
            return template
        values = template.parameters(message, spoken.longest)
        question = {
            "TemplateId": template.code,
            "CalledNumber": international(message.address),
            "VoiceSdkAppid": self._caller.application,
            "TemplateParamSet": [values[name] for name in template.variables],
            "PlayTimes": spoken.times,
            "SessionContext": message.delivery,
        }
        answer = await self._api.ask("SendTtsVoice", question)
        return answer if isinstance(answer, Outcome) else _outcome(answer)

    async def look_up(self, message: Outgoing, sent: datetime) -> Outcome | None:  # noqa: ARG002 - no such question
        return None

    async def close(self) -> None:
        await self._api.close()


def _outcome(answer: Mapping[str, Any]) -> Outcome:
    status = answer.get("SendStatus")
    call = str(status.get("CallId") or "") if isinstance(status, dict) else ""
    if not call:
        return Outcome(Result.UNKNOWN, code="no-status", detail="the answer has no identifier of the call")
    return Outcome(Result.ACCEPTED, provider_id=call)
