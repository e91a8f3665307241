"""Our WeCom channel against the simulated provider: errcode and invaliduser count, copies are dropped, tokens are shared."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from notifications.channels.endpoint import parse
from notifications.channels.wecom import FORM, WecomApp, outcome_of, read_application
from notifications.message import Channel, Outgoing, Result
from notifications.simulators.faults import Fault
from notifications.simulators.simulators import Simulators

pytestmark = pytest.mark.anyio
Make = Callable[..., Outgoing]
REFUSALS = {
    -1: Result.FAILED_FOR_NOW,
    45009: Result.FAILED_FOR_NOW,
    45033: Result.FAILED_FOR_NOW,
    42001: Result.FAILED_FOR_NOW,
    40001: Result.PROVIDER_DOWN,
    40013: Result.PROVIDER_DOWN,
    40056: Result.PROVIDER_DOWN,
    48002: Result.PROVIDER_DOWN,
    60020: Result.PROVIDER_DOWN,
    40003: Result.FAILED_FOR_GOOD,
    60111: Result.FAILED_FOR_GOOD,
    81013: Result.FAILED_FOR_GOOD,
    99999: Result.FAILED_FOR_GOOD,
}


def _channel(simulators: Simulators, patience: timedelta = timedelta(seconds=3), change: str = "") -> WecomApp:
    return WecomApp(
        "wechat", read_application("wechat", parse("wechat", simulators.wechat_url + change, FORM)), patience=patience
    )


@pytest.mark.parametrize(("code", "result"), REFUSALS.items())
async def test_an_errcode_is_a_refusal_though_http_says_200(
    code: int, result: Result, simulators: Simulators, channels: dict[str, Channel], message: Make
) -> None:
    simulators.faults.order(Fault("wechat", code=str(code)))

    outcome = await channels["wechat"].deliver(message())

    assert (outcome.result, outcome.code) == (result, str(code))
    assert simulators.ledger.all() == ()


async def test_a_message_that_wants_an_answer_is_a_card_with_two_buttons(
    simulators: Simulators, channels: dict[str, Channel], message: Make
) -> None:
    outcome = await channels["wechat"].deliver(message(address="zhangwei", link="https://tocsin.example/f/1"))

    (received,) = simulators.ledger.of("d-0001")
    assert received.form == "template_card"
    assert received.buttons == (("ack", "收到"), ("decline", "不能到"))
    assert received.link == "https://tocsin.example/f/1"
    assert outcome.code  # changes the card later


async def test_a_notice_with_a_link_is_a_text_card_and_one_without_is_text(
    simulators: Simulators, channels: dict[str, Channel], message: Make
) -> None:
    await channels["wechat"].deliver(message(delivery="d-1", answerable=False, link="https://tocsin.example/f/1"))
    await channels["wechat"].deliver(message(delivery="d-2", answerable=False))

    assert [one.form for one in simulators.ledger.all()] == ["textcard", "text"]


async def test_without_a_callback_at_wecom_buttons_can_be_switched_off(simulators: Simulators, message: Make) -> None:
    channel = _channel(simulators, change="&buttons=no")

    await channel.deliver(message())

    assert [one.form for one in simulators.ledger.all()] == ["text"]
    await channel.close()


async def test_a_second_copy_reaches_nobody(simulators: Simulators, channels: dict[str, Channel], message: Make) -> None:
    first = await channels["wechat"].deliver(message())
    second = await channels["wechat"].deliver(message())

    assert simulators.ledger.counts() == {"d-0001": 1}
    assert first.provider_id == second.provider_id


async def test_two_deliveries_of_one_text_both_arrive(
    simulators: Simulators, channels: dict[str, Channel], message: Make
) -> None:
    await channels["wechat"].deliver(message(delivery="d-1", answerable=False))
    await channels["wechat"].deliver(message(delivery="d-2", answerable=False))

    assert simulators.ledger.counts() == {"d-1": 1, "d-2": 1}


async def test_a_stranger_to_the_corporation_will_never_be_reached(channels: dict[str, Channel], message: Make) -> None:
    outcome = await channels["wechat"].deliver(message(address="nobody-here"))

    assert (outcome.result, outcome.code) == (Result.FAILED_FOR_GOOD, "81013")


@pytest.mark.parametrize("name", ["invaliduser", "unlicenseduser"])
async def test_one_who_is_named_invalid_in_a_success_is_not_reached(name: str) -> None:
    """WeCom answers 0 when anybody was reached, and writes the names in lower case."""
    outcome = outcome_of({"errcode": 0, "msgid": "m", name: "lisi|zhangwei"}, "ZhangWei")

    assert (outcome.result, outcome.code) == (Result.FAILED_FOR_GOOD, name)


@pytest.mark.parametrize("address", ["@all", "zhang|li", "", "zhang wei"])
async def test_an_address_that_is_not_one_member_reaches_nobody(
    address: str, simulators: Simulators, channels: dict[str, Channel], message: Make
) -> None:
    outcome = await channels["wechat"].deliver(message(address=address))

    assert (outcome.result, outcome.code) == (Result.FAILED_FOR_GOOD, "address")
    assert simulators.ledger.all() == ()


async def test_twenty_messages_at_once_fetch_one_token(
    simulators: Simulators, channels: dict[str, Channel], message: Make
) -> None:
    sends = [channels["wechat"].deliver(message(delivery=f"d-{number}")) for number in range(20)]

    outcomes = await asyncio.gather(*sends)

    assert {outcome.result for outcome in outcomes} == {Result.ACCEPTED}
    assert simulators.wecom.tokens.fetched == 1


async def test_a_token_that_has_ended_is_fetched_again_and_the_message_goes_out(
    simulators: Simulators, channels: dict[str, Channel], message: Make
) -> None:
    await channels["wechat"].deliver(message(delivery="d-1"))
    simulators.expire_tokens()

    outcome = await channels["wechat"].deliver(message(delivery="d-2"))

    assert outcome.result is Result.ACCEPTED
    assert simulators.wecom.tokens.fetched == 2


async def test_a_wrong_secret_is_the_accounts_fault(simulators: Simulators, message: Make) -> None:
    url = simulators.wechat_url.replace("simulated-secret", "wrong")
    channel = WecomApp("wechat", read_application("wechat", parse("wechat", url, FORM)))

    outcome = await channel.deliver(message())

    assert (outcome.result, outcome.code) == (Result.PROVIDER_DOWN, "40001")
    await channel.close()


async def test_a_broken_connection_leaves_the_delivery_in_doubt_and_the_resend_arrives_once(
    simulators: Simulators, channels: dict[str, Channel], message: Make
) -> None:
    simulators.faults.order(Fault("wechat", drop=True, times=1))

    first = await channels["wechat"].deliver(message())
    second = await channels["wechat"].deliver(message())

    assert (first.result, second.result) == (Result.UNKNOWN, Result.ACCEPTED)
    assert simulators.ledger.counts() == {"d-0001": 1}


async def test_a_late_answer_leaves_the_delivery_in_doubt(simulators: Simulators, message: Make) -> None:
    simulators.faults.order(Fault("wechat", late=timedelta(seconds=5)))
    channel = _channel(simulators, patience=timedelta(seconds=0.2))

    outcome = await channel.deliver(message())

    assert (outcome.result, outcome.code) == (Result.UNKNOWN, "timeout")
    await channel.close()


async def test_a_503_without_wecoms_words_is_in_doubt(
    simulators: Simulators, channels: dict[str, Channel], message: Make
) -> None:
    simulators.faults.order(Fault("wechat", down=True))

    outcome = await channels["wechat"].deliver(message())

    assert (outcome.result, outcome.code) == (Result.UNKNOWN, "http-503")


async def test_no_connection_for_the_token_means_that_nothing_is_in_doubt(simulators: Simulators, message: Make) -> None:
    channel = _channel(simulators)
    await simulators.stop()

    outcome = await channel.deliver(message())

    assert (outcome.result, outcome.code) == (Result.FAILED_FOR_NOW, "connect")
    await channel.close()


async def test_the_buttons_of_a_card_give_way_to_a_text_once(simulators: Simulators, message: Make) -> None:
    channel = _channel(simulators)
    sent = await channel.deliver(message(address="zhangwei"))

    first = await channel.confirm(sent.code, ["zhangwei"], "已确认")
    second = await channel.confirm(sent.code, ["zhangwei"], "已确认")

    assert simulators.wecom.cards.shown == {("d-0001", "zhangwei"): "已确认"}
    assert (first.result, second.result) == (Result.ACCEPTED, Result.FAILED_FOR_GOOD)
    await channel.close()
