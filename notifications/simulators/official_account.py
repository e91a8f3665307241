"""The provider side of a WeChat Official Account: tokens, template messages, and the calls back (the end of each, a text)."""

import asyncio
import json
import re
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from notifications.callbacks.wecom_crypto import envelope
from notifications.simulators.answering import answer_late_or_never
from notifications.simulators.faults import Faults
from notifications.simulators.ledger import Ledger, Received
from notifications.simulators.official_account_settings import OfficialAccountSettings
from notifications.simulators.push import Pusher
from notifications.simulators.sealed import SealedCaller
from notifications.simulators.settings import Callbacks
from notifications.simulators.wecom_rules import Refused
from notifications.simulators.wecom_tokens import LASTS, Tokens
from store.clock import Clock, RealClock, new_token

CHANNEL = "weixin"
_PLACE = re.compile(r"\{\{(\w+)\.DATA\}\}")
_LONGEST = 20
_FINISHED = "TEMPLATESENDJOBFINISH"


class OfficialAccountSimulator:
    def __init__(self, settings: OfficialAccountSettings, ledger: Ledger, faults: Faults, pusher: Pusher, clock: Clock) -> None:
        self._settings = settings
        self._ledger, self._faults, self._pusher, self._clock = ledger, faults, pusher, clock
        seal = envelope(settings.token, settings.encoding_aes_key, settings.application)
        self._caller = SealedCaller(seal, settings.original, "", pusher, clock)
        self._sent: dict[tuple[str, str], int] = {}
        """(follower, sender's reference) → the number of the message: the second copy is dropped."""
        self.tokens = Tokens(settings.application, settings.secret)
        self.callbacks = Callbacks()

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/cgi-bin/token", self._token),
            web.post("/cgi-bin/stable_token", self._stable_token),
            web.post("/cgi-bin/message/template/send", self._send),
        ]

    async def reply(self, openid: str, text: str) -> bool:
        """A follower writes to the account; True when our side took it."""
        return await self._caller.text(self.callbacks.official, openid, text)

    async def _token(self, request: web.Request) -> web.StreamResponse:
        return self._fetched(request.query.get("appid", ""), request.query.get("secret", ""))

    async def _stable_token(self, request: web.Request) -> web.StreamResponse:
        asked = await request.json()
        return self._fetched(str(asked.get("appid", "")), str(asked.get("secret", "")))

    def _fetched(self, application: str, secret: str) -> web.Response:
        value = self.tokens.fetch(application, secret, RealClock().now())
        if isinstance(value, Refused):
            return _refused(value)
        return web.json_response({"access_token": value, "expires_in": int(LASTS.total_seconds())})

    async def _send(self, request: web.Request) -> web.StreamResponse:
        refused = self.tokens.refuses(request.query.get("access_token", ""), RealClock().now())
        if refused is not None:
            return _refused(refused)
        content: dict[str, Any] = json.loads(await request.read())
        fault = self._faults.take(CHANNEL, str(content.get("touser", "")))
        if fault is not None and fault.down:
            return web.Response(status=503, text="busy")
        if fault is not None and fault.code:
            return _refused(Refused(int(fault.code), "ordered by the test"))
        shown = self._shown(content)
        if isinstance(shown, Refused):
            return _refused(shown)
        number = self._accept(content, shown, fault.receipt if fault else "")
        await answer_late_or_never(request, fault)
        return web.json_response({"errcode": 0, "errmsg": "ok", "msgid": number})

    def _shown(self, content: Mapping[str, Any]) -> str | Refused:
        """The text as the follower sees it: a value that is too long is cut without saying so."""
        template, data = self._settings.templates.get(str(content.get("template_id", ""))), content.get("data")
        if template is None:
            return Refused(40037, "invalid template_id")
        if str(content.get("touser", "")) in self._settings.strangers:
            return Refused(43004, "require subscribe")
        if not self._settings.follower.fullmatch(str(content.get("touser", ""))):
            return Refused(40003, "invalid openid")
        if not isinstance(data, dict) or any(place not in data for place in _PLACE.findall(template)):
            return Refused(47003, "argument invalid! data is missing")
        return _PLACE.sub(lambda match: str(data[match[1]]["value"])[:_LONGEST], template)

    def _accept(self, content: Mapping[str, Any], text: str, order: str) -> int:
        openid, reference = str(content["touser"]), str(content.get("client_msg_id", ""))
        known = self._sent.get((openid, reference)) if reference else None
        if known is not None:
            return known
        number = int(new_token(5), 16)
        self._sent[openid, reference] = number
        template = str(content["template_id"])
        link = str(content.get("url", ""))
        self._ledger.add(Received(CHANNEL, openid, reference, text, self._clock.now(), str(number), template, link=link))
        self._pusher.later(self._finish(openid, number, order))
        return number

    async def _finish(self, openid: str, number: int, order: str) -> None:
        await asyncio.sleep(self._settings.receipt_after.total_seconds())
        if order == "none":
            return
        status = "failed:user block" if order == "failed" else "success"
        event = {"MsgType": "event", "Event": _FINISHED, "MsgID": str(number), "Status": status}
        await self._caller.call(self.callbacks.official, openid, event)


def _refused(refused: Refused) -> web.Response:
    return web.json_response({"errcode": refused.errcode, "errmsg": f"{refused.errmsg} rid: {new_token(4)}"})
