"""The providers' calls to us: posted later, tried again when they are not answered with 200, forgotten at the stop."""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from datetime import timedelta

from aiohttp import ClientError, ClientSession, ClientTimeout
from yarl import URL

_TIMEOUT = ClientTimeout(total=5)


class Pusher:
    def __init__(self) -> None:
        self._session: ClientSession | None = None
        self._running: set[asyncio.Task[None]] = set()

    def later(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def post(self, url: str, query: Mapping[str, str], body: bytes, kind: str, again: Sequence[timedelta] = ()) -> bool:
        for pause in (*again, None):
            status, _ = await self.ask("POST", url, query, body, kind)
            if status == 200:
                return True
            if pause is not None:
                await asyncio.sleep(pause.total_seconds())
        return False

    async def ask(self, method: str, url: str, query: Mapping[str, str], body: bytes = b"", kind: str = "") -> tuple[int, str]:
        """Status and text; 0 where nobody answered."""
        if self._session is None:
            self._session = ClientSession(timeout=_TIMEOUT)
        headers = {"Content-Type": kind} if kind else {}
        try:
            async with self._session.request(
                method, URL(url).update_query(query), data=body or None, headers=headers
            ) as response:
                return response.status, await response.text()
        except (ClientError, TimeoutError):
            return 0, ""

    async def settle(self) -> None:
        """Returns when nothing is under way any more."""
        while self._running:
            await asyncio.wait(self._running)

    async def close(self) -> None:
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
