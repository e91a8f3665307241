"""How late clocks fire, learned from the journal: so it counts whichever process fired them. Reads only what is new."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection, or_, select

from flows.running.tables import BOOKS, Book
from store.clock import Clock
from store.database import Database
from store.kinds import Kind

_FIRED = ("step_fired", "deadline_missed", "progress_missed", "proposal_step_fired", "paper_missed")
_SLACK = timedelta(minutes=10)
"""An end is written down a little after its time."""


class FiredClocks:
    """`tell` hears each clock that has fired since `look` was called first, once."""

    def __init__(self, database: Database, clock: Clock, tell: Callable[[Kind, timedelta], None]) -> None:
        self._database, self._clock, self._tell = database, clock, tell
        self._read: dict[str, int] | None = None
        """The last entry read of each response that is open or has just closed."""
        self._looked = clock.now()

    def look(self) -> None:
        """Error: `StoreError`; then nothing is missed, the next look finds it."""
        now = self._clock.now()
        found: list[tuple[Kind, timedelta]] = []
        versions: dict[str, int] = {}
        with self._database.read() as connection:
            for kind, book in BOOKS.items():
                ours = _versions(connection, book, self._looked - _SLACK)
                for response, version in ours.items():
                    before = version if self._read is None else self._read.get(response, 0)
                    if version > before:
                        found += [(kind, late) for late in _lateness(connection, book, response, before)]
                versions |= ours
        self._read, self._looked = versions, now
        for kind, late in found:
            self._tell(kind, late)


def _versions(connection: Connection, book: Book, since: datetime) -> dict[str, int]:
    heads = book.heads
    wanted = or_(heads.c.closed_at.is_(None), heads.c.closed_at > since)
    return {row.id: row.version for row in connection.execute(select(heads.c.id, heads.c.version).where(wanted))}


def _lateness(connection: Connection, book: Book, response: str, after: int) -> list[timedelta]:
    entries = book.entries
    wanted = (entries.c.response == response, entries.c.entry > after, entries.c.kind.in_(_FIRED))
    bodies = connection.execute(select(entries.c.body, entries.c.at).where(*wanted))
    late = [row.at - datetime.fromisoformat(json.loads(row.body)["due"]) for row in bodies]
    # what a turn fires at once has waited for no clock
    return [each for each in late if each > timedelta(0)]
