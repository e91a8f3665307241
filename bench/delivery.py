"""`python -m bench.delivery`: many messages to a gateway on loopback, beside a bare HTTP client with as many requests at once."""

import asyncio
import gc
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from statistics import median

from aiohttp import ClientSession, TCPConnector
from rich.console import Console
from rich.table import Table

import service.tables  # noqa: F401  # every table
from bench.gateway import Address, gateway
from notifications import outbox
from notifications.channels import registry
from notifications.dispatcher import Dispatcher, DispatchSettings
from notifications.message import Call, Priority, Recipient
from notifications.rendering import TemplateText
from store.clock import RealClock
from store.database import Database
from store.kinds import Kind

MESSAGES = 10_000
AT_ONCE = 64
RUNS = 3
_TEMPLATE = TemplateText("{{ plan }}", "{{ plan }} {{ level }}: {{ task }}, {{ place }}. {{ deadline }} {{ link }}", "{{ task }} {{ code }}")
_URL = "aliyunsms://key:secret@{netloc}/SIGN?scheme=http&task=SMS_1:plan,level,task,deadline,code&drill.task=SMS_2:plan,task"


def main() -> None:
    table = Table(title=f"{MESSAGES:,} messages, {AT_ONCE} requests at once")
    for column in ("what", "messages a second", "beside the bare client"):
        table.add_column(column, justify="left" if column == "what" else "right")
    with Console().status("measuring …") as status:
        for what, ours, bare in _rows(status.update):
            table.add_row(what, f"{ours:.0f}", f"{ours / bare:.2f} ×")
            table.add_row("  bare aiohttp", f"{bare:.0f}", "1")
    Console().print(table)


def _rows(tell: Callable[[str], None]) -> Iterator[tuple[str, float, float]]:
    for latency in (0.0, 0.2):
        tell(f"{latency * 1000:.0f} ms of latency")
        with gateway(latency) as address:
            pairs = [(_ours(address), asyncio.run(_bare(address))) for _ in range(RUNS)]
        yield f"Tocsin, {latency * 1000:.0f} ms of latency", median(ours for ours, _ in pairs), median(bare for _, bare in pairs)


def _ours(address: Address) -> float:
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder:
        database = Database(Path(folder) / "tocsin.db")
        try:
            queue(database, calls(MESSAGES, Priority.OPERATION))
            gc.collect()
            return MESSAGES / asyncio.run(_sent(database, address, MESSAGES))
        finally:
            database.close()


async def _sent(database: Database, address: Address, count: int) -> float:
    channels = registry.build({"sms": _URL.format(netloc=address.netloc)}, Path("/nonexistent"))
    accepted = 0
    done = asyncio.Event()

    def settled(_: object, outcome: object) -> None:
        nonlocal accepted
        accepted += 1
        if accepted == count:
            done.set()

    settings = DispatchSettings(at_once=dict.fromkeys(Priority, AT_ONCE), alone=True)
    dispatcher = Dispatcher(
        database, {kind: channels for kind in Kind}, RealClock(), lambda *_: _TEMPLATE, lambda _: "", settings, on_settled=settled
    )
    began = time.perf_counter()
    running = asyncio.create_task(dispatcher.run())
    await done.wait()
    took = time.perf_counter() - began
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    for channel in channels.values():
        await channel.close()
    return took


async def _bare(address: Address) -> float:
    """As many posts of about the same size from a client that keeps nothing."""
    url, left = f"http://{address.netloc}/?{'x' * 400}", iter(range(MESSAGES))

    async def post(session: ClientSession) -> None:
        for _ in left:
            async with session.post(url, headers={"x-acs-signature": "x" * 200}) as response:
                await response.read()

    async with ClientSession(connector=TCPConnector(limit=AT_ONCE)) as session:
        began = time.perf_counter()
        await asyncio.gather(*(post(session) for _ in range(AT_ONCE)))
        return MESSAGES / (time.perf_counter() - began)


def calls(count: int, priority: Priority) -> Iterator[Call]:
    now = RealClock().now()
    for number in range(count):
        phone = f"138{number:08d}"
        yield Call(
            response="R-1", plan_digest="x", assignment=f"levee_patrol.{number}", step="1", epoch=0,
            recipient=Recipient(f"p{number}", "陈志远", "zh", {"sms": phone}), channels=("sms",), template="task",
            parameters={"plan": "防汛", "level": "Ⅲ", "task": "巡堤查险", "place": "渭河", "deadline": "21:00"},
            priority=priority, at=now, expires=now + timedelta(hours=6), answerable=False,
        )  # fmt: skip


def queue(database: Database, waiting: Iterator[Call] | Sequence[Call]) -> None:
    now = RealClock().now()
    several: list[Call] = []
    with database.write() as connection:
        for call in waiting:
            several.append(call)
            if len(several) == 1000:
                outbox.add(connection, several, now)
                several = []
        outbox.add(connection, several, now)


if __name__ == "__main__":
    sys.exit(main())
