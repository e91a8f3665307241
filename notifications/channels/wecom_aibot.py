"""A WeCom smart bot over a connection that we open: cards with buttons and their answers for a bureau that nobody can call back.

WeCom sends no receipt, and no check for a second copy is known: what was written when the line broke is in doubt for good.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from notifications.channels.aibot_line import EVENT, SEND, AibotLine, LineLostError, line_of
from notifications.channels.endpoint import Endpoint, web_base
from notifications.channels.errors import ChannelUrlError
from notifications.channels.wecom_codes import classify
from notifications.channels.wecom_messages import chat
from notifications.message import Outcome, Outgoing, Receipt, Reply, Result
from store.clock import Clock, RealClock

SCHEME = "wecomaibot"
FORM = "wecomaibot://BOT_ID:SECRET@openws.work.weixin.qq.com/"
_ANSWER = timedelta(seconds=5)
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=1), timedelta(seconds=30)
_AFTER_A_KICK = timedelta(minutes=1)
"""Somebody else has the bot: two that throw each other out again and again hear nothing, either of them."""
_ONE_MEMBER = re.compile(r"[0-9A-Za-z_.@-]{1,64}")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Aibot:
    bot: str
    secret: str = field(repr=False)
    base: str

    @property
    def url(self) -> str:
        return self.base.replace("http", "ws", 1)


def read_aibot(kind: str, endpoint: Endpoint) -> Aibot:
    if not (endpoint.user and endpoint.secret and endpoint.host):
        raise ChannelUrlError(kind, "the bot's id, its secret or the host is missing", FORM)
    base = web_base(kind, endpoint.netloc, endpoint.options.get("scheme", "https"), FORM)
    return Aibot(endpoint.user, endpoint.secret, base)


class WecomAibot:
    resend_is_safe = False

    def __init__(
        self,
        kind: str,
        aibot: Aibot,
        wire_clock: Clock | None = None,
        patience: timedelta = _ANSWER,
        first_pause: timedelta = _FIRST_PAUSE,
    ) -> None:
        self.kind = kind
        self._clock = wire_clock or RealClock()
        self._aibot, self._patience, self._first_pause = aibot, patience, first_pause
        self._line: AibotLine | None = None

    async def deliver(self, message: Outgoing) -> Outcome:
        if not _ONE_MEMBER.fullmatch(message.address) or message.address == "@all":
            return Outcome(Result.FAILED_FOR_GOOD, code="address", detail=f"{message.address!r} is not one member's userid")
        line = self._own_line()
        closed = await self._open(line)
        if closed is not None:
            return closed
        try:
            answer = await line.ask(SEND, chat(message), self._patience)
        except LineLostError as lost:
            return Outcome(Result.UNKNOWN if lost.was_written else Result.FAILED_FOR_NOW, code="line-lost", detail=lost.reason)
        return _outcome(answer)

    async def look_up(self, message: Outgoing, sent: datetime) -> Outcome | None:  # noqa: ARG002 - WeCom has no such question
        return None

    async def prove(self) -> Outcome:
        """Signs in, and stays so until it is closed."""
        return await self._open(self._own_line()) or Outcome(Result.ACCEPTED)

    async def listen(
        self,
        on_receipt: Callable[[Receipt], Awaitable[None]],  # noqa: ARG002 - WeCom sends none
        on_reply: Callable[[Reply], Awaitable[None]],
    ) -> None:
        """Keeps the line open. Real messages and drills share it: one listens, the other stands by."""
        line, pause = self._own_line(), self._first_pause
        async with line.listening:
            line.on_push = lambda frame: self._heard(frame, on_reply)
            while True:
                closed = await self._open(line)
                if closed is None:
                    pause = self._first_pause
                    _log.info("%s: the line of the bot is open", self.kind)
                    await line.ended.wait()
                    _log.warning(
                        "%s: the line of the bot ended%s", self.kind, ", somebody else has it" if line.was_kicked else ""
                    )
                else:
                    _log.warning("%s: no line of the bot: %s %s", self.kind, closed.code, closed.detail)
                await asyncio.sleep((_AFTER_A_KICK if line.was_kicked else pause).total_seconds())
                pause = min(2 * pause, _LONGEST_PAUSE)

    async def close(self) -> None:
        if self._line is not None:
            await self._line.close()

    def _own_line(self) -> AibotLine:
        """Made on the event loop that uses it."""
        if self._line is None:
            self._line = line_of(self._aibot.url, self._aibot.bot)
        return self._line

    async def _open(self, line: AibotLine) -> Outcome | None:
        """None once it is open."""
        async with line.opening:
            if line.is_open:
                return None
            try:
                answer = await line.open(self._aibot.url, self._aibot.bot, self._aibot.secret, self._patience)
            except LineLostError as lost:
                return Outcome(Result.FAILED_FOR_NOW, code="connect", detail=lost.reason)
            refused = _outcome(answer)
            if refused.result is Result.ACCEPTED:
                return None
            # whatever its code is, it is about the account and no message was written
            return Outcome(Result.PROVIDER_DOWN, code=refused.code, detail=refused.detail)

    async def _heard(self, frame: Mapping[str, Any], on_reply: Callable[[Reply], Awaitable[None]]) -> None:
        try:
            reply = reply_of(frame, self._clock.now())
            if reply is not None:
                await on_reply(reply)
        except Exception as cause:
            # the kind of the fault alone: its text may quote what somebody wrote
            _log.warning("%s: what came could not be kept: %s", self.kind, type(cause).__name__)


def reply_of(frame: Mapping[str, Any], now: datetime) -> Reply | None:
    """A text or a pressed button; None for what says nothing to us. `msgid` is the same when WeCom pushes it again.

    `now` stands for a time that the push does not say.
    """
    body = frame["body"]
    person, identifier = str(body["from"]["userid"]), str(body["msgid"])
    at = datetime.fromtimestamp(int(body["create_time"]), UTC) if body.get("create_time") else now
    if frame["cmd"] != EVENT:
        content = body.get("text") or {}
        return Reply("wechat", identifier, person, str(content["content"]).strip(), at) if content else None
    pressed = body["event"].get("template_card_event")
    if not pressed:
        return None
    return Reply("wechat", identifier, person, str(pressed["event_key"]), at, delivery=str(pressed["task_id"]))


def _outcome(answer: Mapping[str, Any]) -> Outcome:
    code = answer.get("errcode")
    if not isinstance(code, int):
        return Outcome(Result.UNKNOWN, code="no-errcode", detail="the answer has no errcode")
    if code == 0:
        return Outcome(Result.ACCEPTED)
    return Outcome(classify(code), code=str(code), detail=str(answer.get("errmsg", "")))
