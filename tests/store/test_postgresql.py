"""What PostgreSQL must give beyond what every test of the store asks: many hosts, none of which holds up the others."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection, make_url, text
from sqlalchemy.exc import IntegrityError

from flows.testing.night import Night
from store.database import Database
from store.errors import CommitInDoubtError, DatabaseAddressError, DatabaseBusyError, DatabaseLostError, StoreError
from store.postgresql import LONGEST_PAUSE_OF_A_WRITER
from store.testing import ADDRESS
from store.wakeups import Wakeups

slow = pytest.mark.slow
LONG, SHORT = timedelta(seconds=10), timedelta(milliseconds=300)
_ROOT = Path(__file__).parents[2]
_ENTER = "INSERT INTO roster_version (imported, people, shifts) VALUES (0, 0, 0)"
_OTHER_HOST = """
import sys
from store.database import Database
database = Database(sys.argv[1])
with database.write() as connection:
    print("writing", flush=True)
    sys.stdin.readline()
    connection.exec_driver_sql(sys.argv[2])
print("kept", flush=True)
"""


@pytest.fixture
def address(new_postgresql: Callable[[], str]) -> str:
    return new_postgresql()


@pytest.fixture
def database(address: str) -> Iterator[Database]:
    database = Database(address, busy_seconds=0.1)
    yield database
    database.close()


@pytest.fixture
def other_host(address: str) -> Iterator[subprocess.Popen[str]]:
    """In the middle of a change; a line to it lets it go on."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(
        [sys.executable, "-c", _OTHER_HOST, address, _ENTER],
        cwd=_ROOT,
        env=environment,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "writing\n"
    yield process
    process.kill()
    process.communicate()


def enter(database: Database) -> None:
    with database.write() as connection:
        connection.exec_driver_sql(_ENTER)


def entered(connection: Connection) -> int:
    return int(connection.exec_driver_sql("SELECT count(*) FROM roster_version").scalar_one())


def kept(database: Database) -> int:
    with database.read() as connection:
        return entered(connection)


def cut_off_everybody(address: str) -> None:
    """As a restart of the server does."""
    with closing(psycopg.connect(address, autocommit=True)) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


# addresses


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://",
        "postgresql://u:secret@h/",
        "mysql://u:secret@h/tocsin",
        "u:secret@h",
        "postgresql://u:secret@h:port/x",
        "postgresql://u:pass@secret@h/x",
    ],
)
def test_address_that_is_none_is_refused_without_its_password(address: str) -> None:
    with pytest.raises(DatabaseAddressError, match="expected postgresql://USER:PASSWORD@HOST:PORT/NAME") as refused:
        Database(address)

    assert "secret" not in str(refused.value)
    assert refused.value.__suppress_context__


def test_server_that_cannot_be_reached_is_named_without_its_password() -> None:
    with pytest.raises(DatabaseLostError) as lost:
        Database("postgresql://tocsin:secret@127.0.0.1:1/night")

    assert str(lost.value).startswith("postgresql://tocsin@127.0.0.1:1/night: cannot be reached: ")
    assert "secret" not in str(lost.value)
    assert "secret" not in str(lost.value.__cause__)


@slow
def test_database_that_is_not_there_is_said(address: str) -> None:
    nowhere = make_url(address).set(database="nowhere").render_as_string(hide_password=False)

    with pytest.raises(StoreError, match='database "nowhere" does not exist'):
        Database(nowhere)


# one writer at a time


@slow
def test_whoever_waited_for_another_writer_sees_what_it_wrote(address: str, other_host: subprocess.Popen[str]) -> None:
    patient = Database(address, busy_seconds=20, said_after_seconds=10)
    other_host.stdin.write("\n")  # type: ignore[union-attr]
    other_host.stdin.flush()  # type: ignore[union-attr]

    with patient.write() as connection:
        assert entered(connection) == 1

    patient.close()


@slow
def test_writer_that_holds_the_lock_is_waited_for_and_said(
    address: str, other_host: subprocess.Popen[str], caplog: pytest.LogCaptureFixture
) -> None:
    impatient = Database(address, busy_seconds=0.3, said_after_seconds=0.1)

    with pytest.raises(DatabaseBusyError, match=r"locked by another process for 0\.3 s; nothing was changed"):
        enter(impatient)

    assert [line.split(": ", 1)[1] for line in caplog.messages] == [
        "locked by another process; waiting for it, at most 0.2 s more"
    ]
    assert kept(impatient) == 0
    impatient.close()


@slow
def test_host_that_is_frozen_in_the_middle_does_not_hold_up_the_others_and_is_refused(
    address: str, other_host: subprocess.Popen[str]
) -> None:
    other_host.send_signal(signal.SIGSTOP)
    patient = Database(address, busy_seconds=LONGEST_PAUSE_OF_A_WRITER.total_seconds() + 5)

    enter(patient)

    other_host.send_signal(signal.SIGCONT)
    said, why = other_host.communicate("\n")
    assert "kept" not in said
    assert "DatabaseLostError" in why
    assert kept(patient) == 1
    patient.close()


@slow
def test_host_that_is_killed_in_the_middle_leaves_nothing(address: str, other_host: subprocess.Popen[str]) -> None:
    patient = Database(address, busy_seconds=5)
    other_host.kill()

    enter(patient)

    assert kept(patient) == 1
    patient.close()


@slow
def test_a_reader_sees_one_state_however_long_it_looks(database: Database, address: str) -> None:
    other = Database(address)
    with database.read() as connection:
        before = entered(connection)

        enter(other)

        assert entered(connection) == before
    assert kept(database) == before + 1
    other.close()


@slow
def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(StoreError, match="not writable"), database.read() as connection:
        connection.exec_driver_sql(_ENTER)


@slow
def test_what_is_kept_is_on_the_disk_whatever_the_default_of_the_server(address: str) -> None:
    with closing(psycopg.connect(address, autocommit=True)) as connection:
        connection.execute(f"ALTER DATABASE {connection.info.dbname} SET synchronous_commit = off")
    database = Database(address)

    with database.write() as writing:
        assert writing.exec_driver_sql("SHOW synchronous_commit").scalar_one() == "on"

    database.close()


@slow
def test_journal_cannot_be_emptied(tmp_path: Path, address: str) -> None:
    (tmp_path / ADDRESS).write_text(address)
    night = Night(tmp_path)
    night.activate()

    with pytest.raises(IntegrityError, match="append-only"), night.database.write() as connection:
        connection.exec_driver_sql("TRUNCATE real_entry")

    assert night.history
    night.database.close()


@slow
def test_a_character_that_the_server_cannot_keep_is_replaced(database: Database) -> None:
    with database.write() as connection:
        connection.execute(text("INSERT INTO plan_version VALUES ('d', :name, '', 0)"), {"name": "巡\0堤"})

    with database.read() as connection:
        assert connection.execute(text("SELECT name FROM plan_version")).scalar_one() == "巡\ufffd堤"


# the connection breaks


@slow
def test_restart_of_the_server_between_two_changes_is_not_noticed(database: Database, address: str) -> None:
    enter(database)

    cut_off_everybody(address)

    enter(database)
    assert kept(database) == 2


@slow
def test_connection_that_breaks_in_the_middle_changes_nothing(database: Database, address: str) -> None:
    def cut_off_while_writing() -> None:
        with database.write() as connection:
            connection.exec_driver_sql(_ENTER)
            cut_off_everybody(address)

    with pytest.raises(DatabaseLostError, match="nothing was changed, try again"):
        cut_off_while_writing()

    assert kept(database) == 0


@slow
def test_connection_that_breaks_during_the_commit_leaves_it_in_doubt(database: Database, address: str) -> None:
    with closing(psycopg.connect(address, autocommit=True)) as connection:
        connection.execute(
            "CREATE FUNCTION break() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$"
        )
        connection.execute(
            "CREATE CONSTRAINT TRIGGER break AFTER INSERT ON roster_version DEFERRABLE INITIALLY DEFERRED"
            " FOR EACH ROW EXECUTE FUNCTION break()"
        )

    with pytest.raises(CommitInDoubtError, match="kept whole or not at all: look which"):
        enter(database)


# wake-ups


def heard(database: Database, meanwhile: Callable[[], object], longest: timedelta) -> bool:
    """Whether a waiter wakes from what happens while it waits."""

    async def story() -> bool:
        wakeups = Wakeups(database)
        await wakeups.wait(wakeups.next_change(), LONG)  # it listens now
        change = wakeups.next_change()
        await asyncio.to_thread(meanwhile)
        await wakeups.wait(change, longest)
        wakeups.stop()
        return change.is_set()

    return asyncio.run(story())


@slow
def test_commit_of_another_host_wakes(database: Database, other_host: subprocess.Popen[str]) -> None:
    assert heard(database, lambda: other_host.communicate("\n"), LONG)
    assert kept(database) == 1


@slow
def test_commit_of_another_host_that_changes_nothing_does_not_wake(database: Database, address: str) -> None:
    other = Database(address)

    def look() -> None:
        with other.write() as connection:
            entered(connection)

    assert not heard(database, look, SHORT)
    other.close()


@slow
def test_waiter_that_was_cut_off_listens_again_and_looks(database: Database, address: str) -> None:
    assert heard(database, lambda: cut_off_everybody(address), LONG)
