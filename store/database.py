"""The database: short read and write transactions on SQLite or PostgreSQL, faults in our words, a signal at each commit."""

import logging
import threading
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DatabaseError, IntegrityError, StatementError
from sqlalchemy.exc import TimeoutError as AllInUseError

from store import schema
from store.errors import CommitInDoubtError, DatabaseBusyError, DatabaseFullError, DatabaseLostError, StoreError
from store.faults import Point, reached
from store.sqlite import SqliteFile

BUSY_SECONDS, SAID_AFTER_SECONDS = 30, 2

log = logging.getLogger("tocsin.store")


class Backend(Protocol):
    """What differs between the two."""

    engine: Engine
    name: str
    """As people know it, without its password."""
    is_of_one_machine: bool

    def begin_reading(self, connection: Connection) -> None:
        """All that follows sees one state of the database."""
        ...

    def begin_writing(self, connection: Connection, seconds: float) -> None:
        """Nobody else writes until this transaction ends. Waits at most that long, then an error that `is_busy`."""
        ...

    def announce(self, connection: Connection) -> None:
        """Before the commit: other processes wake with it."""
        ...

    def overwrite(self, connection: Connection) -> None:
        """What this transaction deletes or changes is not left behind on the disk."""
        ...

    def forget_erased(self) -> None:
        """After such a transaction: whatever keeps the state before it keeps it no longer than it must."""
        ...

    def is_busy(self, cause: DatabaseError) -> bool: ...

    def is_full(self, cause: DatabaseError) -> bool: ...

    def is_lost(self, cause: DatabaseError) -> bool: ...

    def changes(self) -> AsyncGenerator[None, None]:
        """An item each time that somebody else may have committed."""
        ...


class Database:
    """Opens `place`, a file of SQLite or the address of a PostgreSQL database, and brings its tables to the present.

    `write()` holds a process-wide lock before the database's own, which need not be fair: a waiting writer could starve.
    Tables must be imported before `Database` is built; `service.wiring` does so.
    """

    def __init__(
        self, place: Path | str, busy_seconds: float = BUSY_SECONDS, said_after_seconds: float = SAID_AFTER_SECONDS
    ) -> None:
        self.place, self._busy_seconds = place, busy_seconds
        self._said_after_seconds = min(said_after_seconds, busy_seconds)
        self._write_lock = threading.Lock()
        self._after_commit: list[Callable[[], None]] = []
        self._backend = _backend(place, busy_seconds)
        self.name, self.is_of_one_machine = self._backend.name, self._backend.is_of_one_machine
        self._bring_forward()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent snapshot for reading."""
        with self._in_our_words(), self._backend.engine.connect() as connection:
            self._backend.begin_reading(connection)
            try:
                yield connection
            finally:
                connection.rollback()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """All or nothing; durable on the disk when it returns; nobody else writes meanwhile.

        Errors: `DatabaseBusyError` after `busy_seconds` behind another process (said after `said_after_seconds`),
        `DatabaseFullError` on a full disk, `DatabaseLostError`: all of them change nothing. `CommitInDoubtError`.
        """
        with self._write_lock, self._in_our_words(), self._backend.engine.connect() as connection:
            self._begin(connection)
            try:
                yield connection
                self._backend.announce(connection)
                reached(Point.BEFORE_COMMIT)
                self._commit(connection)
                reached(Point.AFTER_COMMIT)
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

    def changes(self) -> AsyncGenerator[None, None]:
        """An item each time that another process may have committed."""
        return self._backend.changes()

    @contextmanager
    def erase(self) -> Iterator[Connection]:
        """As `write`, for what must not be found again: its place in the file, and in the log before it, is overwritten."""
        with self.write() as connection:
            self._backend.overwrite(connection)
            yield connection
        self._backend.forget_erased()

    def close(self) -> None:
        self._backend.engine.dispose()

    def _begin(self, connection: Connection) -> None:
        """Waits for another process in two parts: whoever waits with us learns in between what for."""
        try:
            self._backend.begin_writing(connection, self._said_after_seconds)
        except DatabaseError as cause:
            left = self._busy_seconds - self._said_after_seconds
            if not (self._backend.is_busy(cause) and left):
                raise
            connection.rollback()
            log.warning("%s: locked by another process; waiting for it, at most %g s more", self.name, left)
            self._backend.begin_writing(connection, left)

    def _commit(self, connection: Connection) -> None:
        try:
            connection.commit()
        except DatabaseError as cause:
            if self._backend.is_lost(cause):
                raise CommitInDoubtError(self.name) from cause
            raise

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
        except AllInUseError as cause:
            raise StoreError(self.name, f"no connection has become free in this process: {cause}") from cause

    def _translated(self, cause: DatabaseError) -> StoreError:
        if self._backend.is_busy(cause):
            return DatabaseBusyError(self.name, self._busy_seconds)
        if self._backend.is_full(cause):
            return DatabaseFullError(self.name)
        reason = " ".join(str(cause.orig).split())
        return DatabaseLostError(self.name, reason) if self._backend.is_lost(cause) else StoreError(self.name, reason)

    def _bring_forward(self) -> None:
        with self.read() as connection:
            found = schema.revision(connection)
        if found != schema.REVISION:
            with self.write() as connection:
                schema.bring_forward(connection, self.name)


def _backend(place: Path | str, busy_seconds: float) -> Backend:
    if isinstance(place, Path):
        return SqliteFile(place, busy_seconds)
    # the driver costs a command on SQLite nothing
    from store.postgresql import PostgresqlServer

    return PostgresqlServer(place)
