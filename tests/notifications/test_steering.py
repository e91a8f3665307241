"""From receipts in the outbox to the order in which two providers are asked, through the dispatcher, on both databases."""

import asyncio
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from notifications import outbox, receipts
from notifications.channels.gateways import Gateways
from notifications.dispatcher import Dispatcher
from notifications.health import STEP
from notifications.message import Call, Channel, Outcome, Priority, Receipt, ReceiptState, Recipient, Result
from notifications.testing import FakeChannel, plain_links, plain_templates
from store.clock import MovableClock
from store.database import Database
from store.kinds import Kind
from store.testing import place_in

pytestmark = pytest.mark.usefixtures("each_database")

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
SECOND = timedelta(seconds=1)
DELIVERED, FAILED = ReceiptState.DELIVERED, ReceiptState.FAILED


class House:
    """Two providers of SMS, and people who are called through them."""

    def __init__(self, place: Path | str) -> None:
        self.database, self.clock = Database(place), MovableClock(NOW)
        self.first, self.second = FakeChannel("sms"), FakeChannel("sms")
        self.gateways = Gateways("sms", [("first", self.first), ("second", self.second)], self.clock)
        channels: dict[Kind, dict[str, Channel]] = {Kind.REAL: {"sms": self.gateways}, Kind.DRILL: {}}
        self.dispatcher = Dispatcher(self.database, channels, self.clock, plain_templates, plain_links)
        self.called = 0

    def call(self, people: int, priority: Priority = Priority.OPERATION) -> list[str]:
        """The deliveries of so many calls, sent."""
        now = self.clock.now()
        calls = []
        for number in range(self.called, self.called + people):
            person = Recipient(f"p{number}", f"p{number}", "zh", {"sms": f"138{number:08}"})
            words = {"task": "巡堤查险"}
            late = now + timedelta(hours=1)
            calls.append(Call("R-1", "d", "verify.1", "call", 1, person, ("sms",), "call", words, priority, now, late))
        self.called += people
        with self.database.write() as connection:
            outbox.add(connection, calls, now)
        asyncio.run(self.dispatcher.drain())
        return [outbox.delivery_id(each, "sms") for each in calls]

    def report(self, deliveries: list[str], state: ReceiptState) -> None:
        with self.database.write() as connection:
            for delivery in deliveries:
                receipts.record(connection, Receipt(delivery, state, self.clock.now()), self.clock.now())

    def later(self, pause: timedelta) -> None:
        self.clock.forward(pause)
        asyncio.run(self.dispatcher.drain())

    def share(self, name: str = "first") -> int:
        return self.dispatcher.standings()[Kind.REAL, "sms"][name].share

    def asked_first(self, people: int = 1, priority: Priority = Priority.OPERATION) -> tuple[int, int]:
        """How many of the next calls went to each."""
        before = len(self.first.received), len(self.second.received)
        self.call(people, priority)
        return len(self.first.received) - before[0], len(self.second.received) - before[1]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    built = House(place_in(tmp_path))
    yield built
    built.database.close()


@pytest.fixture
def degraded(house: House) -> House:
    """The carrier has refused eight of twenty that the first had accepted."""
    sent = house.call(20)
    house.report(sent[:12], DELIVERED)
    house.report(sent[12:], FAILED)
    house.later(15 * SECOND)
    return house


def test_a_provider_whose_messages_arrive_stays_first(house: House) -> None:
    house.report(house.call(20), DELIVERED)
    house.later(15 * SECOND)

    assert house.asked_first() == (1, 0)


def test_a_provider_under_70_percent_is_asked_after_its_twin_and_nothing_is_sent_again(degraded: House) -> None:
    assert (degraded.share(), len(degraded.first.received), len(degraded.second.received)) == (0, 20, 0)
    assert degraded.asked_first() == (0, 1)


def test_accepted_and_no_receipt_is_found_out_where_receipts_have_come_before(house: House) -> None:
    """What providers do with an unfiled signature: they accept it, and nothing arrives."""
    house.report(house.call(1), DELIVERED)
    house.clock.forward(timedelta(minutes=20))
    house.call(20)
    house.later(60 * SECOND)
    assert house.share() == 100

    house.later(15 * SECOND)
    assert house.share() == 0


def test_a_provider_that_never_sends_receipts_is_not_blamed_for_it(house: House) -> None:
    house.call(20)
    house.later(timedelta(minutes=2))

    assert house.share() == 100


def test_the_public_is_no_evidence(house: House) -> None:
    house.report(house.call(20, Priority.MASS), FAILED)
    house.later(15 * SECOND)

    assert house.share() == 100


def test_the_one_behind_still_gets_what_its_twin_refuses(degraded: House) -> None:
    degraded.second.answer_next(Outcome(Result.PROVIDER_DOWN, code="no-money"))

    assert degraded.asked_first() == (1, 1)


def test_it_comes_back_over_a_tenth_and_a_half_and_urgent_calls_come_last(degraded: House) -> None:
    degraded.later(STEP)
    assert degraded.asked_first(20) == (2, 18)
    assert degraded.asked_first(20, Priority.LIFE_SAFETY) == (0, 20)

    degraded.later(STEP)
    assert degraded.asked_first(20) == (10, 10)


def test_a_trial_without_receipts_sends_it_back(degraded: House) -> None:
    for _ in range(2):
        degraded.later(STEP)
        degraded.call(20)
    assert degraded.share() == 50

    degraded.later(STEP)
    assert degraded.share() == 0


def test_a_good_trial_brings_it_wholly_back(degraded: House) -> None:
    for _ in range(3):
        degraded.later(STEP)
        degraded.report(degraded.call(20), DELIVERED)
    degraded.later(15 * SECOND)

    assert degraded.share() == 100
    assert degraded.asked_first(1, Priority.FLASH) == (1, 0)


def test_each_change_is_logged_once(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "notifications.steering")
    sent = house.call(20)
    house.report(sent[:12], DELIVERED)
    house.report(sent[12:], FAILED)
    for _ in range(4):
        house.later(15 * SECOND)

    assert caplog.messages == [
        "sms first is asked after its twins from now on: of its last 20 messages 12 were delivered, 0 slow, 8 failed at the"
        " carrier (in 10 minutes)"
    ]
