"""The provider side of SMPP 3.4 on one port: binds, takes messages, sends receipts and what people write back."""

import asyncio
import contextlib
from collections.abc import Coroutine
from dataclasses import replace
from datetime import timedelta

from notifications.channels.smpp_pdu import (
    HEADER,
    RECEIPT,
    UDH,
    Command,
    Pdu,
    PduError,
    ShortMessage,
    header,
    short_message,
    words,
)
from notifications.channels.smpp_texts import parts_of, readable
from notifications.phones import canonical
from notifications.simulators.faults import Fault, Faults
from notifications.simulators.ledger import Ledger, Received
from notifications.simulators.settings import SmppSettings
from store.clock import Clock

_WRONG_PASSWORD, _NO_NUMBER, _SYSTEM_ERROR = 0x0E, 0x0B, 0x08


class SmppSimulator:
    def __init__(self, settings: SmppSettings, ledger: Ledger, faults: Faults, clock: Clock) -> None:
        self._settings = settings
        self._ledger, self._faults, self._clock = ledger, faults, clock
        self._server: asyncio.Server | None = None
        self._bound: list[asyncio.StreamWriter] = []
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._pieces: dict[tuple[str, int], dict[int, str]] = {}
        self._count = 0
        self.binds = self.enquiries = 0
        self.is_deaf = False
        """Does not answer whether it is there, as after a break that nobody was told of."""
        self.answers: list[Pdu] = []
        """What our side said to what was brought to it."""

    async def start(self, host: str, port: int) -> int:
        self._server = await asyncio.start_server(self._serve, host, port)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        self.hang_up()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def lines(self) -> int:
        """How many are open."""
        return len(self._writers)

    def hang_up(self) -> None:
        """Every line ends in the middle of whatever it was."""
        for writer in self._writers:
            writer.transport.abort()

    async def reply(self, address: str, text: str) -> bool:
        """A person writes back; False where nobody is bound."""
        if not self._bound:
            return False
        parts = parts_of(text, self._count % 256)
        for body in parts.bodies:
            esm_class = UDH if len(parts.bodies) > 1 else 0
            self._bring(ShortMessage(address, "1069", body, parts.coding, esm_class))
        return True

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            while True:
                head = header(await reader.readexactly(HEADER))
                body = await reader.readexactly(head.length - HEADER)
                self._take(Pdu(head.command, head.sequence, head.status, body), writer)
        except (PduError, OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self._writers.discard(writer)
            with contextlib.suppress(ValueError):
                self._bound.remove(writer)
            writer.close()

    def _take(self, pdu: Pdu, writer: asyncio.StreamWriter) -> None:
        match pdu.command:
            case _ if pdu.is_response:
                self.answers.append(pdu)
            case Command.BIND_TRANSCEIVER:
                self._bind(pdu, writer)
            case Command.SUBMIT:
                self._submit(pdu, writer)
            case Command.ENQUIRE_LINK:
                self.enquiries += 1
                if not self.is_deaf:
                    writer.write(pdu.answer().packed)
            case Command.UNBIND:
                writer.write(pdu.answer().packed)
            case _:
                writer.write(Pdu(Command.GENERIC_NACK, pdu.sequence, status=3).packed)

    def _bind(self, pdu: Pdu, writer: asyncio.StreamWriter) -> None:
        settings = self._settings
        if words(pdu.body, 2) != [settings.system_id, settings.password]:
            writer.write(pdu.answer(_WRONG_PASSWORD, b"\0").packed)
            return
        self.binds += 1
        self._bound.append(writer)
        writer.write(pdu.answer(body=b"SIMULATED\0").packed)

    def _submit(self, pdu: Pdu, writer: asyncio.StreamWriter) -> None:
        message = short_message(pdu.body)
        phone = canonical(message.destination)
        fault = self._faults.take("smpp", phone)
        status = self._refuses(message, phone, fault)
        if status:
            writer.write(pdu.answer(status, b"\0").packed)
            return
        self._count += 1
        identifier = f"{self._count:08x}"
        self._keep(message, phone, identifier)
        if fault is not None and fault.drop:
            writer.transport.abort()
            return
        if message.wants_receipt and (fault is None or fault.receipt != "none"):
            self._later(self._report(message, identifier, failed=fault is not None and fault.receipt == "failed"))
        answer = pdu.answer(body=identifier.encode() + b"\0").packed
        if fault is None or not fault.late:
            writer.write(answer)
        else:
            self._later(_write_late(writer, answer, fault.late))

    def _refuses(self, message: ShortMessage, phone: str, fault: Fault | None) -> int:
        if fault is not None and fault.down:
            return _SYSTEM_ERROR
        if fault is not None and fault.code:
            return int(fault.code, 16)
        return 0 if len(phone) == 11 and message.source else _NO_NUMBER

    def _keep(self, message: ShortMessage, phone: str, identifier: str) -> None:
        """As a phone does: the parts of a text are shown once they are all there."""
        has_header = bool(message.esm_class & UDH)
        text = readable(message.text, message.coding, has_header=has_header)
        if has_header:
            reference, total, place = message.text[3:6]
            pieces = self._pieces.setdefault((phone, reference), {})
            pieces[place] = text
            if len(pieces) < total:
                return
            text = "".join(pieces[number] for number in sorted(pieces))
            del self._pieces[phone, reference]
        self._ledger.add(Received("sms", phone, "", text, self._clock.now(), identifier, f"smpp {message.coding}"))

    async def _report(self, message: ShortMessage, identifier: str, *, failed: bool) -> None:
        await asyncio.sleep(self._settings.receipt_after.total_seconds())
        state = "UNDELIV" if failed else "DELIVRD"
        text = f"id:{identifier} sub:001 dlvrd:001 submit date:2611240600 done date:2611240601 stat:{state} err:000 text:"
        self._bring(
            replace(
                message, source=message.destination, destination=message.source, text=text.encode(), coding=0, esm_class=RECEIPT
            )
        )

    def _bring(self, message: ShortMessage) -> None:
        if self._bound:
            self._count += 1
            self._bound[-1].write(Pdu(Command.DELIVER, self._count, body=message.packed).packed)

    def _later(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _write_late(writer: asyncio.StreamWriter, answer: bytes, late: timedelta) -> None:
    await asyncio.sleep(late.total_seconds())
    if not writer.is_closing():
        writer.write(answer)
