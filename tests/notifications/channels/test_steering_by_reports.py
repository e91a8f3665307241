"""A brown-out over real HTTP: Alibaba Cloud accepts, reports that nothing arrives, and Tencent Cloud goes first."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web

from notifications import outbox, receipts
from notifications.callbacks import aliyun
from notifications.channels.registry import build
from notifications.dispatcher import Dispatcher
from notifications.message import Call, Channel, Priority, Recipient
from notifications.simulators.faults import Fault
from notifications.simulators.simulators import Simulators
from notifications.states import State
from notifications.steering import Steering
from notifications.testing import plain_links, plain_templates
from store.clock import RealClock
from store.database import Database
from store.kinds import Kind

pytestmark = pytest.mark.anyio


@dataclass
class House:
    """The dispatcher, both providers behind the kind `sms`, and the door that Alibaba Cloud reports to."""

    database: Database
    channels: dict[Kind, dict[str, Channel]]
    clock: RealClock

    async def tell(self, people: range) -> None:
        now, words = self.clock.now(), {"plan": "防汛", "level": "Ⅲ级", "task": "巡堤查险"}
        named = [Recipient(f"p{number}", f"p{number}", "zh", {"sms": f"138{number:08}"}) for number in people]
        late, level = now + timedelta(hours=1), Priority.LIFE_SAFETY
        calls = [Call("R-1", "d", "verify.1", "call", 1, one, ("sms",), "call", words, level, now, late) for one in named]
        with self.database.write() as connection:
            outbox.add(connection, calls, now)
        await Dispatcher(self.database, self.channels, self.clock, plain_templates, plain_links).drain()

    async def reported(self, request: web.Request) -> web.Response:
        now = self.clock.now()
        with self.database.write() as connection:
            for receipt in aliyun.receipts(await request.read()):
                receipts.record(connection, receipt, now)
        return web.json_response({"code": 0, "msg": "接收成功"})

    def views(self) -> dict[str, outbox.DeliveryView]:
        with self.database.read() as connection:
            return {view.person: view for view in outbox.deliveries(connection, "R-1")}


@pytest.fixture
async def house(simulators: Simulators, tmp_path: Path) -> AsyncIterator[House]:
    channel = build({"sms": (simulators.sms_url, simulators.tencent_url)}, tmp_path)["sms"]
    built = House(Database(tmp_path / "tocsin.db"), {Kind.REAL: {"sms": channel}, Kind.DRILL: {}}, RealClock())
    application = web.Application()
    application.router.add_post("/callbacks/key/sms/reports", built.reported)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    simulators.point_to(f"http://127.0.0.1:{runner.addresses[0][1]}/callbacks/key")
    yield built
    await channel.close()
    await runner.cleanup()
    built.database.close()


async def test_what_is_accepted_and_not_delivered_sends_the_next_calls_over_the_twin(
    house: House, simulators: Simulators
) -> None:
    simulators.faults.order(Fault("sms", receipt="failed"))
    await house.tell(range(20))
    await simulators.settle()

    Steering(house.database, house.clock, house.channels).look()
    await house.tell(range(20, 22))

    views = house.views()
    assert {(views[f"p{number}"].provider, views[f"p{number}"].state) for number in range(20)} == {("aliyunsms", State.FAILED)}
    assert [views[f"p{number}"].provider for number in (20, 21)] == ["tencentsms", "tencentsms"]
    assert set(simulators.ledger.counts().values()) == {1}
