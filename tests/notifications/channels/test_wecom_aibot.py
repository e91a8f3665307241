"""The smart bot: a line that we open, a card that is answered over it, and what a broken line means for a message."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest

from notifications.channels.endpoint import parse
from notifications.channels.errors import ChannelUrlError
from notifications.channels.previews import preview
from notifications.channels.wecom_aibot import WecomAibot, read_aibot
from notifications.message import Listening, Outgoing, Receipt, Reply, Result
from notifications.simulators.faults import Fault
from notifications.simulators.simulators import Simulators
from store.clock import RealClock

pytestmark = pytest.mark.anyio
Make = Callable[..., Outgoing]
URL = "wecomaibot://BOT:hidden@openws.work.weixin.qq.com/"


class Desk:
    """Who listens on the line of a bot."""

    def __init__(self, channel: WecomAibot) -> None:
        self.replies: list[Reply] = []
        self._task = asyncio.create_task(channel.listen(self._receipt, self._reply))

    async def _receipt(self, receipt: Receipt) -> None:
        raise AssertionError(receipt)

    async def _reply(self, reply: Reply) -> None:
        self.replies.append(reply)

    async def heard(self, count: int) -> list[Reply]:
        async with asyncio.timeout(5):
            while len(self.replies) < count:
                await asyncio.sleep(0.01)
        return self.replies

    async def leave(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


def bot(simulators: Simulators, **changes: timedelta) -> WecomAibot:
    return WecomAibot("wechat", read_aibot("wechat", parse("wechat", simulators.aibot_url, "")), **changes)  # type: ignore[arg-type]


@pytest.fixture
async def channel(simulators: Simulators) -> AsyncIterator[WecomAibot]:
    made = bot(simulators, patience=timedelta(seconds=0.5), first_pause=timedelta(milliseconds=10))
    yield made
    await made.close()


async def test_a_card_is_sent_and_its_button_is_an_answer_to_that_delivery(
    channel: WecomAibot, simulators: Simulators, message: Make
) -> None:
    desk = Desk(channel)

    outcome = await channel.deliver(message(address="zhangwei"))
    assert await simulators.click("d-0001", "decline")
    (reply,) = await desk.heard(1)

    assert outcome.result is Result.ACCEPTED
    (shown,) = simulators.ledger.all()
    assert (shown.title, shown.text, [label for _, label in shown.buttons]) == (
        "防汛 Ⅲ级",
        "巡堤查险：请立即到 3 号堤段。",
        ["收到", "不能到"],
    )
    assert (reply.channel, reply.address, reply.text, reply.delivery) == ("wechat", "zhangwei", "decline", "d-0001")
    await desk.leave()


async def test_what_asks_for_no_answer_is_a_text_that_names_its_delivery(
    channel: WecomAibot, simulators: Simulators, message: Make
) -> None:
    await channel.deliver(message(address="zhangwei", answerable=False, link="https://x.example/f/1"))

    (shown,) = simulators.ledger.all()
    assert (shown.form, shown.delivery, shown.buttons) == ("markdown", "d-0001", ())


async def test_what_a_member_writes_is_heard(channel: WecomAibot, simulators: Simulators) -> None:
    desk = Desk(channel)
    await channel.prove()

    assert await simulators.reply("aibot", "zhangwei", "1 07")
    (reply,) = await desk.heard(1)

    assert (reply.text, reply.delivery) == ("1 07", "")
    await desk.leave()


async def test_a_line_that_ended_is_opened_again(channel: WecomAibot, simulators: Simulators, message: Make) -> None:
    desk = Desk(channel)
    await channel.prove()
    await simulators.aibot.hang_up()

    async with asyncio.timeout(5):
        while not await simulators.reply("aibot", "zhangwei", "收到"):
            await asyncio.sleep(0.01)

    assert [reply.text for reply in await desk.heard(1)] == ["收到"]
    assert (await channel.deliver(message(address="zhangwei"))).result is Result.ACCEPTED
    await desk.leave()


async def test_real_messages_and_drills_share_the_one_line(channel: WecomAibot, simulators: Simulators, message: Make) -> None:
    drills = bot(simulators)
    desks = [Desk(channel), Desk(drills)]

    real = await channel.deliver(message(address="zhangwei", delivery="d-0"))
    drill = await drills.deliver(message(address="zhangwei", delivery="d-1"))
    await simulators.click("d-1", "ack")
    await desks[0].heard(1)

    assert [real.result, drill.result] == [Result.ACCEPTED, Result.ACCEPTED]
    assert [len(desk.replies) for desk in desks] == [1, 0]
    for desk in desks:
        await desk.leave()


async def test_who_was_thrown_out_by_another_leaves_the_bot_alone(
    channel: WecomAibot, simulators: Simulators, message: Make
) -> None:
    desk = Desk(channel)
    await channel.prove()
    another = WecomAibot(
        "wechat", read_aibot("wechat", parse("wechat", simulators.aibot_url.replace("127.0.0.1", "localhost"), ""))
    )

    await another.prove()
    async with asyncio.timeout(5):
        await channel._own_line().ended.wait()

    assert channel._own_line().was_kicked
    assert (await another.deliver(message(address="zhangwei"))).result is Result.ACCEPTED
    assert not channel._own_line().is_open
    await desk.leave()
    await another.close()


@pytest.mark.parametrize(
    ("fault", "result"),
    [
        (Fault("aibot", code="45009"), Result.FAILED_FOR_NOW),
        (Fault("aibot", code="60020"), Result.PROVIDER_DOWN),
        (Fault("aibot", code="40058"), Result.FAILED_FOR_GOOD),
        (Fault("aibot", drop=True), Result.UNKNOWN),
        (Fault("aibot", late=timedelta(seconds=1)), Result.UNKNOWN),
    ],
)
async def test_what_wecom_says_is_classified(
    fault: Fault, result: Result, channel: WecomAibot, simulators: Simulators, message: Make
) -> None:
    simulators.faults.order(fault)

    assert (await channel.deliver(message(address="zhangwei"))).result is result


async def test_a_member_that_wecom_does_not_know_has_failed(channel: WecomAibot, message: Make) -> None:
    assert (await channel.deliver(message(address="nobody1"))).result is Result.FAILED_FOR_GOOD
    assert (await channel.deliver(message(address="@all"))).code == "address"


async def test_without_a_line_nothing_was_sent(simulators: Simulators, message: Make) -> None:
    closed = bot(simulators)
    await simulators.stop()

    outcome = await closed.deliver(message(address="zhangwei"))

    assert (outcome.result, outcome.code) == (Result.FAILED_FOR_NOW, "connect")
    await closed.close()


async def test_a_wrong_secret_is_the_accounts_fault_and_never_shown(simulators: Simulators, message: Make) -> None:
    url = simulators.aibot_url.replace("simulated-secret", "hidden")
    wrong = WecomAibot("wechat", read_aibot("wechat", parse("wechat", url, "")))

    outcome = await wrong.deliver(message(address="zhangwei"))

    assert (outcome.result, outcome.code) == (Result.PROVIDER_DOWN, "40001")
    assert "hidden" not in repr(outcome)
    await wrong.close()


async def test_it_is_a_line_that_is_listened_to(channel: WecomAibot) -> None:
    assert isinstance(channel, Listening)


@pytest.mark.parametrize("url", [URL.replace("BOT:hidden", "BOT"), URL + "?scheme=http"])
async def test_a_wrong_address_is_refused_without_showing_the_secret(url: str) -> None:
    with pytest.raises(ChannelUrlError) as caught:
        read_aibot("wechat", parse("wechat", url, ""))

    assert "hidden" not in str(caught.value)


async def test_a_preview_shows_the_card(message: Make) -> None:
    shown = preview("wechat", URL, message(address="zhangwei"), RealClock().now())

    assert shown.form == "card"
    assert "[收到] [不能到]" in shown.text
