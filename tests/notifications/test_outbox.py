"""The outbox writes each delivery once and withdraws only what has not gone out."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from notifications import outbox
from notifications.message import Call, Priority, Recipient
from notifications.states import State
from notifications.tables import message_table
from store.database import Database
from store.kinds import Kind
from store.testing import place_in

pytestmark = pytest.mark.usefixtures("each_database")

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
CHEN = Recipient("chen", "陈建国", "zh", {"sms": "+8613812340001", "wechat": "chen.jg"})
LI = Recipient("li", "李梅", "zh", {"sms": "+8613812340002"})
NOBODY = Recipient("wang", "王强", "zh", {})


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(place_in(tmp_path))
    yield opened
    opened.close()


def call(
    recipient: Recipient = CHEN, response: str = "R-1", assignment: str = "patrol", step: str = "call", answerable: bool = True
) -> Call:
    return Call(
        response=response,
        plan_digest="digest",
        assignment=assignment,
        step=step,
        epoch=0,
        recipient=recipient,
        channels=("wechat", "sms"),
        template="call",
        parameters={"task": "巡堤查险"},
        priority=Priority.OPERATION,
        at=NOW,
        expires=NOW + timedelta(hours=1),
        answerable=answerable,
    )


def states(database: Database, response: str = "R-1") -> list[tuple[str, str, State]]:
    with database.read() as connection:
        return sorted((view.person, view.channel, view.state) for view in outbox.deliveries(connection, response))


def test_each_address_gets_a_delivery(database: Database) -> None:
    with database.write() as connection:
        outbox.add(connection, [call(CHEN), call(LI)], NOW)

    assert states(database) == [
        ("chen", "sms", State.QUEUED),
        ("chen", "wechat", State.QUEUED),
        ("li", "sms", State.QUEUED),
    ]


def test_the_same_decision_replayed_adds_nothing(database: Database) -> None:
    for _ in range(2):
        with database.write() as connection:
            outbox.add(connection, [call(CHEN)], NOW)

    assert len(states(database)) == 2


def test_a_person_without_an_address_is_one_failed_delivery_that_says_how_to_mend_it(database: Database) -> None:
    with database.write() as connection:
        outbox.add(connection, [call(NOBODY)], NOW)

    with database.read() as connection:
        (view,) = outbox.deliveries(connection, "R-1")
    assert view.state is State.FAILED
    assert "王强 (wang)" in view.detail
    assert "wechat, sms" in view.detail


def test_withdrawing_leaves_alone_what_is_being_sent(database: Database) -> None:
    with database.write() as connection:
        outbox.add(connection, [call(CHEN)], NOW)
        table = message_table(Kind.REAL)
        connection.execute(update(table).where(table.c.channel == "wechat").values(state=State.SENDING))
        outbox.withdraw(connection, "R-1", NOW)

    assert states(database) == [("chen", "sms", State.WITHDRAWN), ("chen", "wechat", State.SENDING)]


@pytest.mark.parametrize(
    ("which", "left"),
    [
        ({"assignment": "patrol"}, {("chen", "levee"), ("li", "levee")}),
        ({"person": "chen"}, {("li", "patrol"), ("li", "levee")}),
        ({"steps": ["call"]}, set()),
        ({"steps": ["deputy"]}, {("chen", "patrol"), ("chen", "levee"), ("li", "patrol"), ("li", "levee")}),
        ({"assignment": "levee", "person": "li"}, {("chen", "patrol"), ("chen", "levee"), ("li", "patrol")}),
    ],
)
def test_withdrawing_takes_back_exactly_what_is_named(
    database: Database, which: dict[str, str], left: set[tuple[str, str]]
) -> None:
    with database.write() as connection:
        people = (CHEN, LI)
        outbox.add(connection, [call(who, assignment=task) for who in people for task in ("patrol", "levee")], NOW)
        outbox.withdraw(connection, "R-1", NOW, **which)  # type: ignore[arg-type]  # rows of the table above

    with database.read() as connection:
        queued = {(v.person, v.assignment) for v in outbox.deliveries(connection, "R-1") if v.state is State.QUEUED}
    assert queued == left


def test_an_answer_settles_what_went_out_and_withdraws_the_rest(database: Database) -> None:
    with database.write() as connection:
        outbox.add(connection, [call(CHEN), call(LI)], NOW)
        table = message_table(Kind.REAL)
        connection.execute(update(table).where(table.c.channel == "wechat").values(state=State.ACCEPTED))
        outbox.answered(connection, "R-1", "patrol", "chen", NOW)

    assert states(database) == [
        ("chen", "sms", State.WITHDRAWN),
        ("chen", "wechat", State.ANSWERED),
        ("li", "sms", State.QUEUED),
    ]


def test_a_failed_delivery_stays_failed_when_the_person_answers_another_way(database: Database) -> None:
    with database.write() as connection:
        outbox.add(connection, [call(LI)], NOW)
        table = message_table(Kind.REAL)
        connection.execute(update(table).values(state=State.FAILED))
        outbox.answered(connection, "R-1", "patrol", "li", NOW)

    assert states(database) == [("li", "sms", State.FAILED)]


def test_an_answer_does_not_hold_back_a_notice_that_asks_for_none(database: Database) -> None:
    with database.write() as connection:
        outbox.add(connection, [call(LI), call(LI, step="notice", answerable=False)], NOW)
        outbox.answered(connection, "R-1", "patrol", "li", NOW)

    with database.read() as connection:
        found = {view.step: view.state for view in outbox.deliveries(connection, "R-1")}
    assert found == {"call": State.WITHDRAWN, "notice": State.QUEUED}


@pytest.mark.parametrize(("kind", "response"), [(Kind.REAL, "D-1"), (Kind.DRILL, "R-1")])
def test_a_row_of_one_kind_cannot_be_put_into_the_table_of_the_other(database: Database, kind: Kind, response: str) -> None:
    with database.write() as connection:
        outbox.add(connection, [call(LI, response=response)], NOW)
        own, other = message_table(Kind.of(response)), message_table(kind)
        row = dict(connection.execute(own.select()).mappings().one())

    with pytest.raises(IntegrityError, match=r"(?i)check"), database.write() as connection:
        connection.execute(insert(other), row)


def test_a_message_of_one_kind_cannot_be_changed_into_the_other(database: Database) -> None:
    with database.write() as connection:
        outbox.add(connection, [call(LI, response="D-1")], NOW)

    with pytest.raises(IntegrityError, match=r"(?i)check"), database.write() as connection:
        connection.execute(update(message_table(Kind.DRILL)).values(response="R-1"))


def test_identifiers_fit_every_provider_and_tell_the_kind(database: Database) -> None:
    for response, first in (("R-1", "r-"), ("D-1", "d-")):
        identifier = outbox.delivery_id(call(CHEN, response=response), "sms")

        assert identifier.startswith(first)
        assert len(identifier) <= 40
        assert set(identifier) <= set("0123456789abcdefghijklmnopqrstuvwxyz-")


def test_one_delivery_is_found_by_its_identifier(database: Database) -> None:
    with database.write() as connection:
        outbox.add(connection, [call(LI)], NOW)
        view = outbox.delivery(connection, outbox.delivery_id(call(LI), "sms"))

    assert view is not None
    assert (view.person, view.address, view.parameters, view.at) == ("li", "+8613812340002", {"task": "巡堤查险"}, NOW)
