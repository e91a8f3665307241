"""SMS straight to an SMPP 3.4 gateway: one transceiver, its receipts and replies over the same line.

A question that was written and not answered is in doubt, and stays so: the gateway cannot be asked by our reference.
"""

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from notifications.channels.one_number import no_number
from notifications.channels.smpp_codes import classify, name_of
from notifications.channels.smpp_line import ANSWER, QUIET, LineLostError, SmppLine, WindowFullError
from notifications.channels.smpp_pdu import UDH, Command, Pdu, PduError, ShortMessage, bind, words
from notifications.channels.smpp_receipts import provider_id, receipt_of, reply_of
from notifications.channels.smpp_settings import SmppAccount
from notifications.channels.smpp_texts import Parts, parts_of
from notifications.message import Outcome, Outgoing, Receipt, Reply, Result
from notifications.phones import canonical
from store.clock import Clock, RealClock

_log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=1), timedelta(seconds=30)
_WORST = (Result.UNKNOWN, Result.PROVIDER_DOWN, Result.FAILED_FOR_NOW, Result.FAILED_FOR_GOOD)
"""Of several parts: one that may be there decides before one that surely is not."""

OnReceipt = Callable[[Receipt], Awaitable[None]]
OnReply = Callable[[Reply], Awaitable[None]]


class Smpp:
    resend_is_safe = False

    def __init__(
        self,
        kind: str,
        account: SmppAccount,
        wire_clock: Clock | None = None,
        tls: ssl.SSLContext | None = None,
        patience: timedelta = ANSWER,
        first_pause: timedelta = FIRST_PAUSE,
        quiet: timedelta = QUIET,
    ) -> None:
        """`tls` in place of the system's trust; `first_pause` before the line is opened again, then twice as long each time."""
        self.kind = kind
        self._account = account
        self._clock = wire_clock or RealClock()
        self._tls = (tls or ssl.create_default_context()) if account.has_tls else None
        self._patience = patience
        self._first_pause = first_pause
        self._line = SmppLine(account.window, self._heard, quiet)
        self._opening = asyncio.Lock()
        self._closed: Outcome | None = None
        """Why the line could not be opened the last time."""
        self._again_at = 0.0
        self._reference = 0
        self._listeners: tuple[OnReceipt, OnReply] | None = None

    async def deliver(self, message: Outgoing) -> Outcome:
        """On acceptance `provider_id` is that of the last part, whose receipt counts for the whole."""
        if refusal := no_number(message.address):
            return refusal
        closed = await self._open()
        if closed is not None:
            return closed
        self._reference = (self._reference + 1) % 256
        parts = parts_of(self._account.signature + message.short, self._reference)
        outcomes = await asyncio.gather(*(self._submit(unit) for unit in self._units(message.address, parts)))
        return next((one for result in _WORST for one in outcomes if one.result is result), outcomes[-1])

    async def look_up(self, message: Outgoing, sent: datetime) -> Outcome | None:  # noqa: ARG002 - only by an identifier we never got
        return None

    async def listen(self, on_receipt: OnReceipt, on_reply: OnReply) -> None:
        """Keeps the line open, and opens it again when it ends."""
        self._listeners = on_receipt, on_reply
        pause = self._first_pause
        while True:
            closed = await self._open()
            if closed is None:
                pause = self._first_pause
                _log.info("%s: the line to %s is open", self.kind, self._account.host)
                await self._line.ended.wait()
                _log.warning("%s: the line to %s ended", self.kind, self._account.host)
            else:
                _log.warning("%s: no line to %s: %s %s", self.kind, self._account.host, closed.code, closed.detail)
            await asyncio.sleep(pause.total_seconds())
            pause = min(2 * pause, LONGEST_PAUSE)

    async def prove(self) -> Outcome:
        """Binds, and stays bound until it is closed."""
        return await self._open() or Outcome(Result.ACCEPTED)

    async def close(self) -> None:
        await self._line.unbind()

    def _units(self, address: str, parts: Parts) -> list[ShortMessage]:
        several = len(parts.bodies) > 1
        number = canonical(address)
        return [
            ShortMessage(
                source=self._account.source,
                destination=f"+86{number}" if len(number) == 11 and number.startswith("1") else number,
                text=body,
                coding=parts.coding,
                esm_class=UDH if several else 0,
                wants_receipt=place == len(parts.bodies),
            )
            for place, body in enumerate(parts.bodies, start=1)
        ]

    async def _open(self) -> Outcome | None:
        """None once the line is open; those who wait for a try that fails do not each try again."""
        async with self._opening:
            if self._line.is_open:
                return None
            now = asyncio.get_running_loop().time()
            if self._closed is None or now >= self._again_at:
                self._closed = await self._try_to_open()
                self._again_at = asyncio.get_running_loop().time() + self._first_pause.total_seconds()
            return self._closed

    async def _try_to_open(self) -> Outcome | None:
        account = self._account
        try:
            greeting = bind(account.system_id, account.password, account.system_type)
            answer = await self._line.open(account.host, account.port, self._tls, greeting)
        except ssl.SSLError:
            return Outcome(Result.PROVIDER_DOWN, code="tls", detail="the gateway's certificate or its TLS is not good enough")
        except (OSError, LineLostError) as cause:
            return Outcome(Result.FAILED_FOR_NOW, code="connect", detail=str(cause) or type(cause).__name__)
        return _refusal(answer) if answer.status else None

    async def _submit(self, unit: ShortMessage) -> Outcome:
        try:
            answer = await self._line.ask(Command.SUBMIT, unit.packed, self._patience)
        except WindowFullError as full:
            return Outcome(Result.FAILED_FOR_NOW, code="window-full", detail=full.reason)
        except LineLostError as lost:
            return Outcome(Result.UNKNOWN if lost.was_written else Result.FAILED_FOR_NOW, code="line-lost", detail=lost.reason)
        return _refusal(answer) if answer.status else self._acceptance(answer, unit)

    def _acceptance(self, answer: Pdu, unit: ShortMessage) -> Outcome:
        try:
            (identifier,) = words(answer.body, 1)
        except PduError:
            return Outcome(Result.ACCEPTED, detail="accepted without an identifier: no receipt will be known")
        return Outcome(Result.ACCEPTED, provider_id(identifier, unit.destination, 16 if self._account.has_hex_ids else 0))

    async def _heard(self, message: ShortMessage) -> bool:
        if self._listeners is None:
            return False
        on_receipt, on_reply = self._listeners
        now = self._clock.now()
        try:
            if message.is_receipt:
                receipt = receipt_of(message, now, is_decimal=self._account.has_hex_ids)
                if receipt is not None:
                    await on_receipt(receipt)
            else:
                await on_reply(reply_of(message, self.kind, now))
        except Exception as cause:
            # the kind of the fault alone: its text may quote the phone and the words
            _log.warning("%s: what came could not be kept and is to come again: %s", self.kind, type(cause).__name__)
            return False
        return True


def _refusal(answer: Pdu) -> Outcome:
    return Outcome(classify(answer.status), code=name_of(answer.status), detail="the gateway refused it")
