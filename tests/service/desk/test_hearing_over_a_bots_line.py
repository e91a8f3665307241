"""A bureau that nobody can call back: a card goes out over the line that the service opened, and its button comes back so."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.model.events import TaskAcknowledged
from notifications.simulators.ledger import Received
from notifications.simulators.settings import SimulatorSettings
from notifications.simulators.simulators import Simulators
from tests.chaos.bureau import Bureau, clock_at

pytestmark = pytest.mark.slow


def test_a_button_that_is_pressed_takes_over_the_task_without_any_call_back(tmp_path: Path) -> None:
    asyncio.run(over_the_line(tmp_path))


async def over_the_line(folder: Path) -> None:
    clock = clock_at(1)
    async with Simulators(SimulatorSettings(), clock) as phones:
        town = Bureau(folder, phones, clock)
        settings = town.home.folder.settings
        settings.write_text(f'[server]\nport = {town.port}\n[channels]\nwechat = "{phones.aibot_url}"\n', "utf-8")
        try:
            await asyncio.to_thread(town.serve)
            response = await asyncio.to_thread(town.activate)
            card = await arrived(phones, lambda each: bool(each.buttons))
            assert await phones.click(card.delivery, "ack")
            confirmed = await arrived(phones, lambda each: "已记录" in each.text)
        finally:
            town.kill()

        answered = [event.person for event in town.history(response) if isinstance(event, TaskAcknowledged)]
        assert len(answered) == 1
        assert (card.channel, confirmed.channel, confirmed.address) == ("aibot", "aibot", card.address)


async def arrived(phones: Simulators, is_it: Callable[[Received], bool]) -> Received:
    """The first message of that kind, once a phone has it."""
    async with asyncio.timeout(40):
        while not (found := [each for each in phones.ledger.all() if is_it(each)]):
            await asyncio.sleep(0.05)
    return found[0]
