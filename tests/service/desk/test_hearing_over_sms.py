"""An answer nobody understands, all the way round: the phone, the provider, `tocsin serve`, the desk, and back to the phone."""

import asyncio
import json
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows.model.events import TaskAcknowledged
from notifications.simulators.ledger import Received
from notifications.simulators.settings import SimulatorSettings
from notifications.simulators.simulators import Simulators
from tests.chaos.bureau import Bureau, clock_at

pytestmark = pytest.mark.slow


def test_a_person_who_was_not_understood_is_told_so_listed_at_the_desk_and_confirmed_when_it_settles(tmp_path: Path) -> None:
    asyncio.run(all_the_way_round(tmp_path))


async def all_the_way_round(tmp_path: Path) -> None:
    clock = clock_at(1)
    async with Simulators(SimulatorSettings(), clock) as phones:
        town = Bureau(tmp_path, phones, clock)
        phones.point_to(f"http://127.0.0.1:{town.port}/callbacks/{town.home.keys.callback_path}")
        try:
            await asyncio.to_thread(town.serve)
            response = await asyncio.to_thread(town.activate)
            call = await arrived(phones, lambda each: each.channel == "sms")

            assert await phones.reply("sms", call.address, "已经到堤上了，水很大")
            not_understood = await arrived(phones, lambda each: "未看懂" in each.text)
            (waiting,) = await asyncio.to_thread(ask, town, "replies")
            settled = await asyncio.to_thread(
                ask, town, f"replies/{waiting['id']}/settle", {"by": "zhaojianguo", "as": "acknowledge"}
            )
            confirmed = await arrived(phones, lambda each: "已记录" in each.text)
            await phones.reply("sms", "13900000000", "你们是谁？")
            left = await asyncio.to_thread(ask, town, "replies")
        finally:
            town.kill()

        assert (not_understood.address, confirmed.address) == (call.address, call.address)
        assert "收到回“1 01”，不能到回“2 01”：01 " in not_understood.text
        assert (waiting["text"], waiting["calls"][0]["response"]) == ("已经到堤上了，水很大", response)
        assert settled["settled"]["as"] == "acknowledge"
        assert [event.person for event in town.history(response) if isinstance(event, TaskAcknowledged)] == ["chenzhiyuan"]
        assert left == []
        assert not [each for each in phones.ledger.all() if each.address == "13900000000"]


async def arrived(phones: Simulators, is_it: Callable[[Received], bool]) -> Received:
    """The first message of that kind, once a phone has it."""
    async with asyncio.timeout(20):
        while not (found := [each for each in phones.ledger.all() if is_it(each)]):
            await asyncio.sleep(0.05)
    return found[0]


def ask(town: Bureau, path: str, body: dict[str, str] | None = None) -> Any:
    headers = {"Authorization": f"Bearer {town.home.keys.api_token}", "Content-Type": "application/json"}
    content = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(f"http://127.0.0.1:{town.port}/api/v1/{path}", content, headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.loads(answer.read())
