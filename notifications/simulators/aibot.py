"""The provider side of a WeCom smart bot: one long connection for each bot, its messages, and what members press and write."""

import json
from collections.abc import Mapping
from typing import Any

from aiohttp import WSMsgType, web

from notifications.simulators.answering import answer_late_or_never
from notifications.simulators.faults import Faults
from notifications.simulators.ledger import Ledger, Received
from notifications.simulators.settings import AibotSettings
from notifications.simulators.wecom_rules import Refused, reference_in
from store.clock import Clock, new_token

CHANNEL = "aibot"
_FORMS = ("markdown", "template_card")


class AibotSimulator:
    def __init__(self, settings: AibotSettings, ledger: Ledger, faults: Faults, clock: Clock) -> None:
        self._settings = settings
        self._ledger, self._faults, self._clock = ledger, faults, clock
        self._line: web.WebSocketResponse | None = None
        self.beats = 0

    async def connect(self, request: web.Request) -> web.WebSocketResponse:
        line = web.WebSocketResponse()
        await line.prepare(request)
        async for message in line:
            if message.type is WSMsgType.TEXT:
                await self._take(request, line, json.loads(message.data))
        if self._line is line:
            self._line = None
        return line

    async def click(self, person: str, delivery: str, button: str) -> bool:
        """A member presses a button; True when somebody holds the line."""
        pressed = {"card_type": "button_interaction", "event_key": button, "task_id": delivery, "selected_items": {}}
        return await self._push("aibot_event_callback", person, "event", self._event("template_card_event", pressed))

    async def reply(self, person: str, text: str) -> bool:
        return await self._push("aibot_msg_callback", person, "text", {"content": text})

    async def hang_up(self) -> None:
        """The line ends, as when WeCom restarts."""
        if self._line is not None:
            await self._line.close()

    async def _take(self, request: web.Request, line: web.WebSocketResponse, frame: Mapping[str, Any]) -> None:
        name, body = str(frame["headers"]["req_id"]), frame.get("body") or {}
        match frame.get("cmd"):
            case "aibot_subscribe":
                await self._subscribe(line, name, body)
            case "ping":
                self.beats += 1
                await _answer(line, name, 0, "ok")
            case "aibot_send_msg" if line is self._line:
                await self._send(request, line, name, body)
            case _:
                await _answer(line, name, 40058, "invalid Request Parameter")

    async def _subscribe(self, line: web.WebSocketResponse, name: str, body: Mapping[str, Any]) -> None:
        if (body.get("bot_id"), body.get("secret")) != (self._settings.bot, self._settings.secret):
            await _answer(line, name, 40001, "invalid credential")
            return
        before, self._line = self._line, line
        if before is not None and not before.closed:
            await before.send_json(self._frame("aibot_event_callback", "", "event", self._event("disconnected_event", {})))
            await before.close()
        await _answer(line, name, 0, "ok")

    async def _send(self, request: web.Request, line: web.WebSocketResponse, name: str, body: Mapping[str, Any]) -> None:
        fault = self._faults.take(CHANNEL, str(body.get("chatid", "")))
        if fault is not None and fault.code:
            await _answer(line, name, int(fault.code), "ordered by the test")
            return
        shown = self._shown(body)
        if isinstance(shown, Refused):
            await _answer(line, name, shown.errcode, shown.errmsg)
            return
        self._ledger.add(shown)
        await answer_late_or_never(request, fault)
        if not line.closed:
            await _answer(line, name, 0, "ok")

    def _shown(self, body: Mapping[str, Any]) -> Received | Refused:
        form, person = str(body.get("msgtype")), str(body.get("chatid", ""))
        part = body.get(form)
        if form not in _FORMS or not isinstance(part, dict):
            return Refused(40008, "invalid message type")
        if not person or person.startswith("nobody"):
            return Refused(60111, "userid not found")
        now, identifier = self._clock.now(), new_token(8)
        if form == "markdown":
            text = str(part.get("content", ""))
            return Received(CHANNEL, person, reference_in(text), text, now, identifier, form)
        title, link = str(part["main_title"]["title"]), str(part.get("card_action", {}).get("url", ""))
        buttons = tuple((str(one["key"]), str(one["text"])) for one in part["button_list"])
        text, task = str(part.get("sub_title_text", "")), str(part["task_id"])
        return Received(CHANNEL, person, task, text, now, identifier, form, title, link, buttons)

    async def _push(self, command: str, person: str, form: str, content: Mapping[str, Any]) -> bool:
        if self._line is None or self._line.closed:
            return False
        await self._line.send_json(self._frame(command, person, form, content))
        return True

    def _frame(self, command: str, person: str, form: str, content: Mapping[str, Any]) -> dict[str, Any]:
        body = {
            "msgid": new_token(12),
            "create_time": int(self._clock.now().timestamp()),
            "aibotid": self._settings.bot,
            "chattype": "single",
            "from": {"userid": person},
            "msgtype": form,
            form: dict(content),
        }
        return {"cmd": command, "headers": {"req_id": new_token(8)}, "body": body}

    def _event(self, name: str, content: Mapping[str, Any]) -> dict[str, Any]:
        return {"eventtype": name, name: dict(content)}


async def _answer(line: web.WebSocketResponse, name: str, code: int, words: str) -> None:
    await line.send_json({"headers": {"req_id": name}, "errcode": code, "errmsg": words})
