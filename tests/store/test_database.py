"""The database says in our words what went wrong, and then nothing was changed."""

import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Column, MetaData, Table, insert, select

from store import schema
from store.database import Database
from store.errors import DatabaseBusyError, DatabaseFullError, NaiveMomentError, SchemaVersionError, StoreError
from store.types import Json, Moment

_ROOT = Path(__file__).parents[2]
NOTES = Table("notes", MetaData(), Column("at", Moment), Column("body", Json))
AT = datetime(2026, 9, 3, 18, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "here" / "tocsin.db", busy_seconds=0.05)
    with database.write() as connection:
        NOTES.create(connection)
    yield database
    database.close()


def note(database: Database, at: datetime = AT, body: object = None) -> None:
    with database.write() as connection:
        connection.execute(insert(NOTES).values(at=at, body=body))


def fail_after_writing(database: Database) -> None:
    with database.write() as connection:
        connection.execute(insert(NOTES).values(at=AT, body=1))
        raise ZeroDivisionError


def fill_the_disk(database: Database) -> None:
    with database.write() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")  # SQLite takes the present size at least
        for _ in range(50):
            connection.execute(insert(NOTES).values(at=AT, body="x" * 4000))


def _until(question: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not question():
        assert time.monotonic() < end
        threading.Event().wait(0.005)


def notes(database: Database) -> list[tuple[datetime, object]]:
    with database.read() as connection:
        return [(row.at, row.body) for row in connection.execute(select(NOTES))]


def test_what_was_written_is_read_back(database: Database) -> None:
    note(database, AT, {"zh": "巡堤", "n": [1, 2.5, None]})

    assert notes(database) == [(AT, {"zh": "巡堤", "n": [1, 2.5, None]})]


def test_moment_keeps_the_instant_whatever_its_zone(database: Database) -> None:
    note(database, AT.astimezone(timezone(timedelta(hours=8))))

    assert notes(database) == [(AT, None)]


def test_naive_moment_is_refused_rather_than_guessed(database: Database) -> None:
    with pytest.raises(NaiveMomentError, match=r"2026-09-03T18:00:00 has no zone; expected one as in .*\+08:00"):
        note(database, datetime(2026, 9, 3, 18, 0))  # noqa: DTZ001

    assert notes(database) == []


def test_failed_write_leaves_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        fail_after_writing(database)

    assert notes(database) == []


def test_commit_wakes_and_a_failed_write_does_not(database: Database) -> None:
    woken: list[int] = []
    database.on_commit(lambda: woken.append(1))

    note(database)
    with pytest.raises(ZeroDivisionError):
        fail_after_writing(database)

    assert woken == [1]


def test_lock_of_another_process_is_said_and_nothing_is_changed(database: Database) -> None:
    other = sqlite3.connect(database.place, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(DatabaseBusyError) as refused:
        note(database)

    other.execute("ROLLBACK")
    other.close()
    assert str(refused.value) == f"{database.place}: locked by another process for 0.05 s; nothing was changed, try again"
    assert notes(database) == []


def test_waiting_for_another_process_is_said_while_it_lasts(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    patient = Database(database.place, busy_seconds=20, said_after_seconds=0.02)
    other = sqlite3.connect(database.place, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    waiting = threading.Thread(target=note, args=(patient,))
    waiting.start()
    _until(lambda: bool(caplog.messages))

    other.execute("ROLLBACK")
    waiting.join()

    assert caplog.messages == [f"{database.place}: locked by another process; waiting for it, at most 19.98 s more"]
    assert notes(database) == [(AT, None)]
    other.close()
    patient.close()


def test_a_command_says_on_stderr_what_it_waits_for_and_then_gives_up_with_the_reason(database: Database) -> None:
    other = sqlite3.connect(database.place, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    script = (
        "import sys, pathlib; from store.database import Database\n"
        "with Database(pathlib.Path(sys.argv[1]), 0.2, 0.05).write(): pass"
    )

    ran = subprocess.run([sys.executable, "-c", script, str(database.place)], capture_output=True, text=True, cwd=_ROOT)

    other.close()
    lines = ran.stderr.splitlines()
    assert lines[0] == f"{database.place}: locked by another process; waiting for it, at most 0.15 s more"
    assert lines[-1].endswith(f"{database.place}: locked by another process for 0.2 s; nothing was changed, try again")


def test_a_short_wait_is_not_worth_a_word(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    note(database)

    assert caplog.messages == []


def test_reading_goes_on_behind_the_lock_of_another_process(database: Database) -> None:
    note(database)
    other = sqlite3.connect(database.place, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    found = notes(database)

    other.close()
    assert found == [(AT, None)]


def test_write_goes_through_once_the_lock_is_given_back(database: Database) -> None:
    other = sqlite3.connect(database.place, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseBusyError):
        note(database)
    other.close()

    note(database)

    assert notes(database) == [(AT, None)]


def test_full_disk_is_said_and_nothing_is_changed(database: Database) -> None:
    note(database)

    with pytest.raises(DatabaseFullError) as refused:
        fill_the_disk(database)

    assert "the disk is full or not writable; nothing was changed; free some space" in str(refused.value)
    assert notes(database) == [(AT, None)]


def test_database_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "tocsin.db"
    Database(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute(f"UPDATE {schema.TABLE} SET version_num = '9999'")
    connection.close()

    with pytest.raises(SchemaVersionError, match=rf"schema 9999, this one expects {schema.REVISION}.*TOCSIN_HOME"):
        Database(path)


def test_database_of_before_the_first_step_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "tocsin.db"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 1")
    connection.close()

    with pytest.raises(SchemaVersionError, match="schema 0001"):
        Database(path)


def test_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "tocsin.db"
    path.write_text("not a database, but long enough to be looked at\n" * 100)

    with pytest.raises(StoreError, match=r"tocsin\.db: the database answered: file is not a database"):
        Database(path)


def test_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(StoreError, match=r"file/tocsin\.db: the database answered: .*exists"):
        Database(tmp_path / "file" / "tocsin.db")


def test_threads_write_one_after_the_other(database: Database) -> None:
    def several() -> None:
        for _ in range(5):
            note(database)

    threads = [threading.Thread(target=several) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(notes(database)) == 40
