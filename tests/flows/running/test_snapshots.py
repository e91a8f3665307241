"""A response is not read from its beginning, nor its whole state written with every entry; it stands where its entries lead."""

from pathlib import Path

import pytest
from sqlalchemy import delete, select

from flows.running import journal, rebuilding
from flows.running.snapshots import Snapshot
from flows.running.tables import book_of
from flows.testing.night import Night, minutes, small_plan, task
from plans.model import Level

pytestmark = pytest.mark.usefixtures("each_database")


@pytest.fixture
def long_night(tmp_path: Path) -> Night:
    """Many rounds: the state has grown to more than what is written with every entry."""
    night = Night(tmp_path, small_plan([task("patrol", "patrol", every={Level.III: minutes(60)})]))
    night.activate()
    for _ in range(60):
        night.forward(minutes(60))
    return night


def written_at(night: Night) -> int:
    with night.database.read() as connection:
        table = book_of(night.response).snapshots
        return int(connection.execute(select(table.c.version)).scalar_one())


def test_a_large_state_is_written_for_many_entries_at_once(long_night: Night) -> None:
    kept = set()
    for number in range(12):
        long_night.flow(2000 + number)
        kept.add(written_at(long_night))

    assert 1 < len(kept) < 12


def test_whoever_comes_anew_finds_it_where_its_last_entry_leads(long_night: Night) -> None:
    for number in range(7):
        long_night.flow(2000 + number)
        before = long_night.head
        long_night.restart()
        assert long_night.head == before

    with long_night.database.read() as connection:
        assert journal.verify(connection, long_night.response) == before.version
        assert rebuilding.differences(connection, long_night.response) == []


def test_without_any_snapshot_the_entries_have_it_all(long_night: Night) -> None:
    before = long_night.head
    with long_night.database.write() as connection:
        connection.execute(delete(book_of(long_night.response).snapshots))

    long_night.restart()

    assert long_night.head == before


def test_two_hosts_see_what_the_other_has_added_without_reading_all_of_it(long_night: Night) -> None:
    other = long_night.another_engine(long_night.database)
    assert other.head(long_night.response) == long_night.head

    for number in range(5):
        long_night.flow(2100 + number)
        assert other.head(long_night.response) == long_night.head

    other.tick(long_night.response)
    long_night.flow(2200)
    assert other.head(long_night.response) == long_night.head


@pytest.mark.parametrize(("size", "due_after"), [(2_000, 1), (16 * 1024, 1), (160 * 1024, 10), (16 * 1024 * 1024, 1024)])
def test_an_entry_costs_the_same_however_large_the_state(size: int, due_after: int) -> None:
    kept = Snapshot(100, size)

    assert not kept.is_outgrown(100 + due_after - 1)
    assert kept.is_outgrown(100 + due_after)
