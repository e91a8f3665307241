"""`python -m bench.delivery`: many messages to a gateway on loopback, beside a bare HTTP client with as many requests at once."""

import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median

from aiohttp import ClientSession, TCPConnector
from rich.console import Console
from rich.table import Table

import service.tables  # noqa: F401  # every table
from bench.gateway import Address, gateway
from bench.measure import Sample
from bench.sending import dispatching
from notifications import outbox
from notifications.channels import registry
from notifications.dispatcher import DispatchSettings, Settled
from notifications.message import Call, Priority, Recipient
from notifications.outbox import DeliveryView
from notifications.rendering import TemplateText
from store.clock import RealClock
from store.database import Database

MESSAGES = 10_000
AT_ONCE = 64
RUNS = 3
MASS = 100_000
SIGNALS = 200
QUEUED = 1_000_000
_TEMPLATE = TemplateText(
    "{{ plan }}", "{{ plan }} {{ level }}: {{ task }}, {{ place }}. {{ deadline }} {{ link }}", "{{ task }} {{ code }}"
)
_URL = "aliyunsms://key:secret@{netloc}/SIGN?scheme=http&task=SMS_1:plan,level,task,deadline,code&drill.task=SMS_2:plan,task"


def main() -> None:
    table = Table(title=f"{MESSAGES:,} messages, {AT_ONCE} requests at once")
    for column in ("what", "messages a second", "beside the bare client"):
        table.add_column(column, justify="left" if column == "what" else "right")
    console = Console()
    with console.status("measuring …") as status:
        for what, ours, bare in _throughput(status.update):
            table.add_row(what, f"{ours:.0f}", f"{ours / bare:.2f} ×")
            table.add_row("  bare aiohttp, one message a request", f"{bare:.0f}", "1")
        status.update(f"a signal while {MASS:,} messages to the public wait")
        idle, busy = _signals(0), _signals(MASS)
        status.update(f"memory with {QUEUED:,} queued")
        memory = _memory()
    console.print(table)
    for sample, beside in ((idle, "with nothing else to do"), (busy, f"while {MASS:,} messages to the public wait")):
        console.print(f"a signal to the gateway: p50 {sample.p50 * 1000:.0f} ms, p99 {sample.p99 * 1000:.0f} ms {beside}")
    console.print(f"memory while {QUEUED:,} are queued and being sent: {memory} MB")


def _throughput(tell: Callable[[str], None]) -> Iterator[tuple[str, float, float]]:
    for latency in (0.0, 0.2):
        with gateway(latency) as address:
            for priority, how in ((Priority.OPERATION, "one a request"), (Priority.MASS, "in batches of 100")):
                what = f"Tocsin, {latency * 1000:.0f} ms of latency, {how}"
                tell(what)
                pairs = [(_ours(address, priority), asyncio.run(_bare(address))) for _ in range(RUNS)]
                yield what, median(ours for ours, _ in pairs), median(bare for _, bare in pairs)


def _ours(address: Address, priority: Priority) -> float:
    with _database() as database:
        queue(database, calls(MESSAGES, priority))
        return MESSAGES / asyncio.run(_all_sent(database, address, MESSAGES))


async def _all_sent(database: Database, address: Address, count: int) -> float:
    left, done = count, asyncio.Event()

    def settled(*_: object) -> None:
        nonlocal left
        left -= 1
        if not left:
            done.set()

    async with _dispatching(database, address, settled):
        began = time.perf_counter()
        await done.wait()
        return time.perf_counter() - began


def _signals(waiting: int) -> Sample:
    """How long a signal takes from its commit to the gateway's answer."""
    with _database() as database, gateway(0.0) as address:
        queue(database, calls(waiting, Priority.MASS))
        return asyncio.run(_signalled(database, address))


async def _signalled(database: Database, address: Address) -> Sample:
    accepted: dict[str, asyncio.Event] = {}

    def settled(view: DeliveryView, _: object) -> None:
        if view.priority is Priority.FLASH:
            accepted[view.person].set()

    taken: list[float] = []
    async with _dispatching(database, address, settled):
        await asyncio.sleep(1)
        for signal in calls(SIGNALS, Priority.FLASH, first=5_000_000):
            event = accepted[signal.recipient.person] = asyncio.Event()
            began = time.perf_counter()
            await asyncio.to_thread(queue, database, [signal])
            await event.wait()
            taken.append(time.perf_counter() - began)
    return Sample(tuple(taken), sum(taken))


def _memory() -> int:
    """The most that a process of its own held, in MB."""
    run = subprocess.run([sys.executable, "-m", "bench.delivery", "memory"], stdout=subprocess.PIPE, check=True, text=True)
    return int(run.stdout)


def _hold() -> None:
    with _database() as database, gateway(0.0) as address:
        queue(database, calls(QUEUED, Priority.MASS))
        asyncio.run(_for_a_while(database, address))
    (most,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    print(int(most.split()[1]) // 1024)


async def _for_a_while(database: Database, address: Address) -> None:
    async with _dispatching(database, address, lambda *_: None):
        await asyncio.sleep(10)


@contextmanager
def _database() -> Iterator[Database]:
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder:
        database = Database(Path(folder) / "tocsin.db")
        yield database
        database.close()


def _dispatching(database: Database, address: Address, settled: Settled) -> AbstractAsyncContextManager[None]:
    channels = registry.build({"sms": _URL.format(netloc=address.netloc)}, Path("/nonexistent"))
    settings = DispatchSettings(at_once=dict.fromkeys(Priority, AT_ONCE) | {Priority.MASS: 1000}, alone=True)
    return dispatching(database, channels, RealClock(), lambda *_: _TEMPLATE, lambda _: "", settled, settings)


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


def calls(count: int, priority: Priority, first: int = 0) -> Iterator[Call]:
    now = RealClock().now()
    for number in range(first, first + count):
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
    _hold() if sys.argv[1:] == ["memory"] else main()
