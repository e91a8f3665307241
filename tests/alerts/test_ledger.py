"""Behaviours 8, 21-23, 25, 26, 28 and 31-34: bytes kept for ever, each identity once, and why a message is withheld."""

import hashlib
import re
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select

from alerts import ledger, tables
from alerts.errors import UnknownAlertError
from alerts.ledger import IngestResult, Verdict
from alerts.profile import Profile
from alerts.testing import NOON, OPEN, cap, hours, info, written
from store.database import Database
from store.testing import place_in

pytestmark = pytest.mark.usefixtures("each_database")


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(place_in(tmp_path))


def take(database: Database, raw: bytes, profile: Profile = OPEN, source: str = "feed", at: float = 0) -> IngestResult:
    with database.write() as connection:
        (result,) = ledger.ingest(connection, raw, source, profile, hours(at))
    return result


def count(connection: Connection, table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0


def test_8_the_bytes_are_kept_as_they_came_with_hash_time_and_source(database: Database) -> None:
    raw = b"\xef\xbb\xbf" + cap()

    take(database, raw)

    with database.read() as connection:
        row = connection.execute(select(tables.raws)).mappings().one()
        sighting = connection.execute(select(tables.sightings)).mappings().one()
    assert (row["body"], row["sha256"], row["received"]) == (raw, hashlib.sha256(raw).hexdigest(), NOON)
    assert (sighting["source"], sighting["seen"]) == ("feed", 1)


def test_8_bytes_that_cannot_be_read_are_kept_with_the_reason(database: Database) -> None:
    result = take(database, b"<!DOCTYPE a><a/>")

    assert result.verdict is Verdict.REJECTED
    with database.read() as connection:
        row = connection.execute(select(tables.raws)).mappings().one()
    assert row["quarantine"][0]["code"] == "doctype"


def test_4_of_a_file_over_the_limit_only_the_beginning_is_kept(database: Database) -> None:
    take(database, b"x" * 9_000_000)

    with database.read() as connection:
        row = connection.execute(select(tables.raws)).mappings().one()
    assert row["size"] == 9_000_000
    assert len(row["body"]) < 100_000


def test_21_two_ways_of_writing_one_moment_are_one_identity(database: Database) -> None:
    first = take(database, cap(sent="2026-07-01T12:00:00-00:00"))
    second = take(database, cap(sent="2026-07-01T13:00:00+01:00", infos=info(severity="Minor")))

    assert second.key.startswith(first.key)
    assert [reason.code for reason in second.reasons] == ["identity_conflict"]


def test_22_the_same_bytes_again_are_one_message_seen_twice_from_two_sources(database: Database) -> None:
    take(database, cap())
    again = take(database, cap(), source="other feed")

    assert again.verdict is Verdict.DUPLICATE
    with database.read() as connection:
        assert count(connection, tables.messages) == 1
        assert count(connection, tables.sightings) == 2
        assert connection.scalar(select(tables.messages.c.seen)) == 2


def test_23_only_other_white_space_prefixes_or_attribute_order_is_a_duplicate(database: Database) -> None:
    take(database, cap())
    spaced = cap().replace(b"><", b">\n  <")
    prefixed = re.sub(rb"<(/?)(?=\w)", rb"<\1c:", cap()).replace(b"xmlns=", b"xmlns:c=")

    assert take(database, spaced).verdict is Verdict.DUPLICATE
    assert take(database, prefixed).verdict is Verdict.DUPLICATE


def test_23_the_same_identity_with_other_content_is_kept_and_withheld(database: Database) -> None:
    first = take(database, cap())
    second = take(database, cap(infos=info(severity="Extreme")))

    assert (first.verdict, second.verdict) == (Verdict.ACCEPTED, Verdict.WITHHELD)
    with database.read() as connection:
        folded = ledger.fold_related(connection, [first.key, second.key], hours(1))
        assert count(connection, tables.messages) == 2
    assert [message.alert.infos[0].severity for chain in folded.chains for message in chain.messages] == ["Severe"]


def test_23_the_conflicting_one_again_is_a_duplicate_of_itself(database: Database) -> None:
    take(database, cap())
    conflicting = cap(infos=info(severity="Extreme"))
    take(database, conflicting)

    again = take(database, conflicting)

    assert again.verdict is Verdict.DUPLICATE
    assert [reason.code for reason in again.reasons] == ["identity_conflict"]


def test_24_a_reissue_that_comes_again_still_names_its_original(database: Database) -> None:
    first = take(database, cap())
    take(database, cap("two", sent=hours(1)), at=1)
    again = take(database, cap("two", sent=hours(1)), at=2)

    assert again.verdict is Verdict.DUPLICATE
    assert first.key in again.reasons[0].en


def test_24_a_reissue_is_withheld_with_its_original_named(database: Database) -> None:
    first = take(database, cap())
    second = take(database, cap("two", sent=hours(1)), at=1)

    assert second.verdict is Verdict.WITHHELD
    assert first.key in second.reasons[0].en


def test_26_of_two_ingests_at_the_same_moment_exactly_one_is_accepted(database: Database) -> None:
    verdicts: list[Verdict] = []
    start = threading.Barrier(4)

    def work() -> None:
        start.wait()
        verdicts.append(take(database, cap()).verdict)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(verdicts) == [Verdict.ACCEPTED, Verdict.DUPLICATE, Verdict.DUPLICATE, Verdict.DUPLICATE]


def test_26_two_processes_worth_of_connections_accept_it_once_too(database: Database) -> None:
    other = Database(database.place)

    verdicts = [take(where, cap()).verdict for where in (database, other)]

    assert verdicts == [Verdict.ACCEPTED, Verdict.DUPLICATE]


def test_28_an_unknown_sender_is_withheld(database: Database) -> None:
    result = take(database, cap(), Profile("strict", ("*@cma.example",)))

    assert (result.verdict, result.reasons[0].code) == (Verdict.WITHHELD, "sender_unknown")


def test_28_the_same_message_is_used_once_its_sender_is_registered(database: Database) -> None:
    take(database, cap(), Profile("strict", ("*@cma.example",)))

    result = take(database, cap(), Profile("strict", ("*@city.example",)))

    assert result.verdict is Verdict.ACCEPTED
    with database.read() as connection:
        assert ledger.fold_related(connection, [result.key], hours(1)).chains[0].state == "active"


def test_31_a_message_without_a_time_is_kept_and_withheld_and_known_again(database: Database) -> None:
    raw = cap(sent="")

    first, second = take(database, raw), take(database, raw)

    assert (first.verdict, first.reasons[0].code) == (Verdict.WITHHELD, "sent_missing")
    assert (second.verdict, second.key) == (Verdict.DUPLICATE, first.key)
    with database.read() as connection:
        assert ledger.get_row(connection, first.key)["sender"] == "water@city.example"


def test_32_and_34_a_clock_ahead_and_an_expired_alert_are_noted_and_used(database: Database) -> None:
    ahead = take(database, cap(sent=hours(1)))
    old = take(database, cap("old", sent=hours(-48), infos=info(expires=written(hours(-24)))))

    assert (ahead.verdict, old.verdict) == (Verdict.ACCEPTED, Verdict.ACCEPTED)
    assert "sent_in_future" in {defect.code for defect in ahead.defects}
    assert "expired_on_arrival" in {defect.code for defect in old.defects}


def test_33_a_later_change_of_the_profile_does_not_rewrite_what_was_decided(database: Database) -> None:
    result = take(database, cap(infos=info(expires="")), Profile("short", ("*",), default_expiry=timedelta(hours=2)))

    with database.read() as connection:
        (message,) = ledger.related(connection, [result.key])
    assert message.until == hours(2)


def test_53_and_60_what_is_named_before_it_arrives_is_found_when_it_comes(database: Database) -> None:
    cancel = take(database, cap("two", sent=hours(1), kind="Cancel", references=[("one", NOON)], infos=""), at=1)
    alert = take(database, cap(), at=2)

    assert cancel.verdict is Verdict.WITHHELD
    with database.read() as connection:
        folded = ledger.fold_related(connection, [alert.key], hours(2))
    assert folded.chain_of(alert.key).end == "cancelled"


def test_time_alone_wakes_a_message_once_for_its_start_and_once_for_its_end(database: Database) -> None:
    result = take(database, cap(infos=info(effective=written(hours(4)))))

    woken = []
    for at in (3, 4, 5, 24, 25):
        with database.write() as connection:
            woken.append(ledger.due(connection, hours(at)))
    assert woken == [[], [result.key], [], [result.key], []]


def test_an_alert_is_found_by_the_beginning_of_its_key(database: Database) -> None:
    result = take(database, cap())

    with database.read() as connection:
        assert ledger.get_row(connection, result.key[:6])["key"] == result.key
        for unknown in ("A-nosuch", "", "%"):
            with pytest.raises(UnknownAlertError):
                ledger.get_row(connection, unknown)
