"""SQLite, the embedded default: one file, WAL, synchronous FULL, one writer at a time."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.exc import DatabaseError

from store.errors import StoreError

POLL = timedelta(milliseconds=50)
_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "wal_autocheckpoint = 4000",
    "recursive_triggers = ON",  # INSERT OR REPLACE must not slip past the triggers that keep the journal append-only
)
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_FULL = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY)


class SqliteFile:
    """Opens, and on first use creates, the file."""

    is_of_one_machine = True

    def __init__(self, path: Path, busy_seconds: float) -> None:
        self.name, self._busy_seconds = str(path), busy_seconds
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as cause:
            raise StoreError(self.name, str(cause)) from cause
        self.engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": busy_seconds, "check_same_thread": False})
        event.listen(self.engine, "connect", _prepare)

    def begin_reading(self, connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    def begin_writing(self, connection: Connection, seconds: float) -> None:
        _wait_at_most(connection, seconds)
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        finally:
            _wait_at_most(connection, self._busy_seconds)

    def announce(self, connection: Connection) -> None:
        """Nothing to do: `data_version` tells the others."""

    def overwrite(self, connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA secure_delete = ON")

    def forget_erased(self) -> None:
        """Empties the log; where somebody still reads an older state, a later checkpoint does it."""
        with self.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def is_busy(self, cause: DatabaseError) -> bool:
        return _code(cause) in _BUSY

    def is_full(self, cause: DatabaseError) -> bool:
        return _code(cause) in _FULL

    def is_lost(self, cause: DatabaseError) -> bool:  # noqa: ARG002 - a file is not lost on the way
        return False

    async def changes(self) -> AsyncGenerator[None, None]:
        """Comes by each time that another connection has committed, by a cheap look every 50 ms."""
        with self.engine.connect() as connection:
            connection = connection.execution_options(isolation_level="AUTOCOMMIT")
            last = _data_version(connection)
            while True:
                await asyncio.sleep(POLL.total_seconds())
                if (now := _data_version(connection)) != last:
                    last = now
                    yield


def _data_version(connection: Connection) -> int:
    return int(connection.exec_driver_sql("PRAGMA data_version").scalar_one())


def _wait_at_most(connection: Connection, seconds: float) -> None:
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {round(seconds * 1000)}")


def _code(cause: DatabaseError) -> int:
    """SQLite's primary code, without what it says beyond."""
    return int(getattr(cause.orig, "sqlite_errorcode", 0)) & 0xFF


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun by us, not guessed by the driver
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
