"""Replaces Prefect's events worker, the thread by which its server learns of task runs.

Prefect starts another by itself when the thread has ended, but not when it hangs on a connection that nobody answers.
"""

import asyncio
import logging

from prefect.events.worker import EventsWorker

LET_IT_FINISH_SECONDS = 3.0
AT_MOST_EVERY_SECONDS = 20.0

log = logging.getLogger("tocsin.worker")


class EventsWatch:
    """One for all runs of a worker: many of them notice at once, and the thread is replaced once."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._last = float("-inf")

    async def replace(self) -> None:
        """What the old one still has, it may send for a moment; then it is left alone, and the next event starts another."""
        async with self._turn:
            now = asyncio.get_running_loop().time()
            if now - self._last < AT_MOST_EVERY_SECONDS:
                return
            self._last = now
            log.warning("Prefect's events worker does not deliver; it is replaced")
            await asyncio.to_thread(EventsWorker.drain_all, LET_IT_FINISH_SECONDS)
