"""The bot of a WeCom group: the group reads the message and the person is mentioned; success is errcode 0 in the body.

Everyone in the group reads it, so the personal link is left out. There is neither receipt nor answer, and no check for a second
copy: for the picture in the operations room and as a second way, never the only one.
"""

import json
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from notifications.channels.answered import Answered, unreadable
from notifications.channels.endpoint import Endpoint, web_base
from notifications.channels.errors import ChannelUrlError
from notifications.channels.exchange import Exchange
from notifications.channels.text_limits import cut_bytes
from notifications.channels.wecom_codes import classify_bot
from notifications.limits import AddressLimits, Window
from notifications.message import Outcome, Outgoing, Result
from notifications.phones import canonical
from store.clock import Clock, RealClock

SCHEME = "wecomgroup"
FORM = "wecomgroup://:KEY@qyapi.weixin.qq.com/"
TEXT = 2048
"""Bytes."""
_TOTAL = timedelta(seconds=3)
# WeCom refuses the 21st in a minute, by its own count of the minute
LIMIT = Window(18, timedelta(minutes=1))
_ONE_PERSON = re.compile(r"\+?[0-9A-Za-z_.@-]{1,64}")


@dataclass(frozen=True, slots=True)
class WecomGroup:
    base: str
    key: str = field(repr=False)


def read_group(kind: str, endpoint: Endpoint) -> WecomGroup:
    if not (endpoint.secret and endpoint.host):
        raise ChannelUrlError(kind, "the key of the bot or the host is missing", FORM)
    return WecomGroup(web_base(kind, endpoint.netloc, endpoint.options.get("scheme", "https"), FORM), endpoint.secret)


class WecomBot:
    resend_is_safe = False

    def __init__(self, kind: str, group: WecomGroup, wire_clock: Clock | None = None, patience: timedelta = _TOTAL) -> None:
        """`wire_clock` is real time even where the engine's clock is not: the provider counts its own minutes."""
        self.kind = kind
        self._group = group
        self._clock = wire_clock or RealClock()
        self._exchange = Exchange(patience)
        self._limits = AddressLimits({SCHEME: (LIMIT,)})

    async def deliver(self, message: Outgoing) -> Outcome:
        if not _ONE_PERSON.fullmatch(message.address) or message.address == "@all":
            return Outcome(Result.FAILED_FOR_GOOD, code="address", detail=f"{message.address!r} is not one member or phone")
        now = self._clock.now()
        if self._limits.free_at(SCHEME, self._group.key, now) > now:
            return Outcome(Result.FAILED_FOR_NOW, code="20-a-minute", detail="the bot has said enough for this minute")
        self._limits.record(SCHEME, self._group.key, now)
        url = f"{self._group.base}/cgi-bin/webhook/send?{urlencode({'key': self._group.key})}"
        return _read(await self._exchange.ask("POST", url, {"Content-Type": "application/json"}, body(message)))

    async def look_up(self, message: Outgoing, sent: datetime) -> Outcome | None:  # noqa: ARG002 - WeCom has no such question
        return None

    async def close(self) -> None:
        await self._exchange.close()


def body(message: Outgoing) -> bytes:
    head = message.title + "\n" if message.title and not message.text.startswith(message.title) else ""
    text = message.text.replace(message.link, "").rstrip() if message.link else message.text
    tail = f"\n{'Ref' if message.language.startswith('en') else '编号'} {message.delivery}"
    content: dict[str, Any] = {"content": cut_bytes(head + text, TEXT - len(tail.encode())) + tail}
    phone = canonical(message.address)
    content["mentioned_mobile_list" if phone.isdecimal() and len(phone) == 11 else "mentioned_list"] = [phone]
    return json.dumps({"msgtype": "text", "text": content}, ensure_ascii=False, sort_keys=True).encode()


def _read(answer: Answered | Outcome) -> Outcome:
    if isinstance(answer, Outcome):
        return answer
    fields = answer.fields()
    if fields is None or not isinstance(fields.get("errcode"), int):
        return unreadable(answer)
    code = fields["errcode"]
    detail = "" if code == 0 else str(fields.get("errmsg", ""))
    return Outcome(classify_bot(code), code="" if code == 0 else str(code), detail=detail)
