"""Receipts move a delivery forward only, in any order, and wait for it when they are too early."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from notifications import outbox, receipts
from notifications.message import Call, Outcome, Priority, Receipt, ReceiptState, Recipient, Result
from notifications.outbox import DeliveryView
from notifications.settling import after_look_up, after_send, apply
from notifications.states import State
from notifications.tables import message_table
from store.database import Database
from store.kinds import Kind

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
LATER = NOW + timedelta(seconds=9)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    opened = Database(Path(tmp_path_factory.mktemp("receipts")) / "tocsin.db")
    yield opened
    opened.close()


class Told:
    """One delivery that is being sent."""

    count = 0

    def __init__(self, database: Database, state: State = State.SENDING) -> None:
        Told.count += 1
        self.database = database
        self.response = f"R-{Told.count}"
        call = Call(
            self.response, "digest", "patrol", "call", 0, Recipient("chen", "陈", "zh", {"sms": "138"}), ("sms",), "call", {},
            Priority.FLASH, NOW, NOW + timedelta(hours=1),
        )  # fmt: skip
        self.id = outbox.delivery_id(call, "sms")
        table = message_table(Kind.REAL)
        with database.write() as connection:
            outbox.add(connection, [call], NOW)
            mine = update(table).where(table.c.id == self.id)
            connection.execute(mine.values(state=state, attempts=1, claimed_by="us", sending_at=NOW, provider_id=f"p-{self.id}"))

    @property
    def view(self) -> DeliveryView:
        with self.database.read() as connection:
            found = outbox.delivery(connection, self.id)
        assert found is not None
        return found

    def receipt(self, state: ReceiptState, at: datetime = NOW, code: str = "") -> None:
        with self.database.write() as connection:
            receipts.record(connection, Receipt(self.id, state, at, code), at)


@pytest.mark.parametrize(
    ("order", "state"),
    [
        ([ReceiptState.SENT, ReceiptState.DELIVERED, ReceiptState.READ], State.READ),
        ([ReceiptState.READ, ReceiptState.DELIVERED, ReceiptState.SENT], State.READ),
        ([ReceiptState.DELIVERED, ReceiptState.FAILED], State.DELIVERED),
        ([ReceiptState.FAILED, ReceiptState.SENT], State.FAILED),
        ([ReceiptState.FAILED, ReceiptState.DELIVERED], State.DELIVERED),
        ([ReceiptState.DELIVERED, ReceiptState.DELIVERED], State.DELIVERED),
    ],
)
def test_any_order_ends_in_the_same_state(database: Database, order: list[ReceiptState], state: State) -> None:
    told = Told(database, State.ACCEPTED)

    for receipt in order:
        told.receipt(receipt)

    assert told.view.state is state


def test_each_stage_keeps_its_first_time(database: Database) -> None:
    told = Told(database)

    told.receipt(ReceiptState.DELIVERED, LATER)
    told.receipt(ReceiptState.SENT, NOW)
    told.receipt(ReceiptState.DELIVERED, LATER + timedelta(hours=1))

    assert (told.view.sent_at, told.view.delivered_at, told.view.read_at) == (NOW, LATER, None)


def test_a_failure_keeps_the_carrier_s_code(database: Database) -> None:
    told = Told(database, State.ACCEPTED)

    told.receipt(ReceiptState.FAILED, LATER, "UNDELIV")

    assert (told.view.state, told.view.provider_code, told.view.ended_at) == (State.FAILED, "UNDELIV", LATER)


def test_a_receipt_ends_the_doubt(database: Database) -> None:
    told = Told(database, State.UNKNOWN)
    told.receipt(ReceiptState.DELIVERED)

    assert (told.view.state, told.view.in_doubt, told.view.next_at) == (State.DELIVERED, False, None)


def test_an_answered_delivery_stays_answered(database: Database) -> None:
    told = Told(database, State.ANSWERED)

    told.receipt(ReceiptState.READ)

    assert told.view.state is State.ANSWERED


def test_the_provider_s_identifier_finds_the_delivery_too(database: Database) -> None:
    told = Told(database)

    with database.write() as connection:
        view = receipts.record(connection, Receipt(f"p-{told.id}", ReceiptState.SENT, NOW), NOW)

    assert view is not None
    assert view.id == told.id


def test_a_receipt_of_nothing_we_know_is_kept_for_three_days(database: Database) -> None:
    with database.write() as connection:
        found = receipts.record(connection, Receipt("alien", ReceiptState.SENT, NOW), NOW)
        kept = receipts.unmatched(connection)
        after = NOW + timedelta(hours=73)
        receipts.record(connection, Receipt("other", ReceiptState.SENT, after), after)
        left = receipts.unmatched(connection)

    assert found is None
    assert [receipt.delivery for receipt in kept] == ["alien"]
    assert [receipt.delivery for receipt in left] == ["other"]


def test_a_receipt_for_what_was_never_sent_changes_nothing(database: Database) -> None:
    told = Told(database, State.QUEUED)
    with database.write() as connection:
        table = message_table(Kind.REAL)
        connection.execute(update(table).where(table.c.id == told.id).values(attempts=0))

    told.receipt(ReceiptState.DELIVERED)

    assert told.view.state is State.QUEUED


happenings = st.one_of(
    st.sampled_from(list(ReceiptState)),
    st.sampled_from(list(Result)),
    st.sampled_from(["answered", "withdraw", "claim", "look up: accepted", "look up: nothing"]),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(happenings, max_size=8), st.booleans())
def test_states_only_move_forward_except_to_try_again(
    database: Database, what_happens: Sequence[ReceiptState | Result | str], resend_is_safe: bool
) -> None:
    told = Told(database)

    for happening in what_happens:
        before = told.view
        happen(told, happening, resend_is_safe=resend_is_safe)
        after = told.view

        tries_again = after.state is State.QUEUED and before.state in {State.SENDING, State.UNKNOWN}
        assert after.state.rank >= before.state.rank or tries_again
        assert after.attempts >= before.attempts
        if before.state in {State.DELIVERED, State.READ, State.ANSWERED}:
            assert after.delivered_at == before.delivered_at or before.delivered_at is None


def happen(told: Told, happening: ReceiptState | Result | str, *, resend_is_safe: bool) -> None:
    table = message_table(Kind.REAL)
    view = told.view
    with told.database.write() as connection:
        match happening:
            case ReceiptState():
                receipts.record(connection, Receipt(told.id, happening, NOW), NOW)
            case Result():
                apply(connection, [after_send(view, Outcome(happening), NOW, resend_is_safe=resend_is_safe)])
            case "look up: accepted":
                apply(connection, [after_look_up(view, Outcome(Result.ACCEPTED), NOW)])
            case "look up: nothing":
                apply(connection, [after_look_up(view, None, NOW)])
            case "answered":
                outbox.answered(connection, told.response, "patrol", "chen", NOW)
            case "withdraw":
                outbox.withdraw(connection, told.response, NOW)
            case _:
                queued = update(table).where(table.c.id == told.id, table.c.state == State.QUEUED)
                connection.execute(queued.values(state=State.SENDING, claimed_by="us", attempts=table.c.attempts + 1))
