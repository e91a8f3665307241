"""A ringing phone on which a key is pressed: the task is taken over, and a short message to the same phone says so."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from flows.model.events import TaskAcknowledged
from notifications.simulators.ledger import Received
from notifications.simulators.settings import SimulatorSettings
from notifications.simulators.simulators import Simulators
from notifications.simulators.voice_settings import VoiceSettings
from notifications.states import State
from tests.chaos.bureau import Bureau, clock_at

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("provider", ["aliyun", "tencent"])
def test_a_key_that_is_pressed_on_a_ringing_phone_takes_over_the_task(provider: str, tmp_path: Path) -> None:
    asyncio.run(the_phone_rings(provider, tmp_path))


async def the_phone_rings(provider: str, folder: Path) -> None:
    # two minutes without an answer pass in six seconds, and then the ladder phones
    clock = clock_at(20)
    settings = SimulatorSettings(voice=VoiceSettings(rings=timedelta(seconds=20), again_after=()))
    async with Simulators(settings, clock) as phones:
        town = Bureau(folder, phones, clock)
        voice = phones.voice_url if provider == "aliyun" else phones.tencent_voice_url
        with town.home.folder.settings.open("a", encoding="utf-8") as file:
            file.write(f'voice = "{voice}"\n')
        phones.point_to(f"http://127.0.0.1:{town.port}/callbacks/{town.home.keys.callback_path}")
        try:
            await asyncio.to_thread(town.serve)
            response = await asyncio.to_thread(town.activate)
            call = await arrived(phones, lambda each: each.channel == "voice" and "请按1" in each.text)
            assert phones.press(call.delivery, call.address, "1")
            confirmed = await arrived(phones, lambda each: "已记录" in each.text)
        finally:
            town.kill()

        answered = [event for event in town.history(response) if isinstance(event, TaskAcknowledged)]
        rung = [view for view in town.deliveries(response) if view.channel == "voice" and view.state is State.ANSWERED]
        assert [event.person for event in answered] == [rung[0].person]
        assert (confirmed.channel, confirmed.address) == ("sms", call.address)


async def arrived(phones: Simulators, is_it: Callable[[Received], bool]) -> Received:
    """The first message of that kind, once a phone has it."""
    async with asyncio.timeout(40):
        while not (found := [each for each in phones.ledger.all() if is_it(each)]):
            await asyncio.sleep(0.05)
    return found[0]
