"""Activation of the flood plan: to the outbox, and to the first message that a gateway has accepted."""

import asyncio
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.measure import Sample
from bench.sending import dispatching
from flows.model.commands import OpenResponse
from notifications.channels import registry
from notifications.simulators.simulators import Simulators
from plans.model import Level
from resources import tables as roster
from resources.samples import sample_duty
from service.folder import Folder
from service.wiring import Home
from store.clock import Clock, new_token


@contextmanager
def bureau(clock: Clock | None = None) -> Iterator[Home]:
    """A data folder with the sample roster."""
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder:
        home = Home(Folder(Path(folder)), clock)
        with home.database.write() as connection:
            roster.replace(connection, sample_duty(home.zone), home.clock.now())
        yield home
        home.database.close()


def activate(home: Home) -> Callable[[int], str]:
    facts = {"flow": 3300.0, "warning_color": "orange"}

    def one(_: int) -> str:
        opening = OpenResponse(
            incident=f"bench {new_token()}", level=Level.III, facts=facts, by="chenzhiyuan", approved_by="liangwenbo"
        )
        return home.engine.open("flood", opening).response

    return one


def bytes_of_one(home: Home) -> int:
    """What one activation adds to the tables, counted as the database counts its content."""
    before = _content(home)
    for number in range(20):
        activate(home)(number)
    return (_content(home) - before) // 20


async def to_the_gateway(home: Home, count: int) -> tuple[Sample, int]:
    """`count` activations at once; a call's time runs until its first message was accepted. Also gives the messages sent."""
    async with Simulators() as phones:
        urls = {**dict.fromkeys(("voice", "email"), "file://"), "sms": phones.sms_url, "wechat": phones.wechat_url}
        channels = registry.build(urls, home.folder.path)
        accepted: dict[str, float] = {}

        def settled(view: object, _: object) -> None:
            accepted.setdefault(view.response, time.perf_counter())  # type: ignore[attr-defined]

        async with dispatching(home.database, channels, home.clock, home.template, home.link_for, settled):
            await asyncio.sleep(0.5)
            began = time.perf_counter()
            responses = await asyncio.gather(*(asyncio.to_thread(activate(home), number) for number in range(count)))
            while not all(response in accepted for response in responses):
                await asyncio.sleep(0.002)
            whole = time.perf_counter() - began
        return Sample(tuple(accepted[response] - began for response in responses), whole), len(phones.ledger.all())


def _content(home: Home) -> int:
    with home.database.read() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        free = connection.exec_driver_sql("PRAGMA freelist_count").scalar_one()
        return int(pages - free) * int(connection.exec_driver_sql("PRAGMA page_size").scalar_one())
