"""One bound connection to an SMPP gateway: many questions under way at once, each answer given to whoever asked."""

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta

from notifications.channels.smpp_pdu import HEADER, Command, Pdu, PduError, ShortMessage, header, short_message

Heard = Callable[[ShortMessage], Awaitable[bool]]
"""Takes what the gateway brings; False: it could not be kept, and the gateway is to bring it again."""
CONNECT = timedelta(seconds=2)
ANSWER = timedelta(seconds=3)
_ROOM = timedelta(seconds=1)
"""Together well under the dispatcher's patience, also after other gateways: it cannot tell what was written from what was not."""
QUIET = timedelta(seconds=30)
_TRY_AGAIN_LATER = 0x64


class LineLostError(Exception):
    """The connection ended. What was written and not answered may have been read."""

    def __init__(self, *, was_written: bool, reason: str) -> None:
        super().__init__(was_written, reason)
        self.was_written, self.reason = was_written, reason

    def __str__(self) -> str:
        return self.reason


class WindowFullError(LineLostError):
    """Nothing was written: as many questions as may be already wait for their answers."""

    def __init__(self) -> None:
        super().__init__(was_written=False, reason="too many questions wait for their answers")


class SmppLine:
    def __init__(self, window: int, heard: Heard, quiet: timedelta = QUIET) -> None:
        """At most `window` questions wait for their answers; after `quiet` without a word the gateway is asked if it is there."""
        self._heard = heard
        self._quiet = quiet.total_seconds()
        self._window = asyncio.Semaphore(window)
        self._waiting: dict[int, asyncio.Future[Pdu]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._sequence = 0
        self._writer: asyncio.StreamWriter | None = None
        self._last_word = 0.0
        self.ended = asyncio.Event()
        self.ended.set()

    @property
    def is_open(self) -> bool:
        return not self.ended.is_set()

    async def open(self, host: str, port: int, tls: ssl.SSLContext | None, bind: bytes) -> Pdu:
        """The answer to the bind; with a status, the line is closed again. Errors: `OSError`, `LineLostError`, `TimeoutError`."""
        async with asyncio.timeout(CONNECT.total_seconds()):
            reader, self._writer = await asyncio.open_connection(host, port, ssl=tls)
            self.ended.clear()
            self._begin(self._read(reader))
            try:
                answer = await self.ask(Command.BIND_TRANSCEIVER, bind)
            except BaseException:
                self.close("no bind")
                raise
        if answer.status:
            self.close("the bind was refused")
        else:
            self._begin(self._keep_alive())
        return answer

    async def ask(self, command: int, body: bytes, patience: timedelta = ANSWER) -> Pdu:
        """Error: `LineLostError`, also where no answer came in time, or no room in the window."""
        try:
            async with asyncio.timeout(_ROOM.total_seconds()):
                await self._window.acquire()
        except TimeoutError as cause:
            raise WindowFullError from cause
        try:
            return await self._asked(command, body, patience)
        finally:
            self._window.release()

    async def _asked(self, command: int, body: bytes, patience: timedelta) -> Pdu:
        if self._writer is None:
            raise LineLostError(was_written=False, reason="the line is closed")
        self._sequence = self._sequence % 0x7FFFFFFF + 1
        sequence = self._sequence
        answer: asyncio.Future[Pdu] = asyncio.get_running_loop().create_future()
        self._waiting[sequence] = answer
        try:
            self._write(Pdu(command, sequence, body=body))
            async with asyncio.timeout(patience.total_seconds()):
                return await answer
        except TimeoutError as cause:
            raise LineLostError(was_written=True, reason="no answer in time") from cause
        finally:
            self._waiting.pop(sequence, None)

    def close(self, reason: str = "closed") -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(LineLostError(was_written=True, reason=reason))
        for task in self._tasks - {_current_task()}:
            task.cancel()
        self.ended.set()

    async def unbind(self) -> None:
        """Says goodbye, and does not wait long for the answer."""
        if self.is_open:
            with contextlib.suppress(LineLostError):
                await self.ask(Command.UNBIND, b"", timedelta(seconds=1))
        self.close()

    async def _read(self, reader: asyncio.StreamReader) -> None:
        reason = "the gateway closed the line"
        try:
            while True:
                head = header(await reader.readexactly(HEADER))
                body = await reader.readexactly(head.length - HEADER)
                self._last_word = asyncio.get_running_loop().time()
                self._take(Pdu(head.command, head.sequence, head.status, body))
        except PduError as error:
            reason = str(error)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self.close(reason)

    def _take(self, pdu: Pdu) -> None:
        if pdu.is_response:
            waiting = self._waiting.get(pdu.sequence)
            if waiting is not None and not waiting.done():
                waiting.set_result(pdu)
            return
        match pdu.command:
            case Command.DELIVER:
                self._begin(self._deliver(pdu))
            case Command.ENQUIRE_LINK:
                self._write(pdu.answer())
            case Command.UNBIND:
                self._write(pdu.answer())
                raise PduError("the gateway said goodbye")
            case _:
                self._write(Pdu(Command.GENERIC_NACK, pdu.sequence, status=3))

    async def _deliver(self, pdu: Pdu) -> None:
        """Answered once it is kept, and not before."""
        try:
            kept = await self._heard(short_message(pdu.body))
        except PduError:
            kept = True  # it will not be readable the next time either
        self._write(pdu.answer(0 if kept else _TRY_AGAIN_LATER, b"\0"))

    async def _keep_alive(self) -> None:
        while True:
            await asyncio.sleep(self._quiet)
            if asyncio.get_running_loop().time() - self._last_word < self._quiet:
                continue
            try:
                await self.ask(Command.ENQUIRE_LINK, b"", min(ANSWER, timedelta(seconds=self._quiet)))
            except LineLostError:
                self.close("the gateway does not answer any more")
                return

    def _write(self, pdu: Pdu) -> None:
        if self._writer is not None:
            self._writer.write(pdu.packed)

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended_task)

    def _ended_task(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # looked at: a line that ended is no news to its own tasks


def _current_task() -> "asyncio.Task[None] | None":
    try:
        return asyncio.current_task()
    except RuntimeError:
        return None
