"""A copy of the whole database while others write: a file of SQLite, whatever the source is, and from such a file back.

On SQLite it is the engine's own online backup. From and to PostgreSQL the rows are copied table by table, in one snapshot.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, Integer, Table, func, insert, select, text
from sqlmodel import SQLModel

from store.database import Database
from store.errors import StoreError

_ROWS_AT_ONCE = 500


class NotEmptyError(StoreError):
    """There is something in it already: nothing of it is overwritten."""

    def __init__(self, path: str) -> None:
        Exception.__init__(self, path)
        self.path = path

    def __str__(self) -> str:
        return f"{self.path}: the database has rows already; restore into an empty one; nothing was changed"


def copy_to_file(database: Database, target: Path) -> None:
    """As one moment has it; `target` must not be there yet. Error: `StoreError`."""
    if isinstance(database.place, Path):
        try:
            _copy_file(database.place, target)
        except sqlite3.Error as cause:
            raise StoreError(str(target), str(cause)) from cause
        return
    copy = Database(target)
    with database.read() as source, copy.write() as there:
        _copy_rows(source, there)
    copy.close()
    _as_one_file(target)


def copy_from_file(source: Path, database: Database) -> None:
    """Into the empty tables of a server, all or nothing. Errors: `NotEmptyError`, `StoreError`."""
    copy = Database(source)
    with copy.read() as there, database.write() as connection:
        if any(connection.execute(select(table).limit(1)).first() for table in SQLModel.metadata.sorted_tables):
            raise NotEmptyError(database.name)
        _copy_rows(there, connection)
        for table in SQLModel.metadata.sorted_tables:
            _go_on_counting(connection, table)
    copy.close()


def _copy_file(source: Path, target: Path) -> None:
    # all pages in one step: a writer in between would make it begin again
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as reading, closing(sqlite3.connect(target)) as writing:
        reading.backup(writing)
    _as_one_file(target)


def _as_one_file(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")


def _copy_rows(source: Connection, target: Connection) -> None:
    for table in SQLModel.metadata.sorted_tables:
        found = source.execution_options(yield_per=_ROWS_AT_ONCE).execute(select(table))
        for rows in found.mappings().partitions(_ROWS_AT_ONCE):
            target.execute(insert(table), [dict(row) for row in rows])


def _go_on_counting(connection: Connection, table: Table) -> None:
    """Rows came with their numbers; the next one must not get one of those."""
    column = table.autoincrement_column
    if column is None or not isinstance(column.type, Integer) or connection.dialect.name != "postgresql":
        return
    last = connection.execute(select(func.max(column))).scalar()
    named = {"table": table.name, "column": column.name, "last": last}
    if last is not None:
        connection.execute(text("SELECT setval(pg_get_serial_sequence(:table, :column), :last)"), named)
