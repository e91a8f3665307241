"""Wake-ups: a coroutine learns within tens of milliseconds that anybody, in any process, has committed."""

import asyncio
from datetime import timedelta

from store.database import Database


class Wakeups:
    """One watcher for all waiters of an event loop.

    A waiter first takes `next_change()`, then looks at the database, then waits: nothing that happens between is missed.
    Commits of this process wake at once, those of others through SQLite's `data_version` or PostgreSQL's NOTIFY.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._change = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        database.on_commit(self._committed)
        self._watcher = asyncio.create_task(self._watch())

    def next_change(self) -> asyncio.Event:
        """Is set when something changes after this call."""
        return self._change

    async def wait(self, change: asyncio.Event, longest: timedelta) -> None:
        """Until `change` or for at most `longest` of real time."""
        try:
            async with asyncio.timeout(longest.total_seconds()):
                await change.wait()
        except TimeoutError:
            pass

    def stop(self) -> None:
        self._watcher.cancel()
        self._database.forget(self._committed)

    def _committed(self) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._announce)

    def _announce(self) -> None:
        self._change.set()
        self._change = asyncio.Event()

    async def _watch(self) -> None:
        async for _ in self._database.changes():
            self._announce()
