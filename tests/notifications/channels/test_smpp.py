"""Our SMPP channel against the simulated gateway: one line, a window, receipts by identifier, replies, and honest doubt."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest

from notifications.channels.endpoint import parse
from notifications.channels.errors import ChannelUrlError
from notifications.channels.smpp import Smpp
from notifications.channels.smpp_codes import CODES, NAMES, classify, name_of
from notifications.channels.smpp_line import CONNECT
from notifications.channels.smpp_receipts import provider_id
from notifications.channels.smpp_settings import FORM, read_smpp_account
from notifications.message import Outgoing, Receipt, ReceiptState, Reply, Result
from notifications.simulators.faults import Fault
from notifications.simulators.settings import SimulatorSettings, SmppSettings
from notifications.simulators.simulators import Simulators
from store.kinds import Kind

pytestmark = pytest.mark.anyio
Make = Callable[..., Outgoing]
BRIEF = timedelta(milliseconds=20)


@pytest.fixture
async def gateway() -> AsyncIterator[Simulators]:
    async with Simulators(SimulatorSettings(smpp=SmppSettings(receipt_after=timedelta(0)))) as running:
        yield running


def channel_to(gateway: Simulators, url: str = "", **settings: object) -> Smpp:
    account = read_smpp_account("sms", parse("sms", url or gateway.smpp_url, FORM))
    return Smpp("sms", account, first_pause=BRIEF, **settings)  # type: ignore[arg-type]  # keywords of the test


@pytest.fixture
async def channel(gateway: Simulators) -> AsyncIterator[Smpp]:
    made = channel_to(gateway)
    yield made
    await made.close()


async def until(is_so: Callable[[], bool]) -> None:
    """What the gateway sees, it sees a moment later."""
    async with asyncio.timeout(5):
        while not is_so():
            await asyncio.sleep(0.001)


class Listener:
    """Keeps what a channel brings."""

    def __init__(self, channel: Smpp) -> None:
        self.receipts: asyncio.Queue[Receipt] = asyncio.Queue()
        self.replies: asyncio.Queue[Reply] = asyncio.Queue()
        self.refuses = 0
        """How often it cannot keep a reply."""
        self.task = asyncio.create_task(channel.listen(self.receipts.put, self._reply))

    async def _reply(self, reply: Reply) -> None:
        if self.refuses:
            self.refuses -= 1
            raise OSError("the disk is full")
        await self.replies.put(reply)

    async def next(self, queue: "asyncio.Queue[Receipt] | asyncio.Queue[Reply]") -> Receipt | Reply:
        return await asyncio.wait_for(queue.get(), 5)


@pytest.fixture
async def listener(channel: Smpp) -> AsyncIterator[Listener]:
    made = Listener(channel)
    yield made
    made.task.cancel()
    await asyncio.gather(made.task, return_exceptions=True)


async def test_the_phone_gets_the_short_text_with_the_signature(gateway: Simulators, channel: Smpp, message: Make) -> None:
    outcome = await channel.deliver(message())

    (received,) = gateway.ledger.all()
    assert (received.address, received.text) == ("13800000001", "【警钟平台】巡堤查险，3 号堤段。")
    assert (outcome.result, outcome.provider_id) == (Result.ACCEPTED, provider_id(received.provider_id, "13800000001"))


@pytest.mark.parametrize("text", ["长" * 200, "a" * 400, "混合 mixed 🚨" * 20, "🚨" * 68])
async def test_a_long_text_arrives_whole(text: str, gateway: Simulators, channel: Smpp, message: Make) -> None:
    outcome = await channel.deliver(message(short=text))

    (received,) = gateway.ledger.all()
    assert (outcome.result, received.text) == (Result.ACCEPTED, f"【警钟平台】{text}")


async def test_a_receipt_names_the_message_by_the_identifier_of_its_last_part(
    gateway: Simulators, channel: Smpp, listener: Listener, message: Make
) -> None:
    outcome = await channel.deliver(message(short="长" * 200))

    receipt = await listener.next(listener.receipts)

    assert isinstance(receipt, Receipt)
    assert (receipt.delivery, receipt.state, receipt.code) == (outcome.provider_id, ReceiptState.DELIVERED, "DELIVRD 000")
    assert listener.receipts.empty()


async def test_a_failure_at_the_carrier_is_reported(
    gateway: Simulators, channel: Smpp, listener: Listener, message: Make
) -> None:
    gateway.faults.order(Fault("smpp", receipt="failed"))
    await channel.deliver(message())

    receipt = await listener.next(listener.receipts)

    assert isinstance(receipt, Receipt)
    assert receipt.state is ReceiptState.FAILED


async def test_what_a_person_writes_comes_over_the_line(
    gateway: Simulators, channel: Smpp, listener: Listener, message: Make
) -> None:
    await channel.deliver(message())
    await gateway.reply("smpp", "8613800000001", "2 07 堵车")

    reply = await listener.next(listener.replies)

    assert isinstance(reply, Reply)
    assert (reply.channel, reply.address, reply.text) == ("sms", "13800000001", "2 07 堵车")


async def test_a_reply_that_could_not_be_kept_is_refused_so_that_it_comes_again(
    gateway: Simulators, channel: Smpp, listener: Listener, message: Make
) -> None:
    gateway.faults.order(Fault("smpp", receipt="none"))
    await channel.deliver(message())
    listener.refuses = 1
    for _ in range(2):
        await gateway.reply("smpp", "13800000001", "1 07")

    await listener.next(listener.replies)
    await until(lambda: len(gateway.smpp.answers) == 2)

    assert sorted(answer.status for answer in gateway.smpp.answers) == [0, 0x64]


async def test_without_a_listener_nothing_is_taken_from_the_gateway(gateway: Simulators, channel: Smpp, message: Make) -> None:
    await channel.deliver(message())
    await gateway.reply("smpp", "13800000001", "1 07")

    await until(lambda: len(gateway.smpp.answers) == 2)

    assert {answer.status for answer in gateway.smpp.answers} == {0x64}


async def test_many_messages_share_one_line_and_each_gets_its_own_answer(
    gateway: Simulators, channel: Smpp, message: Make
) -> None:
    numbers = [f"138000001{number:02}" for number in range(60)]

    outcomes = await asyncio.gather(*(channel.deliver(message(address=number)) for number in numbers))

    named = {one.address: provider_id(one.provider_id, one.address) for one in gateway.ledger.all()}
    assert [outcome.provider_id for outcome in outcomes] == [named[number] for number in numbers]
    assert gateway.smpp.binds == 1


@pytest.mark.parametrize("status", [status for status in NAMES if status] + [0x411])
async def test_a_status_is_a_refusal_as_the_table_says(status: int, gateway: Simulators, channel: Smpp, message: Make) -> None:
    gateway.faults.order(Fault("smpp", code=f"{status:x}"))

    outcome = await channel.deliver(message())

    assert (outcome.result, outcome.code) == (classify(status), name_of(status))
    assert outcome.result is CODES.get(outcome.code, CODES["…"])
    assert gateway.ledger.all() == ()


async def test_a_line_that_breaks_before_the_answer_leaves_the_delivery_in_doubt_and_is_opened_again(
    gateway: Simulators, channel: Smpp, message: Make
) -> None:
    gateway.faults.order(Fault("smpp", drop=True, times=1))

    outcome = await channel.deliver(message())
    again = await channel.deliver(message(address="13800000002"))

    assert (outcome.result, again.result, gateway.smpp.binds) == (Result.UNKNOWN, Result.ACCEPTED, 2)
    assert [one.address for one in gateway.ledger.all()] == ["13800000001", "13800000002"]


async def test_an_answer_that_does_not_come_leaves_the_delivery_in_doubt(gateway: Simulators, message: Make) -> None:
    gateway.faults.order(Fault("smpp", late=timedelta(seconds=9)))
    channel = channel_to(gateway, patience=BRIEF)

    outcome = await channel.deliver(message())

    assert (outcome.result, outcome.detail) == (Result.UNKNOWN, "no answer in time")
    await channel.close()


async def test_a_listener_opens_a_line_that_ended_again(gateway: Simulators, channel: Smpp, listener: Listener) -> None:
    await until(lambda: gateway.smpp.binds == 1)
    gateway.smpp.hang_up()

    await until(lambda: gateway.smpp.binds == 2)
    await gateway.reply("smpp", "13800000001", "1")

    assert await listener.next(listener.replies)


@pytest.mark.parametrize(("is_deaf", "binds"), [(False, 1), (True, 2)])
async def test_a_silent_line_is_asked_whether_it_is_there_and_given_up_where_it_is_not(
    is_deaf: bool, binds: int, gateway: Simulators, message: Make
) -> None:
    channel = channel_to(gateway, quiet=BRIEF)
    gateway.faults.order(Fault("smpp", receipt="none"))
    gateway.smpp.is_deaf = is_deaf
    await channel.deliver(message())
    await until(lambda: gateway.smpp.enquiries > 0 and not (is_deaf and gateway.smpp.lines))

    assert (await channel.deliver(message())).result is Result.ACCEPTED
    assert gateway.smpp.binds == binds
    await channel.close()


async def test_a_wrong_password_is_the_accounts_fault_and_is_not_shown(gateway: Simulators, message: Make) -> None:
    channel = channel_to(gateway, gateway.smpp_url.replace("simulate", "mistaken"))

    outcome = await channel.deliver(message())

    assert (outcome.result, outcome.code) == (Result.PROVIDER_DOWN, "RINVPASWD")
    assert "mistaken" not in repr(outcome) + repr(read_smpp_account("sms", parse("sms", "smppline://a:mistaken@h/1", FORM)))
    await channel.close()


async def test_nobody_there_is_surely_not_accepted(gateway: Simulators, channel: Smpp, message: Make) -> None:
    await gateway.stop()

    outcome = await channel.deliver(message())

    assert (outcome.result, outcome.code) == (Result.FAILED_FOR_NOW, "connect")


async def test_a_gateway_that_takes_the_call_and_says_nothing_costs_all_who_wait_one_try(message: Make) -> None:
    """Else the last of them would wait past the dispatcher's patience, and count as in doubt."""
    server = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    account = read_smpp_account("sms", parse("sms", f"smppline://a:b@127.0.0.1:{port}/1", FORM))
    channel = Smpp("sms", account)

    async with asyncio.timeout(2 * CONNECT.total_seconds()):
        outcomes = await asyncio.gather(*(channel.deliver(message()) for _ in range(9)))

    assert {(outcome.result, outcome.code) for outcome in outcomes} == {(Result.FAILED_FOR_NOW, "connect")}
    server.close()


async def test_more_than_the_window_takes_waits_and_was_not_written(gateway: Simulators, message: Make) -> None:
    gateway.faults.order(Fault("smpp", late=timedelta(seconds=9)))
    channel = channel_to(gateway, gateway.smpp_url + "&window=1")
    first = asyncio.create_task(channel.deliver(message()))
    await until(lambda: len(gateway.ledger.all()) == 1)

    outcome = await channel.deliver(message(address="13800000002"))

    assert (outcome.result, outcome.code) == (Result.FAILED_FOR_NOW, "window-full")
    assert (await first).result is Result.UNKNOWN
    assert [one.address for one in gateway.ledger.all()] == ["13800000001"]
    await channel.close()


async def test_two_numbers_in_one_address_reach_nobody(gateway: Simulators, channel: Smpp, message: Make) -> None:
    outcome = await channel.deliver(message(address="13800000001,13800000002", kind=Kind.DRILL))

    assert (outcome.result, outcome.code) == (Result.FAILED_FOR_GOOD, "address")
    assert gateway.ledger.all() == ()


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("smppline://a@h/1", "password"),
        ("smppline://a:toolongapassword@h/1", "8 of a password"),
        ("smppline://a:b@h", "number that messages come from"),
        ("smppline://a:b@h/1?window=0", "window=0"),
        ("smppline://a:b@h/1?ids=odd", "ids=odd"),
    ],
)
async def test_a_wrong_address_says_what_is_wrong(url: str, reason: str) -> None:
    with pytest.raises(ChannelUrlError, match=reason) as caught:
        read_smpp_account("sms", parse("sms", url, FORM))

    assert "toolong" not in str(caught.value)
