"""Two providers behind one kind: the second hears only of what the first surely did not take."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from notifications import outbox
from notifications.channels.gateways import Gateways
from notifications.channels.registry import build
from notifications.dispatcher import Dispatcher, DispatchSettings
from notifications.message import Call, Channel, Outcome, Outgoing, Priority, Recipient, Result
from notifications.simulators.faults import Fault
from notifications.simulators.simulators import Simulators
from notifications.states import State
from notifications.testing import FakeBatchChannel, FakeChannel, plain_links, plain_templates
from store.clock import MovableClock, RealClock
from store.database import Database
from store.kinds import Kind

pytestmark = pytest.mark.anyio
Make = Callable[..., Outgoing]
NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
FOR_NOW = Outcome(Result.FAILED_FOR_NOW, code="busy")
DOWN = Outcome(Result.PROVIDER_DOWN, code="no-money")
FOR_GOOD = Outcome(Result.FAILED_FOR_GOOD, code="template")
NO_NUMBER = Outcome(Result.FAILED_FOR_GOOD, code="isv.MOBILE_NUMBER_ILLEGAL")
IN_DOUBT = Outcome(Result.UNKNOWN, code="timeout")


class Pair:
    def __init__(self, first: Sequence[Outcome] = (), second: Sequence[Outcome] = ()) -> None:
        self.first, self.second = FakeChannel(answers=first), FakeChannel(answers=second)
        self.clock = MovableClock(NOW)
        self.channel = Gateways("sms", [("first", self.first), ("second", self.second)], self.clock)

    @property
    def received(self) -> tuple[int, int]:
        return len(self.first.received), len(self.second.received)


@pytest.mark.parametrize("refusal", [FOR_NOW, DOWN, FOR_GOOD], ids=lambda outcome: outcome.code)
async def test_what_the_first_surely_did_not_take_the_second_gets(refusal: Outcome, message: Make) -> None:
    pair = Pair([refusal])

    outcome = await pair.channel.deliver(message())

    assert (outcome.result, pair.received) == (Result.ACCEPTED, (1, 1))
    assert outcome.detail == f"second (not by first {refusal.code})"


async def test_while_the_first_takes_them_the_second_hears_of_nothing(message: Make) -> None:
    pair = Pair()

    await pair.channel.deliver(message())

    assert pair.received == (1, 0)


async def test_what_the_first_may_have_is_never_given_to_the_second(message: Make) -> None:
    pair = Pair([IN_DOUBT])

    outcome = await pair.channel.deliver(message())

    assert (outcome.result, pair.received) == (Result.UNKNOWN, (1, 0))


async def test_a_number_that_is_none_is_not_tried_elsewhere(message: Make) -> None:
    pair = Pair([NO_NUMBER])

    outcome = await pair.channel.deliver(message())

    assert (outcome.result, pair.received) == (Result.FAILED_FOR_GOOD, (1, 0))


@pytest.mark.parametrize(
    ("first", "second", "result"),
    [
        (FOR_GOOD, FOR_NOW, Result.FAILED_FOR_NOW),
        (FOR_GOOD, DOWN, Result.PROVIDER_DOWN),
        (DOWN, FOR_NOW, Result.FAILED_FOR_NOW),
        (FOR_GOOD, FOR_GOOD, Result.FAILED_FOR_GOOD),
    ],
)
async def test_when_all_refuse_it_is_tried_again_as_long_as_one_may_still_take_it(
    first: Outcome, second: Outcome, result: Result, message: Make
) -> None:
    pair = Pair([first], [second])

    assert (await pair.channel.deliver(message())).result is result


async def test_a_provider_with_a_run_of_faults_is_left_alone_and_then_tried_with_one_message(message: Make) -> None:
    pair = Pair([DOWN] * 6)
    for _ in range(7):
        await pair.channel.deliver(message())
    assert pair.received == (5, 7)

    pair.clock.forward(timedelta(seconds=15))
    await asyncio.gather(*(pair.channel.deliver(message()) for _ in range(3)))

    assert pair.received == (6, 10)


async def test_a_batch_that_the_first_loses_counts_as_one_fault_of_five(message: Make) -> None:
    first, second = FakeBatchChannel(answers=[DOWN] * 10), FakeBatchChannel()
    pair = Gateways("sms", [("first", first), ("second", second)], MovableClock(NOW))

    await pair.deliver_many([message() for _ in range(10)])
    outcome = await pair.deliver(message())

    assert (first.requests, second.requests) == ([10], [10])
    assert outcome.detail == "first"


async def test_the_one_that_knows_a_delivery_in_doubt_is_believed(message: Make) -> None:
    pair = Pair()
    pair.second.known["d-0001"] = Outcome(Result.ACCEPTED, "p-9")

    found = await pair.channel.look_up(message(), NOW)

    assert found is not None
    assert (found.result, found.provider_id) == (Result.ACCEPTED, "p-9")


async def test_what_none_of_them_knows_stays_in_doubt(message: Make) -> None:
    """A provider that surely does not have it says nothing of the other."""
    pair = Pair()
    pair.first.known["d-0001"] = FOR_NOW

    assert await pair.channel.look_up(message(), NOW) is None


async def test_the_card_of_a_wecom_application_is_changed_also_behind_a_list(
    simulators: Simulators, message: Make, tmp_path: Path
) -> None:
    channel = build({"wechat": (simulators.group_url, simulators.wechat_url)}, tmp_path)["wechat"]
    assert isinstance(channel, Gateways)
    sent = await channel.members[1].deliver(message(address="zhangwei"))

    outcome = await channel.confirm(sent.code, ["zhangwei"], "已记录")

    assert outcome.result is Result.ACCEPTED
    assert list(simulators.wecom.cards.shown.values()) == ["已记录"]
    await channel.close()


async def test_where_none_has_cards_a_message_has_to_follow(message: Make) -> None:
    assert (await Pair().channel.confirm("rc", ["zhangwei"], "已记录")).result is Result.FAILED_FOR_GOOD


class House:
    """The dispatcher, with both simulated providers behind the kind `sms`."""

    def __init__(self, folder: Path, channel: Channel) -> None:
        self.database = Database(folder / "tocsin.db")
        self.channel = channel
        channels = {Kind.REAL: {"sms": channel}, Kind.DRILL: {}}
        self.dispatcher = Dispatcher(
            self.database, channels, RealClock(), plain_templates, plain_links, DispatchSettings(patience=timedelta(seconds=1))
        )

    async def tell(self, person: str, phone: str) -> tuple[State, str, str]:
        now = RealClock().now()
        recipient = Recipient(person, person, "zh", {"sms": phone})
        words = {"plan": "防汛", "level": "Ⅲ级", "task": "巡堤查险"}
        call = Call(
            "R-1", "d", "verify.1", "call", 1, recipient, ("sms",), "call", words, Priority.FLASH, now, now + timedelta(hours=1)
        )
        with self.database.write() as connection:
            outbox.add(connection, [call], now)
        await self.dispatcher.drain()
        with self.database.read() as connection:
            (view,) = [one for one in outbox.deliveries(connection, "R-1") if one.person == person]
        return view.state, view.id, view.detail


@pytest.fixture
async def house(simulators: Simulators, tmp_path: Path) -> AsyncIterator[House]:
    built = House(tmp_path, build({"sms": (simulators.sms_url, simulators.tencent_url)}, tmp_path)["sms"])
    yield built
    await built.channel.close()
    built.database.close()


async def test_each_delivery_remembers_who_has_it_or_may_have_it(house: House, simulators: Simulators) -> None:
    await house.tell("chen", "13800000001")
    simulators.faults.order(Fault("sms", code="isv.OUT_OF_SERVICE", times=1))
    await house.tell("li", "13800000002")
    simulators.faults.order(Fault("sms", drop=True))
    await house.tell("wang", "13800000003")

    with house.database.read() as connection:
        by_person = {view.person: (view.provider, view.state) for view in outbox.deliveries(connection, "R-1")}
    assert by_person == {
        "chen": ("aliyunsms", State.ACCEPTED),
        "li": ("tencentsms", State.ACCEPTED),
        "wang": ("aliyunsms", State.UNKNOWN),
    }


@pytest.mark.parametrize("fault", [Fault("sms", code="isv.OUT_OF_SERVICE"), Fault("sms", down=True)], ids=["no money", "503"])
async def test_alibaba_refuses_and_tencent_carries_the_message_once(fault: Fault, house: House, simulators: Simulators) -> None:
    simulators.faults.order(fault)

    state, delivery, detail = await house.tell("chen", "13800000001")

    assert state is State.ACCEPTED
    assert detail.startswith("tencentsms (not by aliyunsms ")
    (received,) = simulators.ledger.of(delivery)
    assert received.text == "【警钟平台】防汛，Ⅲ级：巡堤查险。收到请回复1 01，不能到请回复2 01。"


async def test_a_break_after_the_request_was_written_stays_in_doubt_and_reaches_the_phone_once(
    house: House, simulators: Simulators
) -> None:
    simulators.faults.order(Fault("sms", drop=True))

    state, delivery, _ = await house.tell("chen", "13800000001")

    assert state is State.UNKNOWN
    assert simulators.ledger.counts() == {delivery: 1}


async def test_a_provider_that_swallows_messages_does_not_shut_the_way_to_the_other(house: House, simulators: Simulators) -> None:
    """Five in doubt at the first are its fault, not that of the channel: the sixth goes to the second at once."""
    simulators.faults.order(Fault("sms", drop=True))
    before = [(await house.tell(f"p{number}", f"1380000000{number}"))[0] for number in range(5)]

    state, _, detail = await house.tell("chen", "13800000009")

    assert (set(before), state) == ({State.UNKNOWN}, State.ACCEPTED)
    assert detail == "tencentsms (not by aliyunsms rests)"
