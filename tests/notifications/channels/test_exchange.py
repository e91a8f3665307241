"""What a broken conversation with a provider means for a delivery."""

import asyncio
import socket
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import web

from notifications.channels.answered import Answered, unreadable
from notifications.channels.exchange import Exchange
from notifications.message import Outcome, Result

pytestmark = pytest.mark.anyio


@pytest.fixture
async def exchange() -> AsyncIterator[Exchange]:
    made = Exchange(timedelta(seconds=1))
    yield made
    await made.close()


async def test_nobody_listening_means_surely_not_sent(exchange: Exchange) -> None:
    async with await asyncio.start_server(lambda *_: None, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]

    outcome = await exchange.ask("POST", f"http://127.0.0.1:{port}/", {})

    assert isinstance(outcome, Outcome)
    assert (outcome.result, outcome.code) == (Result.FAILED_FOR_NOW, "connect")


async def test_a_server_that_does_not_speak_tls_is_the_providers_fault(exchange: Exchange) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        outcome = await exchange.ask("POST", f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/", {})

    assert isinstance(outcome, Outcome)
    assert outcome.result is Result.PROVIDER_DOWN


async def test_a_redirect_is_not_followed(exchange: Exchange) -> None:
    asked: list[str] = []

    async def redirect(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(status=302, headers={"Location": "/elsewhere"})

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", redirect)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()

    answer = await exchange.ask("POST", f"http://127.0.0.1:{runner.addresses[0][1]}/first", {})

    assert isinstance(answer, Answered)
    assert (answer.status, asked) == (302, ["/first"])
    await runner.cleanup()


@pytest.mark.parametrize(
    ("status", "result"),
    [
        (200, Result.UNKNOWN),
        (302, Result.PROVIDER_DOWN),
        (403, Result.PROVIDER_DOWN),
        (502, Result.UNKNOWN),
        (504, Result.UNKNOWN),
    ],
)
async def test_a_page_that_is_not_the_providers_is_in_doubt_unless_it_came_before_the_provider(
    status: int, result: Result
) -> None:
    outcome = unreadable(Answered(status, b"<html>gateway</html>"))

    assert (outcome.result, outcome.code) == (result, f"http-{status}")


async def test_a_server_that_speaks_something_else_leaves_no_secret_of_the_address_in_what_is_said(exchange: Exchange) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"220 mail.bureau.example ESMTP\r\n")
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        outcome = await exchange.ask("GET", f"http://127.0.0.1:{port}/cgi-bin/gettoken?corpid=ww1&corpsecret=hidden", {})

    assert isinstance(outcome, Outcome)
    assert (outcome.result, outcome.code) == (Result.UNKNOWN, "disconnected")
    assert "hidden" not in repr(outcome)


async def test_a_connection_that_is_not_taken_in_time_leaves_no_secret_either() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        port = full.getsockname()[1]
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
        patient = Exchange(timedelta(seconds=5))
        outcome = await patient.ask("GET", f"http://127.0.0.1:{port}/cgi-bin/gettoken?corpsecret=hidden", {})
        await patient.close()
        for one in waiting:
            one.close()

    assert isinstance(outcome, Outcome)
    assert (outcome.result, outcome.code, outcome.detail) == (Result.FAILED_FOR_NOW, "connect", "no connection in time")


async def test_a_page_that_repeats_the_question_does_not_repeat_its_secrets() -> None:
    page = b"<html>Cannot GET /cgi-bin/gettoken?corpid=ww1&corpsecret=hidden</html>"

    outcome = unreadable(Answered(404, page))

    assert outcome.detail == "not the provider's answer: '<html>Cannot GET /cgi-bin/gettoken?…</html>'"
