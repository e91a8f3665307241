"""The roster in the database: replaced as a whole or not at all."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from resources.model import Duty, Person, Shift
from resources.tables import load, replace, version
from store.database import Database
from store.testing import place_in

pytestmark = pytest.mark.usefixtures("each_database")

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
WANG = Person(
    "wang", "王建国", {"sms": "19900000001", "wechat": "wang"}, deputy="anna", post="站长", organisation="水文站", exercises=True
)
ANNA = Person("anna", "Anna Müller", {"sms": "+4915112345678"}, language="en")
DUTY = Duty(
    {"wang": WANG, "anna": ANNA}, (Shift("levee", "wang", NOW, None), Shift("hydro", "anna"), Shift("hydro", "wang", None, NOW))
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(place_in(tmp_path))
    yield database
    database.close()


def test_what_was_written_is_read_back_in_the_same_order(database: Database):
    with database.write() as connection:
        replace(connection, DUTY, NOW)

    with database.read() as connection:
        loaded = load(connection)

    assert loaded == DUTY
    assert list(loaded.people) == ["wang", "anna"]


def test_an_import_replaces_all_that_was_there(database: Database):
    with database.write() as connection:
        replace(connection, DUTY, NOW)
    only_anna = Duty({"anna": ANNA}, (Shift("expert", "anna"),))

    with database.write() as connection:
        replace(connection, only_anna, NOW)

    with database.read() as connection:
        assert load(connection) == only_anna


def test_the_version_begins_at_nothing_and_grows_with_each_import(database: Database):
    with database.read() as connection:
        versions = [version(connection)]

    for duty in (DUTY, Duty({}, ()), DUTY):
        with database.write() as connection:
            versions.append(replace(connection, duty, NOW))

    assert versions == [0, 1, 2, 3]


def test_an_import_that_fails_leaves_the_old_roster_and_its_version(database: Database):
    with database.write() as connection:
        replace(connection, DUTY, NOW)
    of_a_stranger = Duty({"anna": ANNA}, (Shift("levee", "nobody"),))

    with pytest.raises(IntegrityError), database.write() as connection:
        replace(connection, of_a_stranger, NOW)

    with database.read() as connection:
        assert load(connection) == DUTY
        assert version(connection) == 1


def test_an_empty_database_has_nobody_on_duty(database: Database):
    with database.read() as connection:
        assert load(connection) == Duty({}, ())
