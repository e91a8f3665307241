"""The provider side of Alibaba Cloud's voice service: SingleCallByTts and IvrCall, keys and call records pushed."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aiohttp import web

from notifications import china_time
from notifications.simulators.aliyun_rules import Refusal, plain_number
from notifications.simulators.answering import answer_late_or_never
from notifications.simulators.push import Pusher
from notifications.simulators.settings import Callbacks
from notifications.simulators.switchboard import HEAR, REFUSE, Ringing, Switchboard
from store.clock import new_token

ACTIONS = ("SingleCallByTts", "IvrCall")
_VARIABLE = re.compile(r"\$\{(\w+)\}")
_LONGEST_REFERENCE = 15
_HEARD, _NOT_PICKED_UP, _REFUSED, _OFF, _NO_KEY, _KEY = "200000", "200003", "200005", "200010", "200008", "300000"
_SECONDS = {_HEARD: "21", _NO_KEY: "34"}


class AliyunVoiceSimulator:
    def __init__(self, switchboard: Switchboard, pusher: Pusher) -> None:
        self._switchboard, self._pusher = switchboard, pusher
        self.callbacks = Callbacks()

    async def call(self, request: web.Request, action: str, fields: Mapping[str, str]) -> dict[str, Any] | Refusal:
        number = plain_number(fields.get("CalledNumber", "")) or ""
        fault = self._switchboard.faults.take("voice", number)
        if fault is not None and fault.down:
            return Refusal("ServiceUnavailable", "The request has failed due to a temporary failure.", 503)
        if fault is not None and fault.code:
            return Refusal(fault.code, "ordered by the test")
        text = self._text(action, fields, number)
        if isinstance(text, Refusal):
            return text
        identifier = f"{int(new_token(6), 16)}^{int(new_token(6), 16)}"
        ringing = self._switchboard.ring(number, fields.get("OutId", ""), text, identifier, action)
        self._pusher.later(self._follow(ringing, action, fault.receipt if fault else ""))
        await answer_late_or_never(request, fault)
        return {"Code": "OK", "Message": "OK", "CallId": identifier, "RequestId": new_token().upper()}

    def _text(self, action: str, fields: Mapping[str, str], number: str) -> str | Refusal:
        if not number:
            return Refusal("isv.MOBILE_NUMBER_ILLEGAL", f"{fields.get('CalledNumber')}invalid mobile number")
        if action == "IvrCall" and fields.get("CalledShowNumber") != self._switchboard.settings.number:
            return Refusal("isv.DISPLAY_NUMBER_ILLEGAL", "号显不合法")
        if not 1 <= int(fields.get("PlayTimes", "1")) <= 3 or len(fields.get("OutId", "").encode()) > _LONGEST_REFERENCE:
            return Refusal("isv.INVALID_PARAMETERS", "参数异常")
        if action == "IvrCall" and "MenuKeyMap.1.Key" not in fields:
            return Refusal("isv.INVALID_PARAMETERS", "MenuKeyMap 不能为空")
        limit = self._switchboard.had_its_fill(number)
        return Refusal("isv.BUSINESS_LIMIT_CONTROL", limit) if limit else self._spoken(action, fields)

    def _spoken(self, action: str, fields: Mapping[str, str]) -> str | Refusal:
        texts = self._switchboard.settings.aliyun_texts
        code, given = ("StartCode", "StartTtsParams") if action == "IvrCall" else ("TtsCode", "TtsParam")
        read_later = [value for name, value in fields.items() if name.startswith("MenuKeyMap.") and name.endswith(".Code")]
        if fields.get(code) not in texts or any(each not in texts for each in read_later):
            return Refusal("isv.TTS_TEMPLATE_ILLEGAL", "TTS模板不合法")
        template = texts[fields[code]]
        values = json.loads(fields.get(given, "{}"))
        missing = [name for name in _VARIABLE.findall(template) if not values.get(name)]
        if missing:
            return Refusal("isv.TEMPLATE_MISSING_PARAMETERS", f"文本转语音模板参数缺失 {missing[0]}")
        if any(len(str(values[name])) > self._switchboard.settings.longest for name in _VARIABLE.findall(template)):
            return Refusal("isv.PARAM_LENGTH_LIMIT", "参数长度受限")
        return _VARIABLE.sub(lambda match: str(values[match[1]]), template)

    async def _follow(self, ringing: Ringing, action: str, order: str) -> None:
        """Tells our side what becomes of the call."""
        if order == "none":
            return
        if order == "failed":
            await self._record(ringing, _OFF, "")
            return
        began, key = self._switchboard.clock.now(), await self._switchboard.outcome(ringing)
        takes_keys = action == "IvrCall"
        match key:
            case "":
                await self._record(ringing, _NOT_PICKED_UP, "", began)
            case refused if refused == REFUSE:
                await self._record(ringing, _REFUSED, "", began)
            case _:
                pressed = key if takes_keys and key != HEAR else ""
                if pressed:
                    await self._key(ringing, pressed)
                await self._record(ringing, _HEARD if pressed or not takes_keys else _NO_KEY, pressed, began)

    async def _key(self, ringing: Ringing, key: str) -> None:
        one = ringing.received
        pushed = {"call_id": one.provider_id, "status_code": _KEY, "dtmf": key, "out_id": one.delivery}
        await self._push([pushed | {"smart_status_code": "", "status_time": china_time.written(self._switchboard.clock.now())}])

    async def _record(self, ringing: Ringing, status: str, keys: str, began: datetime | None = None) -> None:
        one, now = ringing.received, self._switchboard.clock.now()
        was_heard = status in _SECONDS
        pushed = {
            "call_id": one.provider_id,
            "originate_time": china_time.written(one.at),
            "start_time": china_time.written(began or now) if was_heard else "",
            "end_time": china_time.written(now),
            "caller": self._switchboard.settings.number,
            "callee": one.address,
            "duration": _SECONDS.get(status, "0"),
            "status_code": status,
            "hangup_direction": "用户" if status == _REFUSED else "机器",
            "status_msg": "",
            "out_id": one.delivery,
            "dtmf": keys,
            "voice_type": "voice",
        }
        await self._push([pushed])

    async def _push(self, items: list[dict[str, str]]) -> None:
        if self.callbacks.voice:
            body = json.dumps(items, ensure_ascii=False).encode()
            await self._pusher.post(self.callbacks.voice, {}, body, "application/json", self._switchboard.settings.again_after)
