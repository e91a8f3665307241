"""A waiter hears at once of every commit, whoever made it."""

import asyncio
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from store.database import Database
from store.wakeups import Wakeups

LONG, SHORT = timedelta(seconds=10), timedelta(milliseconds=1)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "tocsin.db")
    yield database
    database.close()


def commit_elsewhere(database: Database) -> None:
    """As another process would: SQLite tells connections apart, not processes."""
    other = sqlite3.connect(database.place)
    other.execute("CREATE TABLE elsewhere (x)")
    other.commit()
    other.close()


def test_commit_of_this_process_wakes(database: Database) -> None:
    async def story() -> bool:
        wakeups = Wakeups(database)
        change = wakeups.next_change()
        with database.write() as connection:
            connection.exec_driver_sql("CREATE TABLE here (x)")
        await wakeups.wait(change, LONG)
        wakeups.stop()
        return change.is_set()

    assert asyncio.run(story())


def test_commit_of_another_process_wakes(database: Database) -> None:
    async def story() -> bool:
        wakeups = Wakeups(database)
        await asyncio.sleep(0)  # let the watcher take its first look
        change = wakeups.next_change()
        await asyncio.to_thread(commit_elsewhere, database)
        await wakeups.wait(change, LONG)
        wakeups.stop()
        return change.is_set()

    assert asyncio.run(story())


def test_what_happened_between_looking_and_waiting_is_not_missed(database: Database) -> None:
    async def story() -> bool:
        wakeups = Wakeups(database)
        change = wakeups.next_change()
        with database.write() as connection:
            connection.exec_driver_sql("CREATE TABLE here (x)")
        await asyncio.sleep(0.01)  # announced before anybody waits
        await wakeups.wait(change, LONG)
        wakeups.stop()
        return change.is_set()

    assert asyncio.run(story())


def test_watcher_that_was_stopped_hears_of_no_commit(database: Database) -> None:
    async def story() -> bool:
        wakeups = Wakeups(database)
        change = wakeups.next_change()
        wakeups.stop()
        with database.write() as connection:
            connection.exec_driver_sql("CREATE TABLE here (x)")
        await wakeups.wait(change, SHORT)
        return change.is_set()

    assert not asyncio.run(story())


def test_nothing_new_ends_the_wait_at_its_time(database: Database) -> None:
    async def story() -> bool:
        wakeups = Wakeups(database)
        change = wakeups.next_change()
        await wakeups.wait(change, SHORT)
        wakeups.stop()
        return change.is_set()

    assert not asyncio.run(story())


def test_all_waiters_hear_of_one_commit(database: Database) -> None:
    async def story() -> list[bool]:
        wakeups = Wakeups(database)
        changes = [wakeups.next_change() for _ in range(5)]
        with database.write() as connection:
            connection.exec_driver_sql("CREATE TABLE here (x)")
        await asyncio.gather(*(wakeups.wait(change, LONG) for change in changes))
        wakeups.stop()
        return [change.is_set() for change in changes]

    assert asyncio.run(story()) == [True] * 5
