"""A key that was pressed on a phone is an answer, by whichever name the provider knows the call; a short message confirms it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from notifications import outbox, receipts, replies, say_back
from notifications.message import Call, Priority, Receipt, ReceiptState, Recipient, Reply, Verb
from notifications.references import shortened
from notifications.replies import Became, Ignored, NeedsDesk, Understood
from notifications.say_back import Sentence
from notifications.states import State
from notifications.tables import message_table
from store.database import Database
from store.kinds import Kind
from store.testing import place_in

pytestmark = pytest.mark.usefixtures("each_database")
NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
PHONE, NAME_OF_THE_CALL = "13812340001", "1000^2000"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(place_in(tmp_path))
    yield opened
    opened.close()


@pytest.fixture
def delivery(database: Database) -> str:
    """A call that the provider has accepted."""
    call = Call(
        "R-1", "digest", "patrol", "call", 0, Recipient("chen", "陈", "zh", {"voice": PHONE}), ("voice",), "call",
        {"task": "巡堤查险"}, Priority.LIFE_SAFETY, NOW, NOW + timedelta(hours=1),
    )  # fmt: skip
    name, table = outbox.delivery_id(call, "voice"), message_table(Kind.REAL)
    with database.write() as connection:
        outbox.add(connection, [call], NOW)
        accepted = {"state": State.ACCEPTED, "attempts": 1, "provider_id": NAME_OF_THE_CALL}
        connection.execute(update(table).where(table.c.id == name).values(accepted))
    return name


def key(reference: str, text: str = "1", address: str = "", channel: str = "voice") -> Reply:
    return Reply(channel, f"call-{reference}-{text}", address, text, NOW, delivery=reference)


@pytest.mark.parametrize("short", [True, False])
@pytest.mark.parametrize("address", ["", PHONE])
def test_a_key_is_an_answer_by_our_beginning_or_by_the_providers_name(
    short: bool, address: str, database: Database, delivery: str
) -> None:
    reference = shortened(delivery) if short else NAME_OF_THE_CALL

    with database.write() as connection:
        heard = replies.receive(connection, key(reference, "2", address), NOW)

    assert isinstance(heard.meaning, Understood)
    assert (heard.meaning.answer.verb, heard.meaning.answer.via) == (Verb.DECLINE, "voice")
    assert heard.meaning.answer.person == "chen"


def test_a_key_from_another_phone_is_no_answer(database: Database, delivery: str) -> None:
    with database.write() as connection:
        heard = replies.receive(connection, key(NAME_OF_THE_CALL, address="13900000000"), NOW)

    assert isinstance(heard.meaning, Ignored)


def test_only_a_call_may_leave_its_phone_unsaid(database: Database, delivery: str) -> None:
    with database.write() as connection:
        heard = replies.receive(connection, key(delivery, channel="wechat"), NOW)

    assert isinstance(heard.meaning, Ignored)


def test_a_key_that_means_nothing_goes_to_the_desk(database: Database, delivery: str) -> None:
    with database.write() as connection:
        heard = replies.receive(connection, key(NAME_OF_THE_CALL, "9"), NOW)

    assert isinstance(heard.meaning, NeedsDesk)


def test_who_pressed_a_key_is_told_by_a_short_message_and_not_called_again(database: Database, delivery: str) -> None:
    reply = key(NAME_OF_THE_CALL)
    with database.write() as connection:
        replies.receive(connection, reply, NOW)
        became = Became(Sentence("已记录“收到”", "Recorded: received"))
        replies.settled(connection, "voice", reply.external_id, NOW, became)
        replies.confirm(connection, "voice", reply.external_id, became, NOW)

    with database.read() as connection:
        (said,) = [view for view in outbox.deliveries(connection, "R-1") if view.template == say_back.TEMPLATE]
    assert (said.channel, said.address) == ("sms", PHONE)


@pytest.mark.parametrize(("state", "becomes"), [(ReceiptState.DELIVERED, State.DELIVERED), (ReceiptState.FAILED, State.FAILED)])
def test_how_the_call_ended_is_kept_in_words(state: ReceiptState, becomes: State, database: Database, delivery: str) -> None:
    with database.write() as connection:
        view = receipts.record(connection, Receipt(shortened(delivery), state, NOW, "200000", "已接听 32 s"), NOW)

    assert view is not None
    assert (view.id, view.state, view.detail) == (delivery, becomes, "已接听 32 s")


def test_a_beginning_that_is_no_delivery_of_ours_is_kept_as_unknown(database: Database, delivery: str) -> None:
    with database.write() as connection:
        view = receipts.record(connection, Receipt("r-" + "0" * 13, ReceiptState.DELIVERED, NOW), NOW)

    assert view is None
