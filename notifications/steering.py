"""Reads from the outbox how well the providers of each list deliver, and steers the lists by it. Says each change once."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, Table, func, or_, select

from notifications.health import SHARES, WINDOW, Carried, Figures, Standing, figures, judged
from notifications.message import Channel, Priority, SeveralProviders
from notifications.states import State
from notifications.tables import message_table
from store.clock import Clock
from store.database import Database
from store.kinds import Kind

_log = logging.getLogger(__name__)

JUDGED = ("sms",)
"""Kinds whose receipts speak of the provider; that nobody picked up a call speaks of people."""
EVERY = timedelta(seconds=15)
_MOST = 500
_RECEIPTS_KNOWN = timedelta(days=1)
"""Who has sent no receipt for so long sends none at all."""
Place = tuple[Kind, str]


class Steering:
    def __init__(self, database: Database, clock: Clock, channels: Mapping[Kind, Mapping[str, Channel]]) -> None:
        self._database, self._clock = database, clock
        each = ((kind, name, channel) for kind, own in channels.items() for name, channel in own.items())
        self._lists = {
            (kind, name): channel for kind, name, channel in each if name in JUDGED and isinstance(channel, SeveralProviders)
        }
        self._standings = {place: dict.fromkeys(channel.providers, Standing()) for place, channel in self._lists.items()}
        self._looked: datetime | None = None

    @property
    def is_due(self) -> bool:
        now = self._clock.now()
        return bool(self._lists) and (self._looked is None or not now - EVERY < self._looked <= now)

    def look(self) -> None:
        """Error: `StoreError`."""
        now = self._looked = self._clock.now()
        for place, channel in self._lists.items():
            before = self._standings[place]
            with self._database.read() as connection:
                seen = {name: _seen(connection, place, name, standing, now) for name, standing in before.items()}
            after = self._standings[place] = judged(seen, now)
            channel.steer({name: standing.share for name, standing in after.items()})
            for name, standing in after.items():
                if standing.share != before[name].share:
                    _log.warning("%s", _said(place, name, standing, seen[name].figures))

    def standings(self) -> Mapping[Place, Mapping[str, Standing]]:
        """How each provider of a list does, in the order of the settings."""
        return {place: dict(own) for place, own in self._standings.items()}


def carried_by(connection: Connection, kind: Kind, channel: str, provider: str, since: datetime, now: datetime) -> Figures:
    """Of its last messages to those on duty; batches to the public may be held back, and say nothing of it.

    Nothing is known of a provider that sends no receipts.
    """
    table = message_table(kind)
    own = (table.c.provider == provider, table.c.channel == channel, table.c.priority < int(Priority.MASS))
    if not _sends_receipts(connection, table, provider, channel, now):
        return Figures()
    arrived = func.coalesce(table.c.delivered_at, table.c.read_at)
    statement = (
        select(table.c.accepted_at, arrived, table.c.state)
        .where(*own, table.c.accepted_at.between(since, now))
        .order_by(table.c.accepted_at.desc())
        .limit(_MOST)
    )
    rows = connection.execute(statement).all()
    return figures((Carried(accepted, there, state == State.FAILED) for accepted, there, state in rows), now)


def _seen(connection: Connection, place: Place, name: str, standing: Standing, now: datetime) -> Standing:
    return replace(standing, figures=carried_by(connection, *place, name, standing.evidence_from(now), now))


def _sends_receipts(connection: Connection, table: Table, provider: str, channel: str, now: datetime) -> bool:
    came = or_(table.c.delivered_at.is_not(None), table.c.sent_at.is_not(None), table.c.state == State.FAILED)
    lately = table.c.accepted_at > now - _RECEIPTS_KNOWN
    statement = select(table.c.id).where(table.c.provider == provider, table.c.channel == channel, lately, came).limit(1)
    return connection.execute(statement).first() is not None


def _said(place: Place, name: str, standing: Standing, by: Figures) -> str:
    kind, channel = place
    about = f"{channel} {name}" + (" (drill)" if kind is Kind.DRILL else "")
    of = f"of its last {by.messages} messages {by.delivered} were delivered, {by.slow} slow, {by.failed} failed at the carrier"
    if standing.share == SHARES[0]:
        return f"{about} is asked after its twins from now on: {of} (in {WINDOW.total_seconds() / 60:.0f} minutes)"
    if standing.is_wholly_there:
        return f"{about} is back in its place: {of}"
    return f"{about} gets {standing.share} % of ordinary messages first again: {of}"
