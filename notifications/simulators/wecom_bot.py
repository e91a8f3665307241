"""The provider side of a WeCom group's bot: its key, its limit of 20 a minute, and who was mentioned."""

import json
import re
from datetime import timedelta
from typing import Any

from aiohttp import web

from notifications.simulators.answering import answer_late_or_never
from notifications.simulators.faults import Faults
from notifications.simulators.ledger import Ledger, Received
from notifications.simulators.settings import WecomSettings
from store.clock import Clock, new_token

_LONGEST = 2048
_A_MINUTE = 20
_REFERENCE = re.compile(r"(?:编号|Ref) ([0-9a-z-]{1,40})$")


class WecomBotSimulator:
    def __init__(self, settings: WecomSettings, ledger: Ledger, faults: Faults, clock: Clock) -> None:
        self._key = settings.bot_key
        self._ledger, self._faults, self._clock = ledger, faults, clock
        self._mine: list[Received] = []

    async def send(self, request: web.Request) -> web.StreamResponse:
        fault = self._faults.take("wecombot", "")
        if fault is not None and fault.down:
            return web.Response(status=503, text="busy")
        try:
            content = json.loads(await request.read())
        except ValueError:
            content = None
        code = int(fault.code) if fault is not None and fault.code else self._refuses(request.query.get("key", ""), content)
        if code:
            return _answer(code, f"refused, hint: [{new_token(4)}]")
        self._take(content["text"])
        await answer_late_or_never(request, fault)
        return _answer(0, "ok")

    def _refuses(self, key: str, content: Any) -> int:
        if key != self._key:
            return 93000
        if not isinstance(content, dict) or content.get("msgtype") != "text":
            return 40008
        text = content.get("text")
        if not isinstance(text, dict) or not 0 < len(str(text.get("content", "")).encode()) <= _LONGEST:
            return 40058
        now = self._clock.now()
        recent = [one for one in self._mine if now - one.at < timedelta(minutes=1)]
        return 45009 if len(recent) >= _A_MINUTE else 0

    def _take(self, text: dict[str, Any]) -> None:
        content = str(text["content"])
        mentioned = [*text.get("mentioned_list", ()), *text.get("mentioned_mobile_list", ())]
        reference = _REFERENCE.search(content)
        received = Received(
            "wechat", ",".join(map(str, mentioned)), reference[1] if reference else "", content, self._clock.now(), "", "group"
        )
        self._ledger.add(received)
        self._mine.append(received)


def _answer(code: int, words: str) -> web.Response:
    return web.json_response({"errcode": code, "errmsg": words})
