"""Two hosts on one PostgreSQL: one is killed or frozen, and what it was driving goes on, each step once, each message once."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from notifications.simulators.settings import SimulatorSettings
from notifications.simulators.simulators import Simulators
from store.testing import ADDRESS
from tests.chaos.bureau import Bureau, clock_at
from tests.chaos.test_serve_is_killed import LADDER, SPEED, all_settled, judge, steps_of, until

pytestmark = pytest.mark.slow


@pytest.fixture
def folders(tmp_path: Path, new_postgresql: Callable[[], str]) -> list[Path]:
    """The data folders of two hosts with one database."""
    address, found = new_postgresql(), [tmp_path / "one", tmp_path / "other"]
    for folder in found:
        folder.mkdir()
        (folder / ADDRESS).write_text(address)
    return found


@asynccontextmanager
async def two_hosts(folders: list[Path]) -> AsyncIterator[tuple[Bureau, Bureau, Simulators]]:
    clock = clock_at(SPEED)
    async with Simulators(SimulatorSettings(ledger=folders[0] / "phones.jsonl"), clock) as phones:
        one, other = (Bureau(folder, phones, clock) for folder in folders)
        try:
            await asyncio.gather(asyncio.to_thread(one.serve), asyncio.to_thread(other.serve))
            yield one, other, phones
        finally:
            one.kill()
            other.kill()


def test_the_other_host_goes_on_when_one_is_killed(folders: list[Path]) -> None:
    async def story() -> None:
        async with two_hosts(folders) as (one, other, phones):
            response = await asyncio.to_thread(one.activate)
            await asyncio.sleep(0.3)

            await asyncio.to_thread(one.kill)

            await until(lambda: steps_of(other.history(response), "verify.1")[-1:] == ["manual"], 60, other.log)
            await until(lambda: all_settled(other, response), 30, other.log)
            assert steps_of(other.history(response), "verify.1") == LADDER
            judge(other, response, phones)

    asyncio.run(story())


def test_a_frozen_host_is_gone_on_without_and_repeats_nothing_when_it_wakes(folders: list[Path]) -> None:
    async def story() -> None:
        async with two_hosts(folders) as (one, other, phones):
            response = await asyncio.to_thread(one.activate)
            await asyncio.sleep(0.3)

            one.send(signal.SIGSTOP)
            await until(lambda: steps_of(other.history(response), "verify.1")[-1:] == ["manual"], 60, other.log)
            one.send(signal.SIGCONT)

            await until(lambda: all_settled(other, response), 30, other.log)
            assert steps_of(other.history(response), "verify.1") == LADDER
            judge(other, response, phones)

    asyncio.run(story())
