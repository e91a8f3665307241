"""How a provider that has accepted a message says so: at once, late, or never."""

import asyncio

from aiohttp import web

from notifications.simulators.faults import Fault


async def answer_late_or_never(request: web.Request, fault: Fault | None) -> None:
    if fault is None:
        return
    if fault.late:
        await asyncio.sleep(fault.late.total_seconds())
    if fault.drop and isinstance(request.transport, asyncio.Transport):
        request.transport.abort()
