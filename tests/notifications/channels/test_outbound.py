"""Addresses of webhooks and of apprise's plugins: neither this machine nor this network is reached through them unasked."""

import asyncio
import ssl
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from notifications.channels.exchange import Exchange
from notifications.channels.outbound import ForbiddenAddressError, Reach, networks, within
from notifications.channels.stock import Stock
from notifications.message import Outcome, Outgoing, Result

from .certificates import self_signed

pytestmark = pytest.mark.anyio
Make = Callable[..., Outgoing]
INSIDE = [
    "127.0.0.1", "127.8.8.8", "::1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.100.100.200",
    "fe80::1%eth0", "fd00::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "224.0.0.1",
    "localhost", "metadata.google.internal", "",
]  # fmt: skip


@pytest.mark.parametrize("host", INSIDE)
async def test_what_is_inside_is_not_reached(host: str) -> None:
    reach = Reach()

    with pytest.raises(ForbiddenAddressError):
        reach.check((host, 80))

    assert reach.refused == [host]


@pytest.mark.parametrize("host", ["203.0.114.5", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
async def test_the_world_is_reached(host: str) -> None:
    Reach().check((host, 443))


async def test_the_world_is_not_reached_in_the_clear() -> None:
    with pytest.raises(ForbiddenAddressError):
        Reach(public=False).check(("8.8.8.8", 80))


@pytest.mark.parametrize("host", ["10.1.2.3", "::ffff:10.1.2.3"])
async def test_what_was_allowed_is_reached_and_nothing_beside_it(host: str) -> None:
    reach = Reach(networks("hook", "10.1.2.0/24, 192.168.7.7"), public=False)

    reach.check((host, 80))
    reach.check(("192.168.7.7", 80))
    with pytest.raises(ForbiddenAddressError):
        reach.check(("10.1.3.3", 80))


@asynccontextmanager
async def serving(answer: Callable[[web.Request], web.Response], tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    async def take(request: web.Request) -> web.Response:
        return answer(request)

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", take)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
    yield int(runner.addresses[0][1])
    await runner.cleanup()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_a_webhook_does_not_reach_this_machine_by_address_or_by_a_name_that_leads_here(host: str, message: Make) -> None:
    asked: list[str] = []

    def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response()

    async with serving(answer) as port:
        channel = Stock("hook", f"json://{host}:{port}/")
        outcome = await channel.deliver(message())
        await channel.close()

    assert (outcome.result, outcome.code) == (Result.PROVIDER_DOWN, "forbidden-address")
    assert "allow=" in outcome.detail
    assert asked == []


async def test_who_is_allowed_one_address_is_not_led_to_another_by_it(message: Make) -> None:
    """127.0.0.1 may be reached, 127.0.0.2 not; the plugin is told to follow, and where it would go is judged anew."""
    asked: list[str] = []

    def there(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response()

    async with serving(there) as port:
        location = f"http://127.0.0.2:{port}/metadata"
        async with serving(lambda _: web.Response(status=307, headers={"Location": location})) as first:
            channel = Stock("hook", f"json://127.0.0.1:{first}/?allow=127.0.0.1&redirect=yes")
            outcome = await channel.deliver(message())
            await channel.close()

    assert outcome.result is Result.FAILED_FOR_NOW
    assert asked == []


async def test_each_dialling_of_one_request_is_judged() -> None:
    """The library under apprise follows a redirect into this machine."""
    import requests

    async with serving(lambda _: web.Response(text="secret of the machine")) as port:
        reach = Reach(networks("hook", "127.0.0.1"))
        location = f"http://127.0.0.2:{port}/"
        async with serving(lambda _: web.Response(status=302, headers={"Location": location})) as first:

            def follow() -> str:
                with within(reach):
                    return requests.get(f"http://127.0.0.1:{first}/", timeout=2).text

            with pytest.raises(requests.ConnectionError):
                await asyncio.to_thread(follow)

    assert reach.refused == ["127.0.0.2"]


async def test_other_threads_and_what_comes_after_are_not_judged() -> None:
    async with serving(lambda _: web.Response()) as port:
        with within(Reach()):
            found: list[Any] = []
            thread = threading.Thread(target=lambda: found.append(_dial(port)))
            thread.start()
            thread.join()
            with pytest.raises(ForbiddenAddressError):
                _dial(port)

        assert found == [True]
        assert _dial(port)


def _dial(port: int) -> bool:
    import socket

    with socket.create_connection(("127.0.0.1", port), timeout=2):
        return True


@pytest.mark.parametrize("asks_for", ["", "&verify=no"])
async def test_a_webhook_with_a_certificate_that_nobody_vouches_for_gets_nothing(
    asks_for: str, message: Make, tmp_path: Path
) -> None:
    asked: list[str] = []

    def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response()

    server, _ = self_signed(tmp_path)
    async with serving(answer, server) as port:
        channel = Stock("hook", f"jsons://localhost:{port}/?allow=127.0.0.0/8,::1{asks_for}")
        outcome = await channel.deliver(message())
        await channel.close()

    assert outcome.result is Result.FAILED_FOR_NOW
    assert asked == []


async def test_a_provider_with_a_certificate_that_nobody_vouches_for_gets_nothing(tmp_path: Path) -> None:
    asked: list[str] = []

    def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response()

    server, _ = self_signed(tmp_path)
    exchange = Exchange(timedelta(seconds=2))
    async with serving(answer, server) as port:
        outcome = await exchange.ask("POST", f"https://localhost:{port}/?token=hidden", {}, b"text")
        await exchange.close()

    assert isinstance(outcome, Outcome)
    assert (outcome.result, outcome.code) == (Result.PROVIDER_DOWN, "tls")
    assert asked == []


async def test_a_network_contains_what_it_says() -> None:
    assert ip_address("192.168.7.7") in networks("hook", "192.168.7.7")[0]
    assert networks("hook", "10.0.0.0/8,") == (ip_network("10.0.0.0/8"),)
