"""Short codes: the lowest free number, the same for the same assignment, never shared by two kinds in one hand."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.codes import Holder, OpenCode, choose_codes, close_codes, give_codes, open_codes_at, shown
from store.database import Database
from store.testing import place_in

pytestmark = pytest.mark.usefixtures("each_database")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(place_in(tmp_path))
    yield opened
    opened.close()


def give(database: Database, *holders: Holder) -> list[int]:
    with database.write() as connection:
        given = give_codes(connection, holders)
    return [given[holder] for holder in holders]


def test_a_code_is_shown_with_two_digits() -> None:
    assert [shown(7), shown(42), shown(107), shown(None)] == ["07", "42", "107", ""]


def test_the_same_assignment_keeps_its_code(database: Database) -> None:
    first = Holder("chen", "138", "R-1", "patrol")
    second = Holder("chen", "138", "R-1", "levee")

    assert give(database, first, second) == [1, 2]
    assert give(database, second, first) == [2, 1]


def test_a_code_is_taken_again_only_after_the_close(database: Database) -> None:
    give(database, Holder("chen", "138", "R-1", "patrol"), Holder("chen", "138", "R-1", "levee"))
    with database.write() as connection:
        close_codes(connection, "R-1", "patrol")

    assert give(database, Holder("chen", "138", "R-2", "other"), Holder("chen", "138", "R-2", "more")) == [1, 3]


def test_closing_a_response_frees_all_its_codes_and_no_other(database: Database) -> None:
    give(database, Holder("chen", "138", "R-1", "patrol"), Holder("chen", "138", "D-1", "patrol"))
    with database.write() as connection:
        close_codes(connection, "R-1")
        left = open_codes_at(connection, "138")

    assert [(code.response, code.code) for code in left] == [("D-1", 2)]


def test_a_drill_and_a_real_response_never_share_a_code_in_one_hand(database: Database) -> None:
    codes = give(database, Holder("chen", "138", "R-1", "patrol"), Holder("chen", "138", "D-1", "patrol"))

    assert codes == [1, 2]


def test_two_people_with_one_phone_get_different_codes(database: Database) -> None:
    assert give(database, Holder("chen", "138", "R-1", "patrol"), Holder("li", "138", "R-1", "patrol")) == [1, 2]


names = st.sampled_from("abc")
holders = st.builds(Holder, names, st.sampled_from([None, "138", "139"]), st.sampled_from(["R-1", "D-1"]), names)


@given(st.lists(st.lists(holders, max_size=6), max_size=5))
def test_no_two_open_codes_of_a_person_or_a_phone_are_equal(rounds: Sequence[Sequence[Holder]]) -> None:
    taken: list[OpenCode] = []
    for wanted in rounds:
        _, new = choose_codes(wanted, taken)
        taken.extend(new)

    by_person = [(code.person, code.code) for code in taken]
    by_address = [(code.address, code.code) for code in taken if code.address]
    assert len(by_person) == len(set(by_person))
    assert len(by_address) == len(set(by_address))
