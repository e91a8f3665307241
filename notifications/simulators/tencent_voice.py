"""The provider side of Tencent Cloud's voice service: SendTtsVoice, and its three calls back (state, key, why it failed)."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from aiohttp import web

from notifications.simulators.answering import answer_late_or_never
from notifications.simulators.push import Pusher
from notifications.simulators.settings import Callbacks
from notifications.simulators.switchboard import HEAR, REFUSE, Ringing, Switchboard
from notifications.simulators.tencent_rules import Refusal, plain_number
from store.clock import new_token

ACTION = "SendTtsVoice"
_VARIABLE = re.compile(r"\$\{\w+\}")
_LONGEST_TEXT = 350
_ANSWERED, _NOT_ANSWERED, _BROKEN = "0", "1", "2"
_OFF, _NOBODY = (1, "关机"), (5, "无人接听")
_LISTENED = timedelta(seconds=21)


class TencentVoiceSimulator:
    def __init__(self, switchboard: Switchboard, pusher: Pusher) -> None:
        self._switchboard, self._pusher = switchboard, pusher
        self.callbacks = Callbacks()

    async def call(self, request: web.Request, fields: Mapping[str, Any]) -> dict[str, Any] | Refusal:
        number = plain_number(str(fields.get("CalledNumber", ""))) or ""
        fault = self._switchboard.faults.take("tencentvoice", number)
        if fault is not None and fault.down:
            return Refusal("InternalError", "the server is busy")
        if fault is not None and fault.code:
            return Refusal(fault.code, "ordered by the test")
        text = self._text(fields, number)
        if isinstance(text, Refusal):
            return text
        call, session = new_token(16), str(fields.get("SessionContext", ""))
        ringing = self._switchboard.ring(number, session, text, call, str(fields["TemplateId"]))
        self._pusher.later(self._follow(ringing, fault.receipt if fault else ""))
        await answer_late_or_never(request, fault)
        return {"SendStatus": {"CallId": call, "SessionContext": session}}

    def _text(self, fields: Mapping[str, Any], number: str) -> str | Refusal:
        settings = self._switchboard.settings
        if not number:
            return Refusal("InvalidParameterValue.CalledNumberVerifyFail", "the called number is wrong")
        if fields.get("VoiceSdkAppid") != settings.application:
            return Refusal("UnauthorizedOperation.VoiceSdkAppidVerifyFail", "VoiceSdkAppid verification failed")
        template, values = settings.tencent_texts.get(str(fields.get("TemplateId", ""))), fields.get("TemplateParamSet") or []
        if template is None or len(values) != len(_VARIABLE.findall(template)):
            return Refusal("FailedOperation.TemplateIncorrectOrUnapproved", "the template is not approved or does not match")
        if not 1 <= int(fields.get("PlayTimes", 2)) <= 3:
            return Refusal("FailedOperation.InvalidParameters", "PlayTimes is 1, 2 or 3")
        limit = self._switchboard.had_its_fill(number)
        if limit:
            return Refusal("LimitExceeded.DeliveryFrequencyLimit", limit)
        text = _filled(template, values)
        return text if len(text) <= _LONGEST_TEXT else Refusal("InvalidParameterValue.ContentLengthLimit", "over 350 characters")

    async def _follow(self, ringing: Ringing, order: str) -> None:
        """Tells our side what becomes of the call."""
        if order == "none":
            return
        if order == "failed":
            await self._failed(ringing, _BROKEN, *_OFF)
            return
        key = await self._switchboard.outcome(ringing)
        if key in ("", REFUSE):
            await self._failed(ringing, _NOT_ANSWERED, *_NOBODY)
            return
        if key != HEAR:
            await self._push("voicekey_callback", ringing, {"keypress": key})
        await self._push("voiceprompt_callback", ringing, self._times(ringing, _ANSWERED, _LISTENED))

    async def _failed(self, ringing: Ringing, result: str, code: int, reason: str) -> None:
        await self._push("voice_failure_callback", ringing, {"failure_code": code, "failure_reason": reason})
        await self._push("voiceprompt_callback", ringing, self._times(ringing, result, timedelta(0)))

    def _times(self, ringing: Ringing, result: str, listened: timedelta) -> dict[str, str]:
        began, now = ringing.received.at, self._switchboard.clock.now()
        accepted = str(int((now - listened).timestamp())) if result == _ANSWERED else ""
        end = {"start_calltime": str(int(began.timestamp())), "end_calltime": str(int(now.timestamp()))}
        return end | {"result": result, "accept_time": accepted, "fee": "1" if accepted else "0"}

    async def _push(self, name: str, ringing: Ringing, own: Mapping[str, object]) -> None:
        if not self.callbacks.tencent_voice:
            return
        one = ringing.received
        common = {"callid": one.provider_id, "mobile": one.address, "nationcode": "86", "call_from": ""}
        body = json.dumps({name: common | dict(own)}, ensure_ascii=False).encode()
        again = self._switchboard.settings.again_after
        await self._pusher.post(self.callbacks.tencent_voice, {}, body, "application/json", again)


def _filled(template: str, values: Sequence[str]) -> str:
    given = iter(values)
    return _VARIABLE.sub(lambda _: str(next(given)), template)
