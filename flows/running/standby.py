"""Standby: drives every response whose Prefect flow run does not, so that no clock ever waits for Prefect.

A response that no flow run has taken over is driven at once; one that has been taken over only when its clock is overdue by
`GRACE`, which tells that nobody is driving it. Both may act: each turn is an append with an expected version.
"""

import asyncio
import logging
from datetime import datetime, timedelta

from flows.errors import FlowError
from flows.running.engine import Engine
from flows.running.projections import next_clock
from store.errors import StoreError
from store.wakeups import Wakeups
from store.watching import beat

GRACE = timedelta(seconds=2)
LONGEST_WAIT = timedelta(seconds=1)

log = logging.getLogger(__name__)


class Standby:
    def __init__(self, engine: Engine, wakeups: Wakeups) -> None:
        self._engine, self._wakeups = engine, wakeups

    async def run(self) -> None:
        """Until cancelled; a fault with one response never stops the others."""
        while True:
            changed = self._wakeups.next_change()
            pause = await asyncio.to_thread(self.fire_due)
            await self._wakeups.wait(changed, pause)

    def fire_due(self) -> timedelta:
        """Fires what is due and is nobody else's; returns how long to wait, in real time."""
        clock = self._engine.clock
        try:
            for response, due in self._engine.due(clock.now()).items():
                self._fire(response, due)
            pause = min(self._until_next(), LONGEST_WAIT)
        except StoreError as error:
            log.error("clocks could not be looked at: %s", error)
            return LONGEST_WAIT
        beat()
        return pause

    def _fire(self, response: str, due: datetime) -> None:
        try:
            if self._engine.head(response).flow_run is None or self._is_overdue(due):
                self._engine.tick(response)
        except FlowError as error:
            log.error("response %s could not be driven: %s", response, error)

    def _is_overdue(self, due: datetime) -> bool:
        """By more than the grace, in real time: a scaled clock must not make it impatient."""
        clock = self._engine.clock
        return clock.after(-GRACE) > due

    def _until_next(self) -> timedelta:
        with self._engine.database.read() as connection:
            due = next_clock(connection)
        clock = self._engine.clock
        if due is None:
            return LONGEST_WAIT
        return max(clock.until(due), timedelta(milliseconds=100))
