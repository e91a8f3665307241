"""The database: one engine for SQLite (WAL, synchronous FULL), short read and write transactions, a cheap change signal."""

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError, StatementError
from sqlalchemy.schema import CreateColumn
from sqlmodel import SQLModel

from store.errors import DatabaseBusyError, DatabaseFullError, SchemaVersionError, StoreError

SCHEMA_VERSION = 3
_BROUGHT_FORWARD = frozenset({2})
"""Versions to which only tables and columns with a default have been added since."""
BUSY_SECONDS, SAID_AFTER_SECONDS = 30, 2
_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "wal_autocheckpoint = 4000",
    "recursive_triggers = ON",  # INSERT OR REPLACE must not slip past the triggers that keep the journal append-only
)

log = logging.getLogger("tocsin.store")


class Database:
    """Opens (and on first use creates) the database file.

    `write()` holds a process-wide lock before `BEGIN IMMEDIATE`: SQLite's own busy handler is not fair, and a waiting writer
    could starve. Tables must be imported before `Database` is built; `service.wiring` does so.
    """

    def __init__(self, path: Path, busy_seconds: float = BUSY_SECONDS, said_after_seconds: float = SAID_AFTER_SECONDS) -> None:
        self.path, self._busy_seconds = path, busy_seconds
        self._said_after_seconds = min(said_after_seconds, busy_seconds)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as cause:
            raise StoreError(str(path), str(cause)) from cause
        self._engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": busy_seconds, "check_same_thread": False})
        self._write_lock = threading.Lock()
        self._after_commit: list[Callable[[], None]] = []
        event.listen(self._engine, "connect", _prepare)
        self._create()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent snapshot for reading."""
        with self._in_our_words(), self._engine.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            try:
                yield connection
            finally:
                connection.rollback()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """All or nothing; durable on the disk when it returns.

        Errors: `DatabaseBusyError` after `busy_seconds` behind another process (said after `said_after_seconds`),
        `DatabaseFullError` on a full disk; both change nothing.
        """
        with self._write_lock, self._in_our_words(), self._engine.connect() as connection:
            self._begin(connection)
            try:
                yield connection
                connection.commit()
            except BaseException:
                connection.rollback()
                raise
        for wake in tuple(self._after_commit):
            wake()

    def on_commit(self, wake: Callable[[], None]) -> None:
        """Call `wake` after each commit of this process."""
        self._after_commit.append(wake)

    def forget(self, wake: Callable[[], None]) -> None:
        """Do not call it any more."""
        self._after_commit.remove(wake)

    def data_version(self, connection: Connection) -> int:
        """Changes when another connection has committed; ask always on the same connection."""
        return int(connection.exec_driver_sql("PRAGMA data_version").scalar_one())

    @contextmanager
    def watch(self) -> Iterator[Callable[[], int]]:
        """A cheap question "has anybody committed since?" for wake-ups between processes."""
        with self._engine.connect() as connection:
            connection = connection.execution_options(isolation_level="AUTOCOMMIT")
            yield lambda: self.data_version(connection)

    def close(self) -> None:
        self._engine.dispose()

    def _begin(self, connection: Connection) -> None:
        """Waits for another process in two parts: whoever waits with us learns in between what for."""
        try:
            _begin_within(connection, self._said_after_seconds)
        except OperationalError as cause:
            left = self._busy_seconds - self._said_after_seconds
            if not (_is_busy(cause) and left):
                raise
            log.warning("%s: locked by another process; waiting for it, at most %g s more", self.path, left)
            _begin_within(connection, left)
        finally:
            _wait_at_most(connection, self._busy_seconds)

    @contextmanager
    def _in_our_words(self) -> Iterator[None]:
        try:
            yield
        except IntegrityError:
            raise  # a broken rule of the tables is a fault of the program, and its text names the rule
        except DatabaseError as cause:
            raise self._translated(cause) from cause
        except StatementError as cause:
            if isinstance(cause.orig, StoreError):
                raise cause.orig from None
            raise

    def _translated(self, cause: DatabaseError) -> StoreError:
        if _is_busy(cause):
            return DatabaseBusyError(str(self.path), self._busy_seconds)
        if _code(cause) in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY):
            return DatabaseFullError(str(self.path))
        return StoreError(str(self.path), str(cause.orig))

    def _create(self) -> None:
        with self.write() as connection:
            found = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
            if found == SCHEMA_VERSION:
                return
            if found and found not in _BROUGHT_FORWARD:
                raise SchemaVersionError(str(self.path), found, SCHEMA_VERSION)
            SQLModel.metadata.create_all(connection)
            if found:
                _add_columns(connection)
            connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _begin_within(connection: Connection, seconds: float) -> None:
    _wait_at_most(connection, seconds)
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _wait_at_most(connection: Connection, seconds: float) -> None:
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {round(seconds * 1000)}")


def _is_busy(cause: DatabaseError) -> bool:
    return _code(cause) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _code(cause: DatabaseError) -> int:
    """SQLite's primary code, without what it says beyond."""
    return int(getattr(cause.orig, "sqlite_errorcode", 0)) & 0xFF


def _add_columns(connection: Connection) -> None:
    """To the tables of an earlier version; what they hold stays as it is."""
    for table in SQLModel.metadata.sorted_tables:
        there = {row[1] for row in connection.exec_driver_sql(f"PRAGMA table_info({table.name})")}
        for column in table.columns:
            if column.name not in there:
                declared = CreateColumn(column).compile(dialect=connection.dialect)
                connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {declared}")


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun by us, not guessed by the driver
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
