"""`kill -9` before and after every commit, send and receipt of a response, by the process itself: it goes on unharmed."""

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from flows.model.events import LevelChanged, ResponseOpened, StepFired, TaskAcknowledged, TaskCompleted, TaskOpened
from flows.running import rebuilding
from notifications.simulators.faults import Fault
from notifications.simulators.settings import SimulatorSettings
from notifications.simulators.simulators import Simulators
from store.faults import Point
from tests.chaos.bureau import Bureau, clock_at
from tests.chaos.test_serve_is_killed import all_settled, judge, steps_of, until
from tests.durability.searching import is_chaos

HITS = (1, 3) if is_chaos() else (2,)
SPEED = 60.0
FIRST_STEPS = ["call", "again"]

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("each_database")]


@pytest.mark.parametrize("hit", HITS)
@pytest.mark.parametrize("point", Point, ids=lambda point: point.name)
def test_a_response_goes_on_from_a_kill_at_this_point(tmp_path: Path, point: Point, hit: int) -> None:
    asyncio.run(respond(tmp_path, point, hit))


async def respond(tmp_path: Path, point: Point, hit: int) -> None:
    """Activated, answered from a phone, escalated, completed, raised to another level; people ask again where nobody answered."""
    clock = clock_at(SPEED)
    async with Simulators(SimulatorSettings(ledger=tmp_path / "phones.jsonl"), clock) as phones:
        town = Bureau(tmp_path, phones, clock)
        town.home.keys.make()
        phones.point_to(f"http://127.0.0.1:{town.port}/callbacks/{town.home.keys.callback_path}")
        # so that there are doubts, and the provider is asked about them
        phones.faults.order(Fault(channel="sms", drop=True, times=12))
        try:
            await asyncio.to_thread(town.serve, struck=(point, hit))
            watching = asyncio.create_task(start_again(town))
            response = await play(town, phones)
            await until(lambda: all_settled(town, response), 40, town.log)
            watching.cancel()
        finally:
            town.kill()

        judge(town, response, phones)
        history = town.history(response)
        once = [Counter(type(event) for event in history)[kind] for kind in (ResponseOpened, LevelChanged)]
        assert once == [1, 1]
        assert [event.assignment for event in history if isinstance(event, TaskCompleted)] == ["verify.1"]
        opened = [event.assignment for event in history if isinstance(event, TaskOpened)]
        fired = [(each.assignment, each.clock, each.step, each.epoch) for each in history if isinstance(each, StepFired)]
        assert len(set(opened)) == len(opened)
        assert len(set(fired)) == len(fired)
        with town.home.database.read() as connection:
            assert rebuilding.differences(connection, response) == []


async def start_again(town: Bureau) -> None:
    while True:
        if not town.is_alive:
            await asyncio.to_thread(town.serve)
        await asyncio.sleep(0.05)


async def play(town: Bureau, phones: Simulators) -> str:
    people = {"by": "chenzhiyuan", "approved_by": "liangwenbo"}
    opening = {"plan": "flood", "level": "III", "facts": {"flow": 3300.0}, "incident": "渭河洪水", **people}
    response = str((await asked(town, "/responses", opening, key="the-flood"))["response"])
    await until(lambda: steps_of(town.history(response), "verify.1")[:2] == FIRST_STEPS, 60, town.log)
    called = next(each for each in town.deliveries(response) if each.assignment == "verify.1" and each.channel == "sms")
    while not await phones.reply("sms", called.address, f"收到 {called.shown_code}"):
        await asyncio.sleep(0.1)
    await until(lambda: any(isinstance(each, TaskAcknowledged) for each in town.history(response)), 30, town.log)
    await asked(town, f"/responses/{response}/tasks/verify.1/complete", {"by": called.person, "reason": "电话核实"})
    rising = {"level": "II", "reason": "水位上涨", "by": "chenzhiyuan", "approved_by": "gaozhenhua"}
    await asked(town, f"/responses/{response}/level", rising)
    return response


async def asked(town: Bureau, path: str, body: dict[str, object], key: str = "") -> dict[str, Any]:
    """Until somebody answers; a refusal is no answer that this story knows, except that it has been done before."""
    async with asyncio.timeout(60):
        tries = 0
        while True:
            status, said = await asyncio.to_thread(town.ask, path, body, key)
            tries += 1
            if status in (200, 201) or (status == 409 and tries > 1):
                return said
            assert status in (0, 503), said
            await asyncio.sleep(0.1)
