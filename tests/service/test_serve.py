"""`tocsin serve` as a real process, without anything being killed."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from flows.events import PersonUnreached, StepFired
from notifications.simulators.settings import SimulatorSettings
from notifications.simulators.simulators import Simulators
from resources import tables as roster
from resources.samples import sample_duty
from tests.chaos.bureau import Bureau, clock_at

pytestmark = pytest.mark.slow
NO_NUMBER = {"sms": "not a number"}


def test_whom_the_gateway_does_not_know_is_passed_over_at_once(tmp_path: Path) -> None:
    asyncio.run(pass_over(tmp_path))


async def pass_over(tmp_path: Path) -> None:
    clock = clock_at(1.0)
    async with Simulators(SimulatorSettings(ledger=tmp_path / "phones.jsonl"), clock) as phones:
        town = Bureau(tmp_path, phones, clock)
        lose_the_number_of(town, "chenzhiyuan")
        try:
            response = town.activate()
            await asyncio.to_thread(town.serve)
            async with asyncio.timeout(30):
                while len(called_for(town, response)) < 3:
                    await asyncio.sleep(0.1)
        finally:
            town.kill()

    assert called_for(town, response)[:3] == ["call", "again", "deputy"], "two and five minutes before their time"
    unreached = [event for event in town.history(response) if isinstance(event, PersonUnreached)]
    assert (unreached[0].person, unreached[0].step) == ("chenzhiyuan", "call")
    assert unreached[0].reason.startswith("sms: ")


def lose_the_number_of(town: Bureau, person: str) -> None:
    duty = sample_duty(town.home.zone)
    people = {**duty.people, person: replace(duty.people[person], addresses=NO_NUMBER)}
    with town.home.database.write() as connection:
        roster.replace(connection, replace(duty, people=people), town.clock.now())


def called_for(town: Bureau, response: str) -> list[str]:
    return [event.step for event in town.history(response) if isinstance(event, StepFired) and event.assignment == "verify.1"]
