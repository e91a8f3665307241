"""The dispatcher: nothing lost, nothing repeated without saying so, nobody waits for somebody else."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from notifications import outbox, receipts
from notifications.dispatcher import Dispatcher, DispatchSettings
from notifications.limits import Window
from notifications.message import Call, Outcome, Outgoing, Priority, Receipt, ReceiptState, Recipient, Result
from notifications.outbox import DeliveryView
from notifications.rendering import TemplateText
from notifications.states import State
from notifications.testing import FakeChannel, plain_links, plain_templates
from store.clock import MovableClock, RealClock
from store.database import Database
from store.kinds import Kind
from store.testing import place_in

pytestmark = pytest.mark.usefixtures("each_database")

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
SECOND = timedelta(seconds=1)
FOR_NOW = Outcome(Result.FAILED_FOR_NOW, code="throttled")
FOR_GOOD = Outcome(Result.FAILED_FOR_GOOD, code="invalid-number", detail="no such number")
DOWN = Outcome(Result.PROVIDER_DOWN, code="503")
UNKNOWN = Outcome(Result.UNKNOWN, code="timeout")


class House:
    """A database, a clock that stands still, and one channel of each kind for real and for drill."""

    def __init__(self, place: Path | str) -> None:
        self.database = Database(place)
        self.clock = MovableClock(NOW)
        self.sms = FakeChannel("sms")
        self.wechat = FakeChannel("wechat", resend_is_safe=True)
        self.drill_sms = FakeChannel("sms")
        self.settled: list[tuple[str, State, Result]] = []
        self.faults: list[str] = []
        self.templates = plain_templates

    def dispatcher(self, **settings: object) -> Dispatcher:
        return Dispatcher(
            self.database,
            {Kind.REAL: {"sms": self.sms, "wechat": self.wechat}, Kind.DRILL: {"sms": self.drill_sms}},
            self.clock,
            lambda *key: self.templates(*key),
            plain_links,
            DispatchSettings(**settings),  # type: ignore[arg-type]  # keywords of the test
            on_settled=lambda view, outcome: self.settled.append((view.person, view.state, outcome.result)),
            on_fault=lambda view, fault: self.faults.append(fault),
        )

    def add(self, *calls: Call) -> None:
        with self.database.write() as connection:
            outbox.add(connection, calls, self.clock.now())

    def views(self, response: str = "R-1") -> tuple[DeliveryView, ...]:
        with self.database.read() as connection:
            return outbox.deliveries(connection, response)

    def only(self, response: str = "R-1") -> DeliveryView:
        (view,) = self.views(response)
        return view

    def drain(self, dispatcher: Dispatcher) -> None:
        asyncio.run(dispatcher.drain())


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    built = House(place_in(tmp_path))
    yield built
    built.database.close()


def call(
    person: str = "chen",
    channels: tuple[str, ...] = ("sms",),
    response: str = "R-1",
    priority: Priority = Priority.OPERATION,
    at: datetime = NOW,
    lasts: timedelta = timedelta(hours=1),
    assignment: str = "patrol",
) -> Call:
    addresses = {channel: f"{channel}-{person}" for channel in channels}
    return Call(
        response=response,
        plan_digest="digest",
        assignment=assignment,
        step="call",
        epoch=0,
        recipient=Recipient(person, person, "zh", addresses),
        channels=channels,
        template="call",
        parameters={"task": "巡堤查险"},
        priority=priority,
        at=at,
        expires=at + lasts,
    )


async def until(claim: Callable[[], bool]) -> None:
    """Let the loop turn until the claim holds; a test that waits in vain fails after five seconds."""
    async with asyncio.timeout(5):
        while not claim():
            await asyncio.sleep(0.001)


async def running(dispatcher: Dispatcher, story: Callable[[], Awaitable[None]]) -> None:
    task = asyncio.create_task(dispatcher.run())
    try:
        await story()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


# -- the ordinary way ------------------------------------------------------------------------------------------------


def test_each_address_is_told_once_and_the_provider_s_identifier_is_kept(house: House) -> None:
    house.add(call("chen", ("sms", "wechat")))
    dispatcher = house.dispatcher()

    house.drain(dispatcher)
    house.drain(dispatcher)

    assert [m.address for m in house.sms.received + house.wechat.received] == ["sms-chen", "wechat-chen"]
    assert {(v.state, v.provider_id, v.accepted_at) for v in house.views()} == {(State.ACCEPTED, "p-1", NOW)}
    assert house.settled == [("chen", State.ACCEPTED, Result.ACCEPTED)] * 2


def test_a_drill_goes_only_through_the_channels_of_drills(house: House) -> None:
    house.add(call(response="D-1"))

    house.drain(house.dispatcher())

    assert house.sms.received == []
    assert [message.short for message in house.drill_sms.received] == ["【演练】巡堤查险 1 01【演练】"]


def test_a_later_message_waits_for_its_time(house: House) -> None:
    house.add(call(at=NOW + 60 * SECOND))
    dispatcher = house.dispatcher()

    house.drain(dispatcher)
    assert house.sms.received == []

    house.clock.forward(60 * SECOND)
    house.drain(dispatcher)
    assert len(house.sms.received) == 1


def test_a_message_that_came_too_late_is_not_sent_and_says_so(house: House) -> None:
    house.add(call(lasts=60 * SECOND))
    house.clock.forward(60 * SECOND)

    house.drain(house.dispatcher())

    assert house.sms.received == []
    assert house.only().state is State.EXPIRED
    assert house.settled == [("chen", State.EXPIRED, Result.FAILED_FOR_GOOD)]


def test_a_withdrawn_message_is_not_sent(house: House) -> None:
    house.add(call())
    with house.database.write() as connection:
        outbox.withdraw(connection, "R-1", NOW)

    house.drain(house.dispatcher())

    assert house.sms.received == []


def test_a_broken_template_is_reported_and_the_person_is_told_all_the_same(house: House) -> None:
    house.templates = lambda *key: TemplateText("", "{{ nobody }}", "")
    house.add(call())

    house.drain(house.dispatcher())

    assert "巡堤查险" in house.sms.received[0].text
    assert len(house.faults) == 1


def test_a_channel_that_nobody_set_up_fails_at_once_with_what_to_do(house: House) -> None:
    house.add(call(channels=("voice",)))

    house.drain(house.dispatcher())

    assert house.only().state is State.FAILED
    assert "no channel 'voice' is set up for real messages" in house.only().detail


# -- what providers say ----------------------------------------------------------------------------------------------


def test_what_fails_for_good_is_not_tried_again_and_is_reported(house: House) -> None:
    house.sms = FakeChannel("sms", [FOR_GOOD])
    house.add(call())
    dispatcher = house.dispatcher()

    house.drain(dispatcher)
    house.clock.forward(timedelta(minutes=30))
    house.drain(dispatcher)

    assert len(house.sms.received) == 1
    assert (house.only().state, house.only().detail) == (State.FAILED, "no such number")
    assert house.settled == [("chen", State.FAILED, Result.FAILED_FOR_GOOD)]


def test_what_fails_for_now_is_tried_again_with_growing_pauses(house: House) -> None:
    house.sms = FakeChannel("sms", [FOR_NOW] * 3)
    house.add(call())
    dispatcher = house.dispatcher()
    sends = []

    for _ in range(10):
        house.drain(dispatcher)
        sends.append(len(house.sms.received))
        house.clock.forward(SECOND)

    assert sends == [1, 2, 2, 3, 3, 3, 3, 4, 4, 4]
    assert (house.only().state, house.only().attempts, house.only().in_doubt) == (State.ACCEPTED, 4, False)


# -- the clock is set back by an hour --------------------------------------------------------------------------------

HOUR = timedelta(hours=1)


def test_a_message_does_not_wait_for_the_time_before_the_clock_was_set_back_to_come_again(house: House) -> None:
    dispatcher = house.dispatcher()
    house.drain(dispatcher)
    house.add(call())
    house.clock.forward(-HOUR)

    house.drain(dispatcher)

    assert [view.state for view in house.views()] == [State.ACCEPTED]


def test_nor_one_that_is_to_be_tried_again_and_not_in_the_next_process_either(house: House) -> None:
    house.sms = FakeChannel("sms", [FOR_NOW])
    house.add(call())
    house.drain(house.dispatcher())
    house.clock.forward(-HOUR)

    house.drain(house.dispatcher())

    assert (house.only().state, house.only().attempts) == (State.ACCEPTED, 2)


def test_a_message_for_later_still_waits_for_its_time_when_the_clock_was_set_back(house: House) -> None:
    house.add(call(at=NOW + 60 * SECOND))
    house.clock.forward(-HOUR)

    house.drain(house.dispatcher())

    assert house.sms.received == []


def test_a_member_who_has_had_enough_waits_no_longer_because_the_clock_was_set_back(house: House) -> None:
    limits = {"wechat": (Window(1, 60 * SECOND),)}
    dispatcher = house.dispatcher(limits=limits)
    house.add(call(channels=("wechat",)))
    house.drain(dispatcher)
    house.clock.forward(-HOUR)
    house.add(call(channels=("wechat",), assignment="other", at=NOW - HOUR))

    for _ in range(2):
        house.drain(dispatcher)
        house.clock.forward(61 * SECOND)

    assert len(house.wechat.received) == 2


def test_a_provider_that_was_down_is_tried_again_in_its_time_although_the_clock_was_set_back(house: House) -> None:
    house.sms = FakeChannel("sms", [DOWN] * 5)
    dispatcher = house.dispatcher()
    for number in range(5):
        house.add(call(f"p{number}"))
        house.drain(dispatcher)
    house.clock.forward(-HOUR)
    house.drain(dispatcher)

    for _ in range(4):
        house.clock.forward(15 * SECOND)
        house.drain(dispatcher)

    assert {view.state for view in house.views()} == {State.ACCEPTED}


def test_trying_again_ends_when_the_message_expires(house: House) -> None:
    house.sms = FakeChannel("sms", [FOR_NOW] * 100)
    house.add(call(lasts=10 * SECOND))
    dispatcher = house.dispatcher()

    for _ in range(20):
        house.drain(dispatcher)
        house.clock.forward(SECOND)

    assert house.only().state is State.EXPIRED
    assert len(house.sms.received) == 4


def test_a_delivery_in_doubt_is_asked_about_after_5_and_15_seconds_and_never_sent_again(house: House) -> None:
    house.sms = FakeChannel("sms", [UNKNOWN])
    house.add(call())
    dispatcher = house.dispatcher()
    asked = []

    for _ in range(20):
        house.drain(dispatcher)
        asked.append(len(house.sms.asked))
        house.clock.forward(SECOND)

    assert asked == [0] * 5 + [1] * 10 + [2] * 5
    assert len(house.sms.received) == 1
    assert (house.only().state, house.only().in_doubt) == (State.UNKNOWN, True)


@pytest.mark.parametrize(
    ("said", "state", "in_doubt", "sends"),
    [
        (Outcome(Result.ACCEPTED, "p-9"), State.ACCEPTED, False, 1),
        (FOR_GOOD, State.FAILED, False, 1),
        (FOR_NOW, State.ACCEPTED, False, 2),
        (DOWN, State.UNKNOWN, True, 1),
    ],
)
def test_what_the_provider_says_ends_the_doubt(house: House, said: Outcome, state: State, in_doubt: bool, sends: int) -> None:
    house.sms = FakeChannel("sms", [UNKNOWN])
    house.add(call())
    dispatcher = house.dispatcher()
    house.drain(dispatcher)
    house.sms.known[house.only().id] = said

    for _ in range(2):
        house.clock.forward(6 * SECOND)
        house.drain(dispatcher)

    assert (house.only().state, house.only().in_doubt, len(house.sms.received)) == (state, in_doubt, sends)


def test_a_channel_whose_provider_drops_second_copies_sends_again_and_says_it_is_in_doubt(house: House) -> None:
    house.wechat = FakeChannel("wechat", [UNKNOWN], resend_is_safe=True)
    house.add(call(channels=("wechat",)))
    dispatcher = house.dispatcher()

    house.drain(dispatcher)
    house.clock.forward(SECOND)
    house.drain(dispatcher)

    assert len({message.delivery for message in house.wechat.received}) == 1
    assert (house.only().state, house.only().attempts, house.only().in_doubt) == (State.ACCEPTED, 2, True)


def test_a_channel_that_breaks_leaves_the_delivery_in_doubt_and_the_others_are_told(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.sms = FakeChannel("sms", [RuntimeError("sms-chen 13812340001")])
    house.add(call("chen"), call("li"))

    house.drain(house.dispatcher())

    states = {view.person: (view.state, view.in_doubt) for view in house.views()}
    assert set(states.values()) == {(State.UNKNOWN, True), (State.ACCEPTED, False)}
    assert "13812340001" not in caplog.text


def test_a_channel_that_never_answers_is_given_up_on(house: House) -> None:
    house.sms.hold()
    house.add(call())

    house.drain(house.dispatcher(patience=timedelta(milliseconds=20)))

    assert (house.only().state, house.only().provider_code) == (State.UNKNOWN, "timeout")


def test_a_provider_that_is_down_is_left_alone_and_then_tried_with_one_message(house: House) -> None:
    house.sms = FakeChannel("sms", [DOWN] * 6)
    house.add(*[call(f"p{n}") for n in range(5)])
    dispatcher = house.dispatcher()
    house.drain(dispatcher)
    house.add(*[call(f"q{n}") for n in range(5)])

    house.clock.forward(14 * SECOND)
    house.drain(dispatcher)
    assert len(house.sms.received) == 5

    house.clock.forward(SECOND)
    house.drain(dispatcher)
    assert len(house.sms.received) == 6

    house.clock.forward(15 * SECOND)
    house.drain(dispatcher)
    house.clock.forward(15 * SECOND)
    house.drain(dispatcher)
    assert {view.state for view in house.views()} == {State.ACCEPTED}


def test_another_channel_goes_on_while_one_provider_is_down(house: House) -> None:
    house.sms = FakeChannel("sms", [DOWN] * 5)
    house.add(*[call(f"p{n}", ("sms", "wechat")) for n in range(5)])

    house.drain(house.dispatcher())

    assert len(house.wechat.received) == 5


# -- processes that die, freeze, or work beside each other -----------------------------------------------------------


def die_while_sending(house: House) -> None:
    """A dispatcher whose process ends after it claimed and before the outcome is written."""

    async def story() -> None:
        for channel in (house.sms, house.wechat):
            channel.hold()
        draining = asyncio.create_task(house.dispatcher().drain())
        await until(lambda: len(house.sms.received) + len(house.wechat.received) == len(house.views()))
        draining.cancel()
        await asyncio.gather(draining, return_exceptions=True)
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    asyncio.run(story())
    house.sms, house.wechat = FakeChannel("sms"), FakeChannel("wechat", resend_is_safe=True)


def test_what_a_dead_process_was_sending_stays_in_doubt_when_the_person_answers_another_call(house: House) -> None:
    house.add(call())
    die_while_sending(house)

    with house.database.write() as connection:
        outbox.answered(connection, "R-1", "patrol", "chen", NOW)
    house.drain(house.dispatcher(alone=True))

    assert (house.only().state, house.only().in_doubt) == (State.ANSWERED, True)


def test_what_a_dead_process_was_sending_is_in_doubt_and_not_sent_again(house: House) -> None:
    house.add(call())
    die_while_sending(house)
    assert house.only().state is State.SENDING

    house.drain(house.dispatcher(alone=True))

    assert house.sms.received == []
    assert (house.only().state, house.only().in_doubt) == (State.UNKNOWN, True)


def test_the_provider_is_asked_what_became_of_it_at_once(house: House) -> None:
    house.add(call())
    die_while_sending(house)
    house.sms.known[house.only().id] = Outcome(Result.ACCEPTED, "p-7")

    house.drain(house.dispatcher(alone=True))

    assert (house.only().state, house.only().provider_id, house.only().in_doubt) == (State.ACCEPTED, "p-7", False)


def test_where_the_provider_drops_second_copies_it_is_sent_again_with_the_same_identifier(house: House) -> None:
    house.add(call(channels=("wechat",)))
    die_while_sending(house)

    house.drain(house.dispatcher(alone=True))

    assert [message.delivery for message in house.wechat.received] == [house.only().id]
    assert (house.only().state, house.only().in_doubt) == (State.ACCEPTED, True)


def test_beside_other_processes_a_claim_is_respected_until_it_runs_out(house: House) -> None:
    house.add(call(channels=("wechat",)))
    die_while_sending(house)
    dispatcher = house.dispatcher()

    house.drain(dispatcher)
    assert house.wechat.received == []

    house.clock.forward(timedelta(minutes=1))
    house.drain(dispatcher)
    assert len(house.wechat.received) == 1


def test_what_was_never_claimed_is_sent_by_the_next_process(house: House) -> None:
    house.add(call("chen"))
    die_while_sending(house)
    house.add(call("li"))

    house.drain(house.dispatcher())

    assert [message.address for message in house.sms.received] == ["sms-li"]


def test_two_dispatchers_on_one_database_tell_everyone_once(house: House) -> None:
    house.add(*[call(f"p{n}", assignment=f"a{n % 3}") for n in range(60)])

    async def story() -> None:
        await asyncio.gather(*(house.dispatcher(at_once=dict.fromkeys(Priority, 4)).drain() for _ in range(2)))

    asyncio.run(story())

    assert sorted(message.address for message in house.sms.received) == sorted(f"sms-p{n}" for n in range(60))


def test_good_news_of_a_frozen_process_counts_although_its_claim_was_lost(house: House) -> None:
    house.add(call())

    async def story() -> None:
        house.sms.hold()
        first = asyncio.create_task(house.dispatcher().drain())
        await until(lambda: len(house.sms.received) == 1)
        house.clock.forward(timedelta(minutes=1))
        await house.dispatcher().drain()
        assert house.only().state is State.UNKNOWN
        house.sms.let_go()
        await first

    asyncio.run(story())

    assert (house.only().state, len(house.sms.received)) == (State.ACCEPTED, 1)


# -- lanes, limits, races --------------------------------------------------------------------------------------------


def test_a_signal_does_not_wait_for_a_mass_of_paper_that_is_stuck(house: House) -> None:
    async def story() -> None:
        house.sms.hold()
        house.add(*[call(f"p{n}", priority=Priority.PAPER) for n in range(50)])
        await until(lambda: len(house.sms.received) == 8)
        house.add(call("leader", priority=Priority.FLASH))
        await until(lambda: len(house.sms.received) == 9)
        assert house.sms.received[-1].address == "sms-leader"
        house.sms.let_go()

    asyncio.run(running(house.dispatcher(), story))


def test_a_member_gets_no_more_in_a_minute_than_wechat_delivers_and_the_rest_waits(house: House) -> None:
    house.add(*[call("chen", ("wechat",), assignment=f"a{n}") for n in range(40)])
    dispatcher = house.dispatcher()

    house.drain(dispatcher)
    assert len(house.wechat.received) == 28

    house.clock.forward(timedelta(minutes=1))
    house.drain(dispatcher)
    assert len(house.wechat.received) == 40


def test_one_member_s_flood_does_not_hold_up_another(house: House) -> None:
    house.add(*[call("chen", ("wechat",), assignment=f"a{n}") for n in range(40)], call("li", ("wechat",)))

    house.drain(house.dispatcher())

    assert "wechat-li" in {message.address for message in house.wechat.received}


def test_a_signal_is_exempt_from_the_limit(house: House) -> None:
    limits = {"wechat": (Window(1, timedelta(hours=1)),)}
    house.add(*[call("chen", ("wechat",), assignment=f"a{n}", priority=Priority.FLASH) for n in range(3)])

    house.drain(house.dispatcher(limits=limits))

    assert len(house.wechat.received) == 3


def test_a_new_process_remembers_what_the_last_one_sent(house: House) -> None:
    house.add(*[call("chen", ("wechat",), assignment=f"a{n}") for n in range(28)])
    house.drain(house.dispatcher())
    house.add(call("chen", ("wechat",), assignment="more"))

    house.drain(house.dispatcher())

    assert len(house.wechat.received) == 28


def test_an_answer_while_it_is_being_sent_is_not_undone_by_the_outcome(house: House) -> None:
    house.sms = FakeChannel("sms", [FOR_NOW])
    house.add(call())

    async def story() -> None:
        house.sms.hold()
        draining = asyncio.create_task(house.dispatcher().drain())
        await until(lambda: len(house.sms.received) == 1)
        with house.database.write() as connection:
            outbox.answered(connection, "R-1", "patrol", "chen", NOW)
        house.sms.let_go()
        await draining

    asyncio.run(story())

    assert (house.only().state, len(house.sms.received)) == (State.ANSWERED, 1)


def test_a_receipt_that_is_faster_than_the_answer_is_not_undone_by_it(house: House) -> None:
    house.add(call())

    async def story() -> None:
        house.sms.hold()
        draining = asyncio.create_task(house.dispatcher().drain())
        await until(lambda: len(house.sms.received) == 1)
        with house.database.write() as connection:
            receipts.record(connection, Receipt(house.only().id, ReceiptState.DELIVERED, NOW), NOW)
            receipts.record(connection, Receipt("p-1", ReceiptState.READ, NOW), NOW)
        house.sms.let_go()
        await draining

    asyncio.run(story())

    view = house.only()
    assert (view.state, view.provider_id, view.delivered_at, view.read_at) == (State.READ, "p-1", NOW, NOW)


def test_a_withdrawal_leaves_what_is_being_sent_to_its_outcome(house: House) -> None:
    house.add(call())

    async def story() -> None:
        house.sms.hold()
        draining = asyncio.create_task(house.dispatcher().drain())
        await until(lambda: len(house.sms.received) == 1)
        with house.database.write() as connection:
            outbox.withdraw(connection, "R-1", NOW)
        house.sms.let_go()
        await draining

    asyncio.run(story())

    assert house.only().state is State.ACCEPTED


def test_a_failed_listener_does_not_stop_the_next_message(house: House) -> None:
    def broken(view: DeliveryView, outcome: Outcome) -> None:
        raise RuntimeError(view.id)

    house.add(call("chen"), call("li"))
    channels = {Kind.REAL: {"sms": house.sms}}
    dispatcher = Dispatcher(house.database, channels, house.clock, plain_templates, plain_links, on_settled=broken)

    house.drain(dispatcher)

    assert {view.state for view in house.views()} == {State.ACCEPTED}


# -- running for real ------------------------------------------------------------------------------------------------


def test_a_message_leaves_within_a_moment_of_its_commit(house: House) -> None:
    async def story() -> None:
        await asyncio.sleep(0.05)
        loop = asyncio.get_running_loop()
        began = loop.time()
        house.add(call())
        await until(lambda: bool(house.sms.received))
        assert loop.time() - began < 1

    asyncio.run(running(house.dispatcher(), story))


def test_a_commit_of_another_process_is_noticed(house: House) -> None:
    other = Database(house.database.place)

    async def story() -> None:
        await asyncio.sleep(0.05)
        with other.write() as connection:
            outbox.add(connection, [call()], NOW)
        await until(lambda: bool(house.sms.received))

    asyncio.run(running(house.dispatcher(), story))
    other.close()


def test_a_due_time_is_kept_without_any_commit(house: House) -> None:
    house.clock = RealClock()  # type: ignore[assignment]  # the one test that lets real time pass
    house.add(call(at=house.clock.now() + timedelta(milliseconds=100)))

    async def story() -> None:
        await until(lambda: bool(house.sms.received))

    asyncio.run(running(house.dispatcher(), story))


def test_stopping_lets_what_is_on_its_way_arrive(house: House) -> None:
    async def story() -> None:
        house.sms.hold()
        house.add(call())
        await until(lambda: len(house.sms.received) == 1)
        asyncio.get_running_loop().call_later(0.1, house.sms.let_go)

    asyncio.run(running(house.dispatcher(), story))

    assert house.only().state is State.ACCEPTED


def test_what_arrives_carries_the_delivery_s_identifier_link_and_code(house: House) -> None:
    house.add(call())

    house.drain(house.dispatcher())

    message: Outgoing = house.sms.received[0]
    assert (message.delivery, message.code) == (house.only().id, "01")
    assert message.link == f"https://tocsin.example/f/{house.only().id}"
