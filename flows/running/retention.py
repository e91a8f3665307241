"""Names of people are erased from the records of responses that have been closed for long; the chains hold, the records stay.

The entries have tokens in place of names (`flows.running.names`). The snapshot is folded anew, and an entry says what was erased.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from flows.model.events import NoteAdded
from flows.model.state import Status, evolve
from flows.running import journal, names, snapshots
from flows.running.tables import BOOKS
from plans.model import Text


@dataclass(frozen=True, slots=True)
class Closed:
    response: str
    closed_at: datetime


def closed_before(connection: Connection, moment: datetime) -> list[Closed]:
    """Oldest first."""
    found = []
    for book in BOOKS.values():
        heads = book.heads
        wanted = select(heads.c.id, heads.c.closed_at).where(heads.c.status == Status.CLOSED.value, heads.c.closed_at < moment)
        found += [Closed(row.id, row.closed_at) for row in connection.execute(wanted)]
    return sorted(found, key=lambda each: (each.closed_at, each.response))


def names_of(connection: Connection, response: str) -> int:
    """How many names stand beside its entries."""
    return len(names.known(connection, response).by_token)


def erase_names(connection: Connection, response: str) -> int:
    """Returns how many there were. Errors: `BrokenJournalError`: of a record that is not whole nothing is taken away."""
    version = journal.verify(connection, response)
    count = names.erase(connection, response)
    if count:
        snapshots.write(connection, response, journal.folded(response, journal.proven(connection, response)), version)
    return count


def note_erased(connection: Connection, response: str, words: Text, now: datetime) -> None:
    """The record itself says what was taken from beside it."""
    head = journal.load(connection, response)
    note = NoteAdded(at=now, via="retention", text=words)
    journal.append(connection, head, [note], evolve(head.state, note), now)
