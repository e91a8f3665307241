"""The bot of a WeCom group: errcode in the body counts, the limit is kept on our side, and nobody else gets a person's link."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from notifications.channels.endpoint import parse
from notifications.channels.wecom_bot import FORM, TEXT, WecomBot, body, read_group
from notifications.channels.wecom_codes import BOT_CODES, classify_bot
from notifications.message import Channel, Outgoing, Result
from notifications.simulators.faults import Fault
from notifications.simulators.simulators import Simulators
from store.clock import MovableClock

pytestmark = pytest.mark.anyio
Make = Callable[..., Outgoing]
NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)


@pytest.mark.parametrize("code", [code for code in BOT_CODES if code not in ("0", "…")] + ["40058"])
async def test_an_errcode_in_the_body_is_a_refusal_though_http_says_200(
    code: str, simulators: Simulators, channels: dict[str, Channel], message: Make
) -> None:
    simulators.faults.order(Fault("wecombot", code=code))

    outcome = await channels["group"].deliver(message(address="zhangwei"))

    assert (outcome.result, outcome.code) == (classify_bot(int(code)), code)
    assert simulators.ledger.all() == ()


async def test_the_group_reads_the_message_and_the_person_is_mentioned(
    simulators: Simulators, channels: dict[str, Channel], message: Make
) -> None:
    outcome = await channels["group"].deliver(message(address="zhangwei"))

    (received,) = simulators.ledger.of("d-0001")
    assert outcome.result is Result.ACCEPTED
    assert (received.address, received.text.splitlines()[0]) == ("zhangwei", "防汛 Ⅲ级")


async def test_a_phone_number_is_mentioned_as_one(simulators: Simulators, channels: dict[str, Channel], message: Make) -> None:
    await channels["group"].deliver(message(address="+8613800000001"))

    assert b'"mentioned_mobile_list": ["13800000001"]' in body(message(address="+8613800000001"))
    assert simulators.ledger.all()[0].address == "13800000001"


@pytest.mark.parametrize("address", ["@all", "a b", "a,b", ""])
async def test_nobody_mentions_everybody(address: str, channels: dict[str, Channel], message: Make) -> None:
    outcome = await channels["group"].deliver(message(address=address))

    assert (outcome.result, outcome.code) == (Result.FAILED_FOR_GOOD, "address")


async def test_the_personal_link_is_not_shown_to_the_group(message: Make) -> None:
    """Whoever opens it would answer in the person's name."""
    link = "https://tocsin.example/f/secret"

    assert b"secret" not in body(message(link=link, text=f"请到 3 号堤段 {link}"))


async def test_a_long_text_is_cut_to_what_wecom_takes_and_keeps_its_reference(message: Make) -> None:
    content = json.loads(body(message(text="长" * 2000)))["text"]["content"]

    assert len(content.encode()) <= TEXT
    assert content.endswith("编号 d-0001")


async def test_the_nineteenth_in_a_minute_waits_and_is_not_sent(simulators: Simulators, message: Make) -> None:
    clock = MovableClock(NOW)
    bot = WecomBot("wechat", read_group("wechat", parse("wechat", simulators.group_url, FORM)), clock)
    outcomes = [await bot.deliver(message(delivery=f"d-{number}")) for number in range(19)]

    assert [outcome.result for outcome in outcomes] == [Result.ACCEPTED] * 18 + [Result.FAILED_FOR_NOW]
    assert len(simulators.ledger.all()) == 18

    clock.forward(timedelta(minutes=1))
    assert (await bot.deliver(message(delivery="d-19"))).result is Result.ACCEPTED
    await bot.close()


async def test_above_20_a_minute_wecom_refuses_and_says_so(
    simulators: Simulators, channels: dict[str, Channel], message: Make
) -> None:
    """Somebody else uses the same bot."""
    for start in (0, 18):
        other = WecomBot("wechat", read_group("wechat", parse("wechat", simulators.group_url, FORM)))
        for number in range(start, min(start + 18, 20)):
            await other.deliver(message(delivery=f"d-{number}"))
        await other.close()

    outcome = await channels["group"].deliver(message(delivery="d-21"))

    assert (outcome.result, outcome.code) == (Result.FAILED_FOR_NOW, "45009")


async def test_a_wrong_key_is_our_fault_and_is_not_shown(simulators: Simulators, message: Make) -> None:
    url = simulators.group_url.replace("simulated-bot-key", "another-secret")
    bot = WecomBot("wechat", read_group("wechat", parse("wechat", url, FORM)))

    outcome = await bot.deliver(message())

    assert (outcome.result, outcome.code) == (Result.PROVIDER_DOWN, "93000")
    assert "another-secret" not in repr(outcome) + repr(read_group("wechat", parse("wechat", url, FORM)))
    await bot.close()


async def test_a_connection_that_breaks_after_the_request_leaves_the_delivery_in_doubt(
    simulators: Simulators, channels: dict[str, Channel], message: Make
) -> None:
    simulators.faults.order(Fault("wecombot", drop=True))

    assert (await channels["group"].deliver(message())).result is Result.UNKNOWN
    assert simulators.ledger.counts() == {"d-0001": 1}
