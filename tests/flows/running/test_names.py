"""Names of people stand beside the journal: they can go, and the record stays readable and whole."""

from pathlib import Path

import pytest

from flows.errors import BrokenJournalError
from flows.model.events import LadderAdvanced, StepFired
from flows.running import journal, names
from flows.running.names import ERASED, Names, token_of
from flows.running.tables import book_of
from flows.testing.night import Night, minutes, only

pytestmark = pytest.mark.usefixtures("each_database")


@pytest.fixture
def night(tmp_path: Path) -> Night:
    night = Night(tmp_path)
    night.activate()
    night.forward(minutes(9))
    night.complete("zhao", "verify.1")
    night.decline("wang", "patrol.1", "发烧")
    return night


def bodies(night: Night) -> str:
    with night.database.read() as connection:
        table = book_of(night.response).entries
        return "\n".join(connection.execute(table.select()).scalars("body"))


def called(night: Night) -> set[tuple[str, str]]:
    return {(told.person, told.name) for event in only(StepFired, night.history) for told in event.told}


def test_entries_hold_no_name_and_are_read_with_names(night: Night) -> None:
    people = {person.id: person.name for person in night.duty.people.values()}

    assert not [name for name in people.values() if name in bodies(night)]
    assert called(night) == {(person, people[person]) for person, _ in called(night)}


def test_engine_names_who_declined_without_the_name_in_the_entry(night: Night) -> None:
    assert any(night.duty.people["wang"].name in str(each.reason) for each in only(LadderAdvanced, night.history))


def test_a_name_that_was_altered_beside_the_journal_is_found(night: Night) -> None:
    table = book_of(night.response).names
    wang = night.duty.people["wang"].name
    with night.database.write() as connection:
        connection.execute(table.update().where(table.c.name == wang).values(name="somebody else"))

    with pytest.raises(BrokenJournalError, match="somebody else"), night.database.read() as connection:
        journal.verify(connection, night.response)


def test_erased_names_are_told_by_identifier(night: Night) -> None:
    with night.database.write() as connection:
        names.erase(connection, night.response)

    assert called(night) == {(person, person) for person, _ in called(night)}
    assert any(ERASED in str(each.reason) for each in only(LadderAdvanced, night.history))


def test_what_somebody_typed_may_look_like_a_token() -> None:
    typed = "~" + "0" * 32
    known = Names("salt", {token_of("salt", '王"强'): '王"强'})

    restored = known.restored(
        f'{{"text":"{typed}","person":"wang","name":"{token_of("salt", chr(29579) + chr(34) + chr(24378))}"}}'
    )

    assert restored == f'{{"text":"{typed}","person":"wang","name":"王\\"强"}}'
