"""The provider side of WeCom: tokens, message/send with its silent limits, cards, and the calls back."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from notifications.callbacks.wecom_crypto import envelope
from notifications.simulators.answering import answer_late_or_never
from notifications.simulators.faults import Fault, Faults
from notifications.simulators.ledger import Ledger, Received
from notifications.simulators.push import Pusher
from notifications.simulators.sealed import SealedCaller
from notifications.simulators.settings import Callbacks, WecomSettings
from notifications.simulators.wecom_cards import Cards
from notifications.simulators.wecom_rules import Refused, Shaped, shape
from notifications.simulators.wecom_tokens import LASTS, Tokens
from store.clock import Clock, RealClock, new_token


class WecomSimulator:
    def __init__(self, settings: WecomSettings, ledger: Ledger, faults: Faults, pusher: Pusher, clock: Clock) -> None:
        self._settings = settings
        self._ledger, self._faults, self._clock = ledger, faults, clock
        seal = envelope(settings.token, settings.encoding_aes_key, settings.corporation)
        self._caller = SealedCaller(seal, settings.corporation, str(settings.agent), pusher, clock)
        self._sent: dict[str, tuple[dict[str, Any], datetime]] = {}
        self.tokens = Tokens(settings.corporation, settings.secret)
        self.cards = Cards()
        self.silenced: list[str] = []
        """Deliveries that were accepted and, above the limit, never shown to the member."""
        self.callbacks = Callbacks()

    async def token(self, request: web.Request) -> web.StreamResponse:
        query = request.query
        value = self.tokens.fetch(query.get("corpid", ""), query.get("corpsecret", ""), RealClock().now())
        if isinstance(value, Refused):
            return _refused(value)
        return _answer({"access_token": value, "expires_in": int(LASTS.total_seconds())})

    async def send(self, request: web.Request) -> web.StreamResponse:
        content = await self._content(request)
        if isinstance(content, Refused):
            return _refused(content)
        fault = self._faults.take("wechat", str(content.get("touser", "")))
        if fault is not None and fault.down:
            return web.Response(status=503, text="busy")
        if fault is not None and fault.code:
            return _refused(Refused(int(fault.code), "ordered by the test"))
        return await self._send(request, content, fault)

    async def update_card(self, request: web.Request) -> web.StreamResponse:
        content = await self._content(request)
        if isinstance(content, Refused):
            return _refused(content)
        text = str(content.get("button", {}).get("replace_name", ""))
        people = [str(person) for person in content.get("userids", [])]
        refused = self.cards.change(str(content.get("response_code", "")), people, text, self._clock.now())
        return _refused(refused) if refused else _answer({"invaliduser": []})

    async def click(self, person: str, delivery: str, button: str) -> bool:
        """A member presses a button of a card; True when our side took it."""
        event = {
            "MsgType": "event",
            "Event": "template_card_event",
            "EventKey": button,
            "TaskId": delivery,
            "CardType": "button_interaction",
            "ResponseCode": self.cards.issue(delivery, self._clock.now()),
        }
        return await self._caller.call(self.callbacks.wechat, person, event)

    async def reply(self, person: str, text: str) -> bool:
        return await self._caller.text(self.callbacks.wechat, person, text)

    async def verify_callback(self) -> bool:
        return bool(self.callbacks.wechat) and await self._caller.verify(self.callbacks.wechat)

    async def _content(self, request: web.Request) -> dict[str, Any] | Refused:
        refused = self.tokens.refuses(request.query.get("access_token", ""), RealClock().now())
        if refused is not None:
            return refused
        try:
            content = json.loads(await request.read())
        except ValueError:
            content = None
        return content if isinstance(content, dict) else Refused(47001, "data format error")

    async def _send(self, request: web.Request, content: dict[str, Any], fault: Fault | None) -> web.StreamResponse:
        before = self._same(content)
        if before is not None:
            return _answer(before)
        shaped = shape(content, agent=self._settings.agent, has_callback=bool(self.callbacks.wechat))
        if isinstance(shaped, Refused):
            return _refused(shaped)
        if shaped.form == "template_card" and any(one.form == "template_card" for one in self._ledger.of(shaped.delivery)):
            return _refused(Refused(42014, "task_id was used before"))
        known = [person for person in shaped.people if self._is_member(person)]
        if not known:
            return _refused(Refused(81013, "user & party & tag all invalid"))
        answer = self._accept(shaped, known)
        self._sent[_fingerprint(content)] = (answer, self._clock.now())
        await answer_late_or_never(request, fault)
        return _answer(answer)

    def _same(self, content: Mapping[str, Any]) -> dict[str, Any] | None:
        """The answer to the first copy of the same body, if the sender asked for that check."""
        if content.get("enable_duplicate_check") != 1:
            return None
        within = timedelta(seconds=int(content.get("duplicate_check_interval", 1800)))
        answer, at = self._sent.get(_fingerprint(content), ({}, datetime.min.replace(tzinfo=self._clock.now().tzinfo)))
        return answer if answer and self._clock.now() - at < within else None

    def _accept(self, shaped: Shaped, known: list[str]) -> dict[str, Any]:
        identifier, now = new_token(12), self._clock.now()
        for person in known:
            if self._had_its_fill(person, now):
                self.silenced.append(shaped.delivery)
                continue
            seen = Received(
                "wechat",
                person,
                shaped.delivery,
                shaped.text,
                now,
                identifier,
                shaped.form,
                shaped.title,
                shaped.link,
                shaped.buttons,
            )
            self._ledger.add(seen)
        invalid = "|".join(person.lower() for person in shaped.people if person not in known)
        answer = {"invaliduser": invalid, "invalidparty": "", "invalidtag": "", "unlicenseduser": "", "msgid": identifier}
        return answer | ({"response_code": self.cards.issue(shaped.delivery, now)} if shaped.buttons else {})

    def _had_its_fill(self, person: str, now: datetime) -> bool:
        recent = [one for one in self._ledger.at(person) if one.channel == "wechat" and now - one.at < timedelta(minutes=1)]
        return len(recent) >= self._settings.a_minute

    def _is_member(self, person: str) -> bool:
        members = self._settings.members
        return not person.startswith("nobody") if members is None else person in members


def _fingerprint(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _answer(fields: Mapping[str, Any]) -> web.Response:
    return web.json_response({"errcode": 0, "errmsg": "ok"} | dict(fields))


def _refused(refused: Refused) -> web.Response:
    return web.json_response({"errcode": refused.errcode, "errmsg": f"{refused.errmsg}, hint: [{new_token(4)}]"})
