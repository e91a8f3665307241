"""Simulated providers with a sink for what they call."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from aiohttp import ClientSession, web

from notifications.simulators.settings import AliyunSettings, SimulatorSettings, TencentSettings
from notifications.simulators.simulators import Simulators


@dataclass
class Sink:
    """Keeps what was called and answers with `status`; `wait` returns when `count` calls have come."""

    base: str = ""
    status: int = 200
    calls: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    echo: str = ""


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def simulators() -> AsyncIterator[Simulators]:
    brief = AliyunSettings(receipt_after=timedelta(0), again_after=(timedelta(milliseconds=10),), a_day=3)
    tencent = TencentSettings(receipt_after=timedelta(0), again_after=(timedelta(milliseconds=10),), a_day=3)
    async with Simulators(SimulatorSettings(aliyun=brief, tencent=tencent)) as running:
        yield running


@pytest.fixture
async def sink(simulators: Simulators) -> AsyncIterator[Sink]:
    found = Sink()

    async def take(request: web.Request) -> web.Response:
        found.calls.append((request.path, dict(request.query), await request.read()))
        return web.Response(status=found.status, text=found.echo)

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", take)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found.base = f"http://127.0.0.1:{runner.addresses[0][1]}/secret"
    simulators.point_to(found.base)
    yield found
    await runner.cleanup()


@pytest.fixture
async def browser() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session
