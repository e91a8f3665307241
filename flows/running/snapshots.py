"""States written whole, so that nobody folds a response from its beginning; a row of its own, for it may be megabytes.

It may be older than the last entry: a large state is written once for many entries, and whoever reads it folds those on top.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pydantic import ValidationError
from sqlalchemy import Connection, select

from flows.errors import BrokenJournalError
from flows.model.state import ResponseState, state_adapter
from flows.running.tables import book_of
from store.upserts import insert

BYTES_AN_ENTRY = 16 * 1024
"""How much of a snapshot an entry may cost to write."""
_OF_THIS_VERSION = b'"situation":'


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Up to which entry the state was last written, and in how many bytes."""

    version: int
    size: int

    def is_outgrown(self, version: int) -> bool:
        """Whether it is time to write it again: an entry costs the same however long the response lasts."""
        return version - self.version >= max(1, self.size // BYTES_AN_ENTRY)


NONE = Snapshot(0, 0)


def write(connection: Connection, response: str, state: ResponseState, version: int) -> Snapshot:
    table, written = book_of(response).snapshots, state_adapter.dump_json(state)
    row = insert(connection, table).values(response=response, version=version, state=written)
    replaced = {"version": row.excluded.version, "state": row.excluded.state}
    connection.execute(row.on_conflict_do_update(index_elements=[table.c.response], set_=replaced))
    return Snapshot(version, len(written))


def read(connection: Connection, response: str) -> tuple[ResponseState | None, Snapshot]:
    """No state where there is none, or where an earlier version has written less than this one derives: the entries have it all.

    Error: `BrokenJournalError` for one that cannot be read.
    """
    table = book_of(response).snapshots
    row = connection.execute(select(table).where(table.c.response == response)).one_or_none()
    if row is None:
        return None, NONE
    # whoever rewrote it by hand may have left a text where bytes were
    written = row.state if isinstance(row.state, bytes) else str(row.state).encode()
    if _OF_THIS_VERSION not in written:
        return None, Snapshot(row.version, len(written))
    try:
        with _uncollected():
            return state_adapter.validate_json(written), Snapshot(row.version, len(written))
    except ValidationError as cause:
        fault = f"its snapshot cannot be read; 'tocsin response rebuild {response}' makes it anew from the entries"
        raise BrokenJournalError(response, row.version, fault) from cause


@contextmanager
def _uncollected() -> Iterator[None]:
    """Nothing of what is read is garbage, and Python's collector would go through all of it again and again."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
