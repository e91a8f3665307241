"""PostgreSQL, for many machines: one writer at a time as on SQLite, LISTEN/NOTIFY; no host holds the others up."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any

from psycopg import AsyncConnection, OperationalError
from psycopg.abc import Buffer
from psycopg.types.string import StrDumperUnknown
from sqlalchemy import URL, Connection, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DatabaseError

from store.clock import new_token
from store.errors import DatabaseAddressError

SCHEMES = ("postgresql", "postgres")
LISTEN_AGAIN = timedelta(seconds=1)
LONGEST_PAUSE_OF_A_WRITER = timedelta(seconds=3)
"""A host that is frozen or cut off in the middle of a transaction loses it after that long, and with it the lock."""
_LOCK = 0x746F6373696E  # "tocsin": the advisory lock of writers, in this database alone
_CHANNEL = "tocsin"
_BUSY = ("55P03", "40P01", "40001")
_FULL = ("53100", "25006")
_LOST = ("08", "57P", "25P03")
# a host that is cut off notices within half a minute, and is noticed by the server as soon
_PATIENCE = {"connect_timeout": 5, "keepalives_idle": 5, "keepalives_interval": 3, "keepalives_count": 4}
_PATIENCE |= {"tcp_user_timeout": 20_000}
_BEGIN = text(
    "SELECT set_config('lock_timeout', :wait, true), set_config('idle_in_transaction_session_timeout', :pause, true),"
    " pg_advisory_xact_lock(:lock)"
)
_ANNOUNCE = text("SELECT pg_notify(:channel, :by) WHERE pg_current_xact_id_if_assigned() IS NOT NULL")
_DURABLE = "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"

log = logging.getLogger("tocsin.store")


class PostgresqlServer:
    is_of_one_machine = False

    def __init__(self, address: str) -> None:
        url = parsed(address)
        self.name = URL.create("postgresql", url.username, None, url.host, url.port, url.database).render_as_string()
        self._me = new_token()
        self.engine = create_engine(
            url,
            connect_args={name: value for name, value in _PATIENCE.items() if name not in url.query},
            pool_pre_ping=True,  # the database may have been restarted since
            pool_size=8,
            max_overflow=24,
            use_native_hstore=False,
        )
        event.listen(self.engine, "connect", _prepare)

    def begin_reading(self, connection: Connection) -> None:
        """One snapshot for all that is read, as on SQLite."""
        connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    def begin_writing(self, connection: Connection, seconds: float) -> None:
        """Waits for the other writers: whoever decides on what it has read finds it so until it commits.

        READ COMMITTED, so that the first look is taken after the wait and not before it.
        """
        connection.execution_options(isolation_level="READ COMMITTED")
        connection.execute(
            _BEGIN,
            {
                "wait": f"{max(round(seconds * 1000), 1)}ms",
                "pause": f"{round(LONGEST_PAUSE_OF_A_WRITER.total_seconds() * 1000)}ms",
                "lock": _LOCK,
            },
        )

    def announce(self, connection: Connection) -> None:
        """Wakes the other processes with the commit, if there is something in it."""
        connection.execute(_ANNOUNCE, {"channel": _CHANNEL, "by": self._me})

    def overwrite(self, connection: Connection) -> None:
        """Nothing to do: the server keeps its files to itself."""

    def forget_erased(self) -> None:
        """Nothing to do: autovacuum takes away what was overwritten."""

    def is_busy(self, cause: DatabaseError) -> bool:
        return _state(cause) in _BUSY

    def is_full(self, cause: DatabaseError) -> bool:
        return _state(cause) in _FULL

    def is_lost(self, cause: DatabaseError) -> bool:
        # a connection that was never made or that broke has no state
        return cause.connection_invalidated or _state(cause).startswith(_LOST) or _has_no_state(cause)

    async def changes(self) -> AsyncGenerator[None, None]:
        """Comes by each time that another process has committed, and whenever it may have been missed."""
        is_said = False
        while True:
            try:
                async with await AsyncConnection.connect(autocommit=True, **self._connecting()) as connection:
                    await connection.execute(f"LISTEN {_CHANNEL}")
                    is_said = False
                    yield
                    async for note in connection.notifies():
                        if note.payload != self._me:
                            yield
            except OperationalError as fault:
                if not is_said:
                    log.warning("%s: not heard from, listening again every second: %s", self.name, fault)
                is_said = True
            await asyncio.sleep(LISTEN_AGAIN.total_seconds())

    def _connecting(self) -> dict[str, Any]:
        _, named = self.engine.dialect.create_connect_args(self.engine.url)
        return {**_PATIENCE, **named}


def parsed(address: str) -> URL:
    """Error: `DatabaseAddressError`, which does not repeat the address: there may be a password in it."""
    try:
        url = make_url(address)
        # an "@" that is left over was part of a password, which would be shown as a part of the host
        is_whole = bool(url.database) and "@" not in f"{url.host}{url.database}"
        known = url.drivername in SCHEMES and is_whole and url.port != 0
    except (ArgumentError, ValueError):
        known = False
    if not known:
        raise DatabaseAddressError from None
    return url.set(drivername="postgresql+psycopg")


def _state(cause: DatabaseError) -> str:
    return str(getattr(cause.orig, "sqlstate", None) or "")


def _has_no_state(cause: DatabaseError) -> bool:
    return isinstance(cause.orig, OperationalError) and not _state(cause)


class _WithoutNul(StrDumperUnknown):
    """PostgreSQL keeps every character but U+0000; whoever sent one in a message shall be heard all the same."""

    def dump(self, obj: str) -> Buffer | None:
        return super().dump(obj.replace("\0", "\ufffd"))


def _prepare(connection: Any, _record: object) -> None:
    """What a commit says is kept is on the disk, whatever the server's own default is."""
    connection.adapters.register_dumper(str, _WithoutNul)
    with connection.cursor() as cursor:
        cursor.execute(_DURABLE)
    connection.commit()
