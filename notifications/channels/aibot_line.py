"""The one long connection of a WeCom smart bot: questions with their answers by `req_id`, a heartbeat, and what WeCom pushes.

A second connection of the same bot ends the first, so a process has one for each bot, whoever speaks through it.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any
from weakref import WeakKeyDictionary, WeakValueDictionary

from aiohttp import ClientError, ClientSession, ClientTimeout, ClientWebSocketResponse, WSMsgType

from store.clock import new_token

SUBSCRIBE, PING, SEND = "aibot_subscribe", "ping", "aibot_send_msg"
MESSAGE, EVENT = "aibot_msg_callback", "aibot_event_callback"
KICKED = "disconnected_event"
HEARTBEAT = timedelta(seconds=30)
_CONNECT = timedelta(seconds=3)
_LARGEST = 256 * 1024
OnPush = Callable[[Mapping[str, Any]], Awaitable[None]]


class LineLostError(Exception):
    """`was_written`: WeCom may have read the question."""

    def __init__(self, reason: str, *, was_written: bool) -> None:
        super().__init__(reason, was_written)
        self.reason, self.was_written = reason, was_written

    def __str__(self) -> str:
        return self.reason


class AibotLine:
    def __init__(self, heartbeat: timedelta = HEARTBEAT) -> None:
        self._heartbeat = heartbeat
        self._session: ClientSession | None = None
        self._socket: ClientWebSocketResponse | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self.ended = asyncio.Event()
        self.opening, self.listening = asyncio.Lock(), asyncio.Lock()
        self.on_push: OnPush | None = None
        self.was_kicked = False

    @property
    def is_open(self) -> bool:
        return self._socket is not None and not self._socket.closed and not self.ended.is_set()

    async def open(self, url: str, bot: str, secret: str, patience: timedelta) -> dict[str, Any]:
        """What WeCom says of our credentials; with an errcode the line is closed again. Error: `LineLostError`."""
        await self.close()
        self.ended.clear()
        self.was_kicked = False
        self._session = ClientSession(timeout=ClientTimeout(total=None, connect=_CONNECT.total_seconds()))
        try:
            async with asyncio.timeout(_CONNECT.total_seconds()):
                self._socket = await self._session.ws_connect(url, max_msg_size=_LARGEST)
        except (ClientError, OSError, TimeoutError) as cause:
            await self.close()
            raise LineLostError(f"{type(cause).__name__}", was_written=False) from cause
        self._tasks = [asyncio.create_task(self._read(self._socket))]
        answer = await self.ask(SUBSCRIBE, {"bot_id": bot, "secret": secret}, patience)
        if answer.get("errcode") != 0:
            await self.close()
        else:
            self._tasks.append(asyncio.create_task(self._beat()))
        return answer

    async def ask(self, command: str, body: Mapping[str, Any] | None, patience: timedelta) -> dict[str, Any]:
        """The answer to this question. Error: `LineLostError`."""
        socket = self._socket
        if socket is None or socket.closed:
            raise LineLostError("the line is closed", was_written=False)
        name = f"{command}_{new_token(8)}"
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[name] = answer
        frame: dict[str, Any] = {"cmd": command, "headers": {"req_id": name}} | ({"body": dict(body)} if body else {})
        try:
            await socket.send_str(json.dumps(frame, ensure_ascii=False))
            async with asyncio.timeout(patience.total_seconds()):
                return await answer
        except (ClientError, ConnectionError, TimeoutError) as cause:
            raise LineLostError("no answer in time after the message was written", was_written=True) from cause
        finally:
            self._waiting.pop(name, None)

    async def close(self) -> None:
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        socket, self._socket = self._socket, None
        if socket is not None:
            await socket.close()
        session, self._session = self._session, None
        if session is not None:
            await session.close()
        self._lose()

    async def _read(self, socket: ClientWebSocketResponse) -> None:
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    with suppress(ValueError):  # what is no JSON answers nothing
                        await self._take(json.loads(message.data))
        finally:
            self._lose()

    async def _take(self, frame: Any) -> None:
        if not isinstance(frame, dict):
            return
        name = str((frame.get("headers") or {}).get("req_id", ""))
        if name in self._waiting and not self._waiting[name].done():
            self._waiting[name].set_result(frame)
        elif frame.get("cmd") in (MESSAGE, EVENT):
            body = frame.get("body") or {}
            self.was_kicked = self.was_kicked or (body.get("event") or {}).get("eventtype") == KICKED
            if self.on_push is not None:
                await self.on_push(frame)

    async def _beat(self) -> None:
        """A line on which WeCom does not answer any more is dead, though nothing has said so."""
        with suppress(LineLostError):
            while True:
                await asyncio.sleep(self._heartbeat.total_seconds())
                await self.ask(PING, None, self._heartbeat)
        self._lose()

    def _lose(self) -> None:
        self.ended.set()
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(LineLostError("the line ended before the answer", was_written=True))


_LINES: WeakKeyDictionary[asyncio.AbstractEventLoop, WeakValueDictionary[tuple[str, str], AibotLine]] = WeakKeyDictionary()


def line_of(url: str, bot: str) -> AibotLine:
    """The one of this bot, for whoever keeps it."""
    lines = _LINES.setdefault(asyncio.get_running_loop(), WeakValueDictionary())
    line = lines.get((url, bot))
    if line is None:
        line = lines[url, bot] = AibotLine()
    return line
