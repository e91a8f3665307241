"""`/_sim/…`: what tests and the page ask of the simulators (phones, answers, faults), as JSON or as a form."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from aiohttp import web

from notifications.simulators import aibot
from notifications.simulators.aibot import AibotSimulator
from notifications.simulators.aliyun import AliyunSimulator
from notifications.simulators.faults import Fault, Faults
from notifications.simulators.ledger import Ledger
from notifications.simulators.official_account import OfficialAccountSimulator
from notifications.simulators.page import page
from notifications.simulators.settings import Callbacks
from notifications.simulators.smpp import SmppSimulator
from notifications.simulators.switchboard import Switchboard
from notifications.simulators.tencent import TencentSimulator
from notifications.simulators.wecom import WecomSimulator
from store.clock import RealClock


class Admin:
    def __init__(
        self,
        aliyun: AliyunSimulator,
        tencent: TencentSimulator,
        wecom: WecomSimulator,
        official: OfficialAccountSimulator,
        aibot: AibotSimulator,
        smpp: SmppSimulator,
        switchboard: Switchboard,
        ledger: Ledger,
        faults: Faults,
    ) -> None:
        self._aliyun, self._tencent, self._wecom, self._smpp = aliyun, tencent, wecom, smpp
        self._official, self._aibot, self._switchboard = official, aibot, switchboard
        self._ledger, self._faults = ledger, faults

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/", self._page),
            web.get("/_sim/messages", self._messages),
            web.get("/_sim/phones", self._phones),
            web.post("/_sim/reply", self._reply),
            web.post("/_sim/click", self._click),
            web.post("/_sim/press", self._press),
            web.post("/_sim/callback", self._callback),
            web.get("/_sim/faults", self._list_faults),
            web.post("/_sim/faults", self._order_fault),
            web.delete("/_sim/faults", self._clear_faults),
            web.post("/_sim/expire-tokens", self._expire_tokens),
        ]

    def point_to(self, callbacks: Callbacks) -> None:
        self._aliyun.point_to(callbacks)
        self._tencent.point_to(callbacks)
        self._wecom.callbacks = self._official.callbacks = callbacks

    async def reply(self, channel: str, address: str, text: str) -> bool:
        """By `sms` a person writes back through Alibaba Cloud, by `tencent` through Tencent Cloud, by `smpp` over a line.

        By `weixin` a follower writes to the Official Account, by `aibot` a member to the smart bot, by anything else to WeCom.
        """
        match channel:
            case "sms":
                return await self._aliyun.reply(address, text)
            case "tencent":
                return await self._tencent.reply(address, text)
            case "aibot":
                return await self._aibot.reply(address, text)
            case "weixin":
                return await self._official.reply(address, text)
            case "smpp":
                return await self._smpp.reply(address, text)
            case _:
                return await self._wecom.reply(address, text)

    async def click(self, delivery: str, key: str, address: str = "") -> bool:
        """False also when no such card or button was ever received."""
        cards = [one for one in self._ledger.of(delivery) if key in dict(one.buttons) and address in ("", one.address)]
        if not cards:
            return False
        clicked = self._aibot.click if cards[0].channel == aibot.CHANNEL else self._wecom.click
        return await clicked(cards[0].address, delivery, key)

    async def _page(self, request: web.Request) -> web.StreamResponse:  # noqa: ARG002 - a handler
        return web.Response(
            text=page(self._ledger.all(), self._wecom.cards.shown | self._switchboard.shown), content_type="text/html"
        )

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        asked = {name: value for name, value in request.query.items() if name in ("delivery", "address", "channel")}
        found = [asdict(one) for one in self._ledger.all()]
        chosen = [one for one in found if all(one[name] == value for name, value in asked.items())]
        return web.json_response(text=json.dumps(chosen, default=str, ensure_ascii=False))

    async def _phones(self, request: web.Request) -> web.StreamResponse:  # noqa: ARG002 - a handler
        counts: dict[str, int] = {}
        for one in self._ledger.all():
            counts[one.address] = counts.get(one.address, 0) + 1
        return web.json_response({"phones": counts, "deliveries": self._ledger.counts(), "silenced": self._wecom.silenced})

    async def _reply(self, request: web.Request) -> web.StreamResponse:
        fields = await _fields(request)
        taken = await self.reply(fields.get("channel", "sms"), fields.get("address", ""), fields.get("text", ""))
        return _done(request, taken=taken)

    async def _click(self, request: web.Request) -> web.StreamResponse:
        fields = await _fields(request)
        taken = await self.click(fields.get("delivery", ""), fields.get("key", ""), fields.get("address", ""))
        return _done(request, taken=taken)

    async def _press(self, request: web.Request) -> web.StreamResponse:
        fields = await _fields(request)
        taken = self._switchboard.press(fields.get("delivery", ""), fields.get("address", ""), fields.get("key", ""))
        return _done(request, taken=taken)

    async def _callback(self, request: web.Request) -> web.StreamResponse:
        self.point_to(Callbacks.under((await _fields(request))["url"]))
        return web.json_response({"verified": await self._wecom.verify_callback()})

    async def _list_faults(self, request: web.Request) -> web.StreamResponse:  # noqa: ARG002 - a handler
        return web.json_response(text=json.dumps([asdict(one) for one in self._faults.all()], default=str))

    async def _order_fault(self, request: web.Request) -> web.StreamResponse:
        fields: dict[str, Any] = dict(await _fields(request))
        fields["late"] = timedelta(seconds=float(fields.get("late", 0)))
        try:
            self._faults.order(Fault(**fields))
        except TypeError as cause:
            raise web.HTTPBadRequest(
                text=f"{cause}; expected channel and some of code, late, drop, down, receipt, address, times"
            ) from cause
        return web.json_response({"ordered": True})

    async def _clear_faults(self, request: web.Request) -> web.StreamResponse:  # noqa: ARG002 - a handler
        self._faults.clear()
        return web.json_response({"cleared": True})

    async def _expire_tokens(self, request: web.Request) -> web.StreamResponse:  # noqa: ARG002 - a handler
        now = RealClock().now()
        self._wecom.tokens.expire(now)
        self._official.tokens.expire(now)
        return web.json_response({"expired": True})


def _is_form(request: web.Request) -> bool:
    return request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data")


async def _fields(request: web.Request) -> Mapping[str, Any]:
    if _is_form(request):
        return {name: str(value) for name, value in (await request.post()).items()}
    found = await request.json()
    if not isinstance(found, dict):
        raise web.HTTPBadRequest(text="expected a JSON object")
    return found


def _done(request: web.Request, *, taken: bool) -> web.Response:
    if _is_form(request):
        raise web.HTTPSeeOther("/")
    return web.json_response({"taken": taken}, status=200 if taken else 502)
