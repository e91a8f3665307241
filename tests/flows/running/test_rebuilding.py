"""Everything beside the journal can be lost: it follows from the entries, and is made anew from them."""

from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from flows.errors import BrokenJournalError
from flows.running import rebuilding
from flows.running.tables import book_of
from flows.testing.night import Night, minutes
from plans.model import Level

pytestmark = pytest.mark.usefixtures("each_database")


@pytest.fixture
def night(tmp_path: Path) -> Night:
    night = Night(tmp_path)
    night.activate()
    night.forward(minutes(9))
    night.complete("zhao", "verify.1")
    night.change_level(Level.II)
    night.forward(minutes(40))
    return night


def beside(night: Night) -> list[object]:
    book = book_of(night.response)
    with night.database.read() as connection:
        return [
            sorted(map(tuple, connection.execute(select(table))))
            for table in (book.heads, book.snapshots, book.assignments, book.clocks)
        ]


def rebuilt(night: Night) -> list[str]:
    with night.database.write() as connection:
        return rebuilding.rebuild(connection, night.response)


def differences(night: Night) -> list[str]:
    with night.database.read() as connection:
        return rebuilding.differences(connection, night.response)


def test_what_turns_have_written_is_what_the_entries_lead_to(night: Night) -> None:
    assert differences(night) == []


def test_projections_that_were_dropped_are_made_again_to_the_row(night: Night) -> None:
    before, book = beside(night), book_of(night.response)
    with night.database.write() as connection:
        connection.execute(delete(book.assignments))
        connection.execute(delete(book.clocks))
        connection.execute(delete(book.snapshots))
        connection.execute(update(book.heads).values(level=4, status="closed", digest="x"))

    assert rebuilt(night)

    assert beside(night) == before
    assert night.forward(minutes(60))


def test_each_row_that_is_wrong_is_named(night: Night) -> None:
    book = book_of(night.response)
    with night.database.write() as connection:
        connection.execute(update(book.assignments).where(book.assignments.c.assignment == "patrol.1").values(status="done"))
        connection.execute(delete(book.clocks).where(book.clocks.c.clock == "round"))

    found = differences(night)

    assert f"{night.response}: row patrol.1 of real_assignment is not what its entries lead to" in found
    assert any("row patrol.2 round" in each and "of real_clock is missing" in each for each in found)


def test_nothing_is_made_from_a_broken_chain(night: Night) -> None:
    book = book_of(night.response)
    with night.database.write() as connection:
        connection.execute(update(book.heads).values(hash="x", status="closed"))
    before = beside(night)

    with pytest.raises(BrokenJournalError):
        rebuilt(night)

    assert beside(night) == before


def test_snapshot_that_cannot_be_read_is_said_with_the_remedy(night: Night) -> None:
    book = book_of(night.response)
    with night.database.write() as connection:
        connection.execute(update(book.snapshots).values(state=b'{"situation": 1}'))
    night.restart()

    with pytest.raises(BrokenJournalError, match=f"'tocsin response rebuild {night.response}'"):
        _ = night.head
