"""Apprise's own mail and webhook as channels: a real SMTP server and a real HTTP server receive."""

import asyncio
import email
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from email.header import decode_header, make_header
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiosmtpd.smtp import SMTP

from notifications.channels.errors import ChannelUrlError
from notifications.channels.registry import build
from notifications.channels.stock import Stock, _judge
from notifications.message import Outgoing, Result
from store.kinds import Kind

pytestmark = pytest.mark.anyio
Make = Callable[..., Outgoing]


@dataclass
class Mailbox:
    received: list[tuple[list[str], Message]] = field(default_factory=list)
    refusal: str = ""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - the name is aiosmtpd's
        if self.refusal:
            return self.refusal
        self.received.append((envelope.rcpt_tos, email.message_from_bytes(envelope.content)))
        return "250 OK"


@pytest.fixture
async def mailbox() -> AsyncIterator[tuple[Mailbox, str]]:
    box = Mailbox()
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(box), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    yield (
        box,
        f"mailto://127.0.0.1:{port}?from=duty@tocsin.example&to=fallback@tocsin.example&smtp=127.0.0.1&mode=insecure&allow=127.0.0.0/8",
    )
    server.close()


@pytest.fixture
async def hook() -> AsyncIterator[tuple[list[dict[str, Any]], str, list[int]]]:
    received: list[dict[str, Any]] = []
    status = [200]

    async def take(request: web.Request) -> web.Response:
        received.append(await request.json())
        return web.Response(status=status[0], headers={"Location": "/elsewhere"})

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", take)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield received, f"json://127.0.0.1:{runner.addresses[0][1]}/hook?allow=127.0.0.0/8", status
    await runner.cleanup()


async def test_mail_goes_to_the_person_and_bears_our_reference(mailbox: tuple[Mailbox, str], message: Make) -> None:
    box, url = mailbox
    channel = Stock("email", url)

    outcome = await channel.deliver(message(address="zhang@bureau.example", link="https://tocsin.example/f/1"))

    assert outcome.result is Result.ACCEPTED
    ((people, mail),) = box.received
    assert people == ["zhang@bureau.example"]
    assert mail["X-Tocsin-Delivery"] == "d-0001"
    assert str(make_header(decode_header(mail["Subject"]))) == "防汛 Ⅲ级"
    assert "https://tocsin.example/f/1" in _plain(mail)
    await channel.close()


async def test_mail_the_server_refuses_is_failed(mailbox: tuple[Mailbox, str], message: Make) -> None:
    box, url = mailbox
    box.refusal = "552 mailbox full"
    channel = Stock("email", url)

    outcome = await channel.deliver(message(address="zhang@bureau.example"))

    assert outcome.result is Result.FAILED_FOR_NOW
    await channel.close()


async def test_three_mails_at_once_are_not_throttled(mailbox: tuple[Mailbox, str], message: Make) -> None:
    box, url = mailbox
    channel = Stock("email", url)
    sends = [channel.deliver(message(delivery=f"d-{number}", address="zhang@bureau.example")) for number in range(3)]

    await asyncio.wait_for(asyncio.gather(*sends), 5)

    assert sorted(mail["X-Tocsin-Delivery"] for _, mail in box.received) == ["d-0", "d-1", "d-2"]
    await channel.close()


async def test_a_webhook_gets_person_reference_and_kind(hook: tuple[list[dict[str, Any]], str, list[int]], message: Make) -> None:
    received, url, _ = hook
    channel = Stock("hook", url)

    outcome = await channel.deliver(message(kind=Kind.DRILL))

    assert outcome.result is Result.ACCEPTED
    (payload,) = received
    assert (payload["delivery"], payload["address"], payload["kind"]) == ("d-0001", "13800000001", "drill")
    await channel.close()


@pytest.mark.parametrize("status", [500, 302])
@pytest.mark.parametrize("asks_for", ["", "&redirect=yes", "&retry=3"])
async def test_a_webhook_that_does_not_say_2xx_is_failed_and_neither_followed_nor_tried_again(
    status: int, asks_for: str, hook: tuple[list[dict[str, Any]], str, list[int]], message: Make
) -> None:
    received, url, answer = hook
    url += asks_for
    answer[0] = status
    channel = Stock("hook", url)

    outcome = await channel.deliver(message())

    assert outcome.result is Result.FAILED_FOR_NOW
    assert len(received) == 1
    await channel.close()


async def test_a_failure_that_took_as_long_as_the_time_out_is_in_doubt() -> None:
    assert _judge("json", accepted=False, took=timedelta(seconds=4)).result is Result.UNKNOWN
    assert _judge("json", accepted=False, took=timedelta(seconds=1.6)).result is Result.FAILED_FOR_NOW


async def test_other_plugins_of_apprise_are_never_made() -> None:
    with pytest.raises(ChannelUrlError, match="not among the plugins"):
        Stock("hook", "syslog://")


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("wecombot://key", "its plugin says yes when the provider refuses"),
        ("mqtt://broker/topic", "its plugin opens lines of its own"),
        ("ntfys://ntfy.example/topic", "does not say where the person's address goes"),
        ("json://127.0.0.1/?allow=nowhere", "allow=nowhere names no networks"),
    ],
)
async def test_an_address_that_cannot_be_trusted_is_refused_with_the_reason(url: str, why: str) -> None:
    with pytest.raises(ChannelUrlError, match=why):
        Stock("sms", url)


async def test_any_other_plugin_of_apprise_reaches_the_person_whose_address_it_is_given(
    hook: tuple[list[dict[str, Any]], str, list[int]], message: Make, tmp_path: Path
) -> None:
    received, url, _ = hook
    port = url.partition("127.0.0.1:")[2].partition("/")[0]
    channel = build({"sms": f"ntfy://127.0.0.1:{port}/{{address}}?allow=127.0.0.0/8"}, tmp_path)["sms"]

    outcome = await channel.deliver(message())

    assert outcome.result is Result.ACCEPTED
    assert "the answer itself was not read" in outcome.detail
    assert received[0]["topic"] == "13800000001"
    await channel.close()


async def test_no_more_than_four_wait_for_their_answers_and_the_next_was_surely_not_sent(message: Make) -> None:
    connected: list[asyncio.StreamWriter] = []
    everybody_waits = asyncio.Event()

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connected.append(writer)
        if len(connected) == 4:
            everybody_waits.set()

    async with await asyncio.start_server(hang, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        channel = Stock("hook", f"json://127.0.0.1:{port}/?allow=127.0.0.0/8", total=timedelta(seconds=0.5))
        waiting = [asyncio.create_task(channel.deliver(message(delivery=f"d-{number}"))) for number in range(4)]
        await everybody_waits.wait()
        fifth = await channel.deliver(message(delivery="d-4"))
        others = await asyncio.gather(*waiting)
        for writer in connected:
            writer.close()
        await channel.close()

    assert (fifth.result, fifth.code) == (Result.FAILED_FOR_NOW, "busy")
    assert {(each.result, each.code) for each in others} == {(Result.UNKNOWN, "timeout")}
    assert len(connected) == 4


def _plain(mail: Message) -> str:
    parts = [part.get_payload(decode=True) for part in mail.walk() if part.get_content_type() == "text/plain"]
    return b"".join(part for part in parts if isinstance(part, bytes)).decode()
