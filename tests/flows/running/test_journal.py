"""The record cannot be changed unnoticed: the database refuses, and whoever gets around that is found."""

import json
import sqlite3
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from flows.errors import BrokenJournalError, ConflictError, UnknownNameError
from flows.model.events import LevelChanged, NoteAdded, events
from flows.model.state import evolve, state_adapter
from flows.running import journal
from flows.running.tables import PLAN_VERSIONS, book_of
from flows.testing.night import Night, minutes
from plans.model import Level

pytestmark = pytest.mark.usefixtures("each_database")

ONLY_SQLITE = pytest.mark.only_sqlite


@pytest.fixture
def night(tmp_path: Path) -> Night:
    night = Night(tmp_path)
    night.activate()
    night.forward(minutes(9))
    return night


def verify(night: Night) -> int:
    with night.database.read() as connection:
        return journal.verify(connection, night.response)


def tampered(night: Night, *statements: str) -> None:
    """With the triggers out of the way, as somebody with the file or the server in hands could do."""
    night.database.close()
    on_a_server = isinstance(night.place, str)
    connection = psycopg.connect(night.place) if isinstance(night.place, str) else sqlite3.connect(night.place)
    for verb in ("update", "delete"):
        connection.execute(f"DROP TRIGGER real_entry_no_{verb}" + " ON real_entry" * on_a_server)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def test_untouched_record_verifies(night: Night) -> None:
    assert verify(night) == len(night.history)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE real_entry SET body = replace(body, 'zhao', 'wang') WHERE entry = 3",
        "DELETE FROM real_entry WHERE entry = 3",
        pytest.param(
            "REPLACE INTO real_entry SELECT response, 3, kind, at, recorded_at, by, via, body, hash FROM real_entry"
            " WHERE entry = 2",
            marks=ONLY_SQLITE,
        ),
    ],
    ids=["update", "delete", "replace"],
)
def test_database_refuses_to_change_an_entry(night: Night, statement: str) -> None:
    with pytest.raises(IntegrityError, match="the journal is append-only"), night.database.write() as connection:
        connection.exec_driver_sql(statement)

    assert verify(night) == len(night.history)


@pytest.mark.parametrize(
    ("statements", "entry", "fault"),
    [
        (["UPDATE real_entry SET body = replace(body, 'zhao', 'wang') WHERE entry = 3"], 3, "altered"),
        (["UPDATE real_entry SET body = 'nonsense' WHERE entry = 3"], 3, "altered"),
        (["UPDATE real_entry SET at = at - 1 WHERE entry = 2"], 2, "its columns do not match"),
        (["UPDATE real_entry SET recorded_at = recorded_at - 1 WHERE entry = 2"], 2, "altered"),
        (["UPDATE real_entry SET by = 'wang' WHERE entry = 2"], 2, "its columns do not match"),
        (["UPDATE real_entry SET kind = 'note_added' WHERE entry = 2"], 2, "its columns do not match"),
        (["UPDATE real_entry SET hash = 'x' WHERE entry = 4"], 4, "altered"),
        (["DELETE FROM real_entry WHERE entry = 1"], 1, "missing; the next one found is 2"),
        (["DELETE FROM real_entry WHERE entry = 3"], 3, "missing; the next one found is 4"),
        (["DELETE FROM real_entry WHERE entry = (SELECT max(entry) FROM real_entry)"], 8, "missing; the response has 8 entries"),
        (["DELETE FROM real_entry"], 1, "missing; the response has 8 entries"),
        (
            [
                "UPDATE real_entry SET entry = 99 WHERE entry = 2",
                "UPDATE real_entry SET entry = 2 WHERE entry = 3",
                "UPDATE real_entry SET entry = 3 WHERE entry = 99",
            ],
            2,
            "altered",
        ),
        (["UPDATE real_response SET version = version - 1"], 8, "added; the response has 7 entries"),
        (["UPDATE real_response SET hash = 'x'"], 8, "the chain was written anew"),
        pytest.param(
            ["UPDATE real_snapshot SET state = replace(state, '\"level\":3', '\"level\":1')"],
            8,
            "it was altered",
            marks=ONLY_SQLITE,
        ),
    ],
)
def test_changed_record_is_found(night: Night, statements: list[str], entry: int, fault: str) -> None:
    tampered(night, *statements)

    with pytest.raises(BrokenJournalError, match=fault) as found:
        verify(night)

    assert (found.value.response, found.value.entry) == (night.response, entry)


def test_a_stored_plan_that_was_altered_is_found(night: Night) -> None:
    with night.database.write() as connection:
        stored = connection.execute(select(PLAN_VERSIONS.c.canonical)).scalar_one()
        altered = stored.replace(b'"approve":["deputy_commander"]', b'"approve":["duty_officer"]')
        connection.execute(PLAN_VERSIONS.update().values(canonical=altered))

    with pytest.raises(BrokenJournalError, match=r"the stored plan [0-9a-f]{12} was altered"):
        verify(night)


def test_entry_appended_with_a_right_hash_is_found(night: Night) -> None:
    head, now = night.head, night.clock.now()
    body = journal.events.dump_json(NoteAdded(at=now, text="all is well")).decode()
    number = head.version + 1
    entry = {"response": night.response, "entry": number, "kind": "note_added", "at": now, "recorded_at": now, "by": "engine"}
    forged = {**entry, "via": "", "body": body, "hash": journal.chained(head.hash, number, now, body)}
    with night.database.write() as connection:
        connection.execute(book_of(night.response).entries.insert().values(**forged))

    with pytest.raises(BrokenJournalError, match="added; the response has 8 entries"):
        verify(night)


def test_body_is_the_whole_event_in_plain_json(night: Night) -> None:
    with night.database.read() as connection:
        row = connection.exec_driver_sql("SELECT body FROM real_entry WHERE entry = 1").scalar_one()

    opened = json.loads(row)

    assert (opened["kind"], opened["incident"], opened["approved_by"]) == ("response_opened", "渭河洪水", "sun")


def test_writer_who_read_before_somebody_wrote_is_refused(night: Night) -> None:
    stale = night.head
    night.acknowledge("zhao", "verify.1")
    note = NoteAdded(at=night.clock.now(), text="late")

    with pytest.raises(ConflictError), night.database.write() as connection:
        journal.append(connection, stale, [note], evolve(stale.state, note), night.clock.now())

    assert verify(night) == len(night.history)


def test_record_that_is_not_there_is_said(night: Night) -> None:
    with pytest.raises(UnknownNameError, match=rf"there is no response 'R-1' .*known: {night.response}"):
        night.engine.head("R-1")


def test_an_altered_entry_with_a_fitting_hash_is_found_when_it_is_no_event(night: Night) -> None:
    with night.database.read() as connection:
        first, second = (entry for entry in journal.entries(connection, night.response) if entry.number <= 2)
    forged = journal.chained(first.hash, 2, second.recorded_at, "{}")

    tampered(night, f"UPDATE real_entry SET body = '{{}}', hash = '{forged}' WHERE entry = 2")

    with pytest.raises(BrokenJournalError, match="no event that this version knows"):
        verify(night)


def test_a_record_of_an_earlier_version_is_read_and_verifies(night: Night) -> None:
    """Its snapshot and its events lack what has been added since."""
    night.flow(3100)
    state = night.head.state
    with night.database.write() as connection:
        snapshots = book_of(night.response).snapshots
        old = json.loads(state_adapter.dump_json(state))
        old["proposed_level"] = int(old.pop("situation")["level"]["level"])
        connection.execute(update(snapshots).values(state=json.dumps(old, separators=(",", ":")).encode()))

    assert night.head.state == state
    assert night.head.state.proposed_level is Level.II
    assert verify(night) == len(night.history)


def test_events_of_an_earlier_version_are_read() -> None:
    body = {
        "at": "2026-09-03T18:00:00Z",
        "by": "zhao",
        "via": "",
        "before": 3,
        "level": 2,
        "approved_by": "sun",
        "reason": "the water says so",
        "kind": "level_changed",
    }

    changed = events.validate_python(body)

    assert isinstance(changed, LevelChanged)
    assert (changed.oral, changed.paper_by, changed.next_rounds) == (False, None, {})
