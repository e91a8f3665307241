"""Tells the engine of people whom no channel reaches, so that a ladder does not wait for somebody who cannot have heard.

It reads the outbox rather than listen to the dispatcher: so it hears as well of receipts that come hours later, of people
without an address, and of what failed while nobody ran.
"""

import asyncio
import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, exists, select

from flows.deciding.climbing import CLOCKS
from flows.errors import FlowError
from flows.model.commands import ReportUnreached
from flows.model.events import ClockName
from flows.model.reasons import joined, undelivered
from flows.running.engine import Engine
from flows.running.tables import BOOKS
from notifications.states import State
from notifications.tables import message_table
from plans.model import Text
from store.errors import StoreError
from store.kinds import Kind
from store.wakeups import Wakeups
from store.watching import beat

LOOK_EVERY = timedelta(seconds=5)
PAUSE = timedelta(milliseconds=100)
"""Between two looks, however many commits there are: a crowd of activations is not slowed down by looking after each."""
_LOST = frozenset({State.FAILED, State.EXPIRED})
_News = tuple[str, ReportUnreached]

log = logging.getLogger(__name__)


class Reaching:
    def __init__(self, engine: Engine, wakeups: Wakeups) -> None:
        self._engine, self._wakeups = engine, wakeups
        self._told: set[_News] = set()

    async def run(self) -> None:
        while True:
            changed = self._wakeups.next_change()
            try:
                await asyncio.to_thread(self.report)
                beat()
            except StoreError as fault:
                log.warning("who cannot be reached is not known now, trying again: %s", fault)
            await asyncio.sleep(PAUSE.total_seconds())
            await self._wakeups.wait(changed, LOOK_EVERY)

    def report(self) -> None:
        """Once each; the engine tells news from what is stale."""
        with self._engine.database.read() as connection:
            found = [each for kind in Kind for each in _unreached(connection, kind)]
        self._told.intersection_update(found)
        for each in found:
            if each not in self._told:
                self._submit(*each)
                self._told.add(each)

    def _submit(self, response: str, command: ReportUnreached) -> None:
        try:
            self._engine.submit(response, command)
        except FlowError as refusal:
            log.warning("response %s did not take in that %s cannot be reached: %s", response, command.person, refusal)


def _unreached(connection: Connection, kind: Kind) -> Iterator[_News]:
    """Whoever was told at the rung that a ladder stands on, and over all channels in vain."""
    calls: dict[tuple[str, str, ClockName, str, int, str], list[Row[Any]]] = {}
    for row in connection.execute(_CALLS[kind]):
        step = row.step.removeprefix(f"{row.clock}/")
        calls.setdefault((row.response, row.assignment, row.clock, step, row.epoch, row.person), []).append(row)
    for (response, assignment, clock, step, epoch, person), rows in calls.items():
        if all(row.state in _LOST for row in rows):
            why = joined(_why(row) for row in rows)
            yield (
                response,
                ReportUnreached(assignment=assignment, clock=clock, step=step, epoch=epoch, person=person, reason=why),
            )


def _why(row: Row[Any]) -> Text:
    # a gateway may quote the number it was given
    detail = row.detail.replace(row.address, "…") if row.address and row.detail else row.detail
    return undelivered(row.channel, row.state, row.provider_code or "", detail or "")


def _calls(kind: Kind) -> Select[Any]:
    """Every delivery of each call of which one was lost, while the ladder that made the call can still climb on from it."""
    messages, clocks, lost = message_table(kind), BOOKS[kind].clocks, message_table(kind).alias("lost")
    key = ("response", "assignment", "step", "epoch", "person")
    one_was_lost = exists().where(*(lost.c[name] == messages.c[name] for name in key), lost.c.state.in_(_LOST))
    stands_there = and_(
        *(clocks.c[name] == messages.c[name] for name in ("response", "assignment", "epoch")),
        messages.c.step.like(clocks.c.clock + "/%"),
    )
    shown = ("response", "assignment", "step", "epoch", "person", "channel", "address", "state", "provider_code", "detail")
    return (
        select(clocks.c.clock, *(messages.c[name] for name in shown))
        .join_from(clocks, messages, stands_there)
        # the messages of closed responses are many and are not even looked at
        .where(messages.c.response.in_(select(clocks.c.response)))
        .where(clocks.c.clock.in_(CLOCKS), clocks.c.name != "deadline", one_was_lost)
        .order_by(messages.c.queued_at, messages.c.person, messages.c.channel)
    )


_CALLS = {kind: _calls(kind) for kind in Kind}
