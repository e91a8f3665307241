"""WeCom's own client of the smart bot talks to the simulated one over TLS: it signs in, sends, and hears a pressed button."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aibot import WSClient, WSClientOptions, ws
from aiohttp import web

from notifications.simulators.faults import Fault
from notifications.simulators.simulators import Simulators
from tests.notifications.channels.certificates import self_signed

pytestmark = pytest.mark.anyio
CARD = {
    "card_type": "button_interaction",
    "main_title": {"title": "防汛 Ⅲ级"},
    "sub_title_text": "巡堤查险",
    "task_id": "r-0001",
    "button_list": [{"text": "收到", "style": 1, "key": "ack"}],
}


class Silent:
    """A logger of theirs that says nothing."""

    def __getattr__(self, _: str) -> Any:
        return lambda *_, **__: None


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """Of a certificate that their client is told to trust."""
    folder = tmp_path_factory.mktemp("certificate")
    context, _ = self_signed(folder)
    ws._SSL_CONTEXT.load_verify_locations(str(folder / "server.pem"))
    return context


@pytest.fixture
async def address(simulators: Simulators, server: ssl.SSLContext) -> AsyncIterator[str]:
    application = web.Application()
    application.router.add_get("/", simulators.aibot.connect)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "localhost", 0, ssl_context=server).start()
    yield f"wss://localhost:{runner.addresses[0][1]}"
    await runner.cleanup()


async def signed_in(simulators: Simulators, address: str, secret: str = "", **options: Any) -> tuple[WSClient, list[Any]]:
    account = simulators.settings.aibot
    client = WSClient(
        WSClientOptions(
            bot_id=account.bot,
            secret=secret or account.secret,
            ws_url=address,
            logger=Silent(),
            max_reconnect_attempts=0,
            **options,
        )
    )
    happened: list[Any] = []
    settled = asyncio.Event()

    def keep(name: str) -> Any:
        def heard(*found: Any) -> None:
            happened.append((name, *found))
            settled.set()

        return heard

    for name in ("authenticated", "error", "event.template_card_event", "message.text", "event.disconnected_event"):
        client.on(name, keep(name))
    await client.connect()
    await asyncio.wait_for(settled.wait(), 5)
    return client, happened


async def until(happened: list[Any], count: int) -> None:
    async with asyncio.timeout(5):
        while len(happened) < count:
            await asyncio.sleep(0.01)


async def test_wecoms_client_sends_a_card_and_hears_of_the_button(simulators: Simulators, address: str) -> None:
    client, happened = await signed_in(simulators, address)

    answer = await client.send_message("zhangwei", {"msgtype": "template_card", "template_card": CARD})
    assert await simulators.click("r-0001", "ack")
    await until(happened, 2)

    assert answer["errcode"] == 0
    assert [name for name, *_ in happened] == ["authenticated", "event.template_card_event"]
    pressed = happened[1][1]["body"]
    assert pressed["event"]["template_card_event"]["event_key"] == "ack"
    assert pressed["from"]["userid"] == "zhangwei"
    client.disconnect()


async def test_wecoms_client_sends_a_text_and_hears_what_a_member_writes(simulators: Simulators, address: str) -> None:
    client, happened = await signed_in(simulators, address)

    await client.send_message("zhangwei", {"msgtype": "markdown", "markdown": {"content": "巡堤查险\n编号 r-0002"}})
    assert await simulators.reply("aibot", "zhangwei", "1 07")
    await until(happened, 2)

    assert [one.text for one in simulators.ledger.of("r-0002")] == ["巡堤查险\n编号 r-0002"]
    assert happened[1][1]["body"]["text"]["content"] == "1 07"
    client.disconnect()


async def test_wecoms_client_with_a_wrong_secret_is_refused(simulators: Simulators, address: str) -> None:
    client, happened = await signed_in(simulators, address, secret="wrong")

    assert happened[0][0] == "error"
    assert "40001" in str(happened[0][1])
    client.disconnect()


async def test_wecoms_client_hears_the_code_of_a_refusal(simulators: Simulators, address: str) -> None:
    client, _ = await signed_in(simulators, address)
    simulators.faults.order(Fault("aibot", code="45009"))

    with pytest.raises(RuntimeError, match="errcode=45009"):
        await client.send_message("zhangwei", {"msgtype": "template_card", "template_card": CARD})

    client.disconnect()


async def test_the_second_connection_of_a_bot_ends_the_first(simulators: Simulators, address: str) -> None:
    first, happened = await signed_in(simulators, address)

    second, _ = await signed_in(simulators, address)
    await until(happened, 2)

    assert happened[1][0] == "event.disconnected_event"
    second.disconnect()
    first.disconnect()


async def test_the_heartbeat_of_wecoms_client_is_answered(simulators: Simulators, address: str) -> None:
    client, _ = await signed_in(simulators, address, heartbeat_interval=20)

    async with asyncio.timeout(5):
        while simulators.aibot.beats < 4:
            await asyncio.sleep(0.01)

    assert client.is_connected
    client.disconnect()
