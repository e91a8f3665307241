"""Messages to the public in the batches that providers have: few requests, and still an outcome and a receipt for each."""

from collections.abc import Callable, Sequence

import pytest

from notifications.channels.gateways import Gateways
from notifications.message import Batching, Channel, Outcome, Outgoing, Result
from notifications.simulators.faults import Fault
from notifications.simulators.simulators import Simulators
from store.clock import RealClock

pytestmark = pytest.mark.anyio
Make = Callable[..., Outgoing]


def _public(message: Make, count: int) -> list[Outgoing]:
    return [message(delivery=f"d-{number:04}", address=f"138{number:08}") for number in range(count)]


async def _sent(channel: Channel, messages: Sequence[Outgoing]) -> Sequence[Outcome]:
    assert isinstance(channel, Batching)
    return await channel.deliver_many(messages)


async def test_a_hundred_numbers_are_one_request_of_alibaba_cloud(
    simulators: Simulators, channels: dict[str, Channel], message: Make
) -> None:
    messages = _public(message, 100)

    outcomes = await _sent(channels["sms"], messages)

    assert simulators.aliyun.requests == 1
    assert {outcome.result for outcome in outcomes} == {Result.ACCEPTED}
    assert len({outcome.provider_id for outcome in outcomes}) == 100
    assert {received.address for received in simulators.ledger.all()} == {each.address for each in messages}


async def test_one_bad_number_does_not_keep_the_others_from_being_told(
    simulators: Simulators, channels: dict[str, Channel], message: Make
) -> None:
    messages = _public(message, 9)
    messages[4] = message(delivery="d-0004", address="12300000000")

    outcomes = await _sent(channels["sms"], messages)

    assert [place for place, outcome in enumerate(outcomes) if outcome.result is not Result.ACCEPTED] == [4]
    assert (outcomes[4].result, outcomes[4].code) == (Result.FAILED_FOR_GOOD, "isv.MOBILE_NUMBER_ILLEGAL")
    assert sorted(received.address for received in simulators.ledger.all()) == sorted(
        each.address for each in messages if each.delivery != "d-0004"
    )


async def test_two_hundred_numbers_are_one_request_of_tencent_and_each_has_its_status(
    simulators: Simulators, channels: dict[str, Channel], message: Make
) -> None:
    messages = _public(message, 200)
    messages[7] = message(delivery="d-0007", address="12300000000")

    outcomes = await _sent(channels["tencent"], messages)

    assert [place for place, outcome in enumerate(outcomes) if outcome.result is not Result.ACCEPTED] == [7]
    assert len({outcome.provider_id for outcome in outcomes}) == 200
    assert len(simulators.ledger.all()) == 199


async def test_the_second_of_two_people_with_one_number_waits_as_the_provider_asks_and_is_not_taken_for_told(
    simulators: Simulators, channels: dict[str, Channel], message: Make
) -> None:
    messages = [message(delivery=f"d-000{number}") for number in range(2)]

    outcomes = await _sent(channels["tencent"], messages)

    assert [outcome.result for outcome in outcomes] == [Result.ACCEPTED, Result.FAILED_FOR_NOW]


@pytest.mark.parametrize("kind", ["sms", "tencent"])
async def test_without_an_answer_the_whole_batch_is_in_doubt_and_can_be_asked_about(
    kind: str, simulators: Simulators, channels: dict[str, Channel], message: Make
) -> None:
    messages = _public(message, 3)
    simulators.faults.order(Fault("tencent" if kind == "tencent" else "sms", drop=True))
    began = RealClock().now()

    outcomes = await _sent(channels[kind], messages)
    await simulators.settle()
    asked = [await channels[kind].look_up(each, began) for each in messages]

    assert {outcome.result for outcome in outcomes} == {Result.UNKNOWN}
    assert [outcome.result if outcome else None for outcome in asked] == [Result.ACCEPTED] * 3


async def test_what_one_provider_refuses_of_a_batch_the_next_one_takes(
    simulators: Simulators, channels: dict[str, Channel], message: Make
) -> None:
    simulators.faults.order(Fault("sms", code="isv.OUT_OF_SERVICE"))
    both = Gateways("sms", [("aliyun", channels["sms"]), ("tencent", channels["tencent"])])

    outcomes = await _sent(both, _public(message, 100))

    assert both.largest == 100
    assert {outcome.result for outcome in outcomes} == {Result.ACCEPTED}
    assert all("tencent" in outcome.detail for outcome in outcomes)
    assert len(simulators.ledger.all()) == 100
