"""What comes over a channel's own line reaches the outbox and the desk, as what providers bring over HTTP does."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

from notifications import inbound_desk, outbox
from notifications.channels import registry
from notifications.dispatcher import Dispatcher
from notifications.message import Call, Priority, Recipient
from notifications.simulators.faults import Fault
from notifications.simulators.settings import SimulatorSettings, SmppSettings
from notifications.simulators.simulators import Simulators
from notifications.states import State
from notifications.testing import plain_links, plain_templates
from service.desk.hearing import Hearing
from service.folder import Folder
from service.serving.lines import line_loops
from service.wiring import Home
from store.clock import RealClock
from store.kinds import Kind

PHONE = "13800000001"


def test_a_receipt_over_the_line_makes_the_delivery_delivered_and_a_reply_waits_at_the_desk(tmp_path: Path) -> None:
    asyncio.run(_over_the_line(Home(Folder(tmp_path), RealClock()), tmp_path))


async def _over_the_line(home: Home, folder: Path) -> None:
    async with Simulators(SimulatorSettings(smpp=SmppSettings(receipt_after=timedelta(0)))) as phones:
        channels = {Kind.REAL: registry.build({"sms": (phones.sms_url, phones.smpp_url)}, folder), Kind.DRILL: {}}
        phones.faults.order(Fault("sms", code="isv.OUT_OF_SERVICE"))
        loops = dict(line_loops(home, Hearing(home, channels), channels))
        tasks = [asyncio.create_task(_forever(loop)) for loop in loops.values()]
        _call(home)
        await Dispatcher(home.database, channels, home.clock, plain_templates, plain_links).drain()
        async with asyncio.timeout(10):
            while _only(home).state is not State.DELIVERED:
                await asyncio.sleep(0.01)
            assert await phones.reply("smpp", PHONE, "水很大")
            while not (waiting := _at_the_desk(home)):
                await asyncio.sleep(0.01)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await channels[Kind.REAL]["sms"].close()

    assert list(loops) == ["line of sms, real"]
    assert _only(home).detail == "smppline (not by aliyunsms isv.OUT_OF_SERVICE)"
    assert waiting == ["水很大"]


async def _forever(loop: Callable[[], Awaitable[None]]) -> None:
    await loop()


def _call(home: Home) -> None:
    now = home.clock.now()
    whom = Recipient("chen", "陈", "zh", {"sms": PHONE})
    words = {"task": "巡堤查险"}
    call = Call("R-1", "d", "verify.1", "call", 1, whom, ("sms",), "call", words, Priority.FLASH, now, now + timedelta(hours=1))
    with home.database.write() as connection:
        outbox.add(connection, [call], now)


def _only(home: Home) -> outbox.DeliveryView:
    with home.database.read() as connection:
        (view,) = [one for one in outbox.deliveries(connection, "R-1") if one.answerable]
    return view


def _at_the_desk(home: Home) -> list[str]:
    with home.database.read() as connection:
        return [reply.text for reply in inbound_desk.for_desk(connection)]
