"""`kill -9` of `tocsin serve`, again and again, in the middle of everything: nothing is lost, nothing comes twice unsaid."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from flows.model.events import StepFired, TaskAcknowledged
from notifications.simulators.settings import SimulatorSettings
from notifications.simulators.simulators import Simulators
from notifications.states import State
from tests.chaos.bureau import Bureau, clock_at

LADDER = ["call", "again", "deputy", "leader", "head", "command", "manual"]
ON_A_PHONE = {State.ACCEPTED, State.SENT, State.DELIVERED, State.READ, State.ANSWERED}
SPEED = 120.0

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("each_database")]


async def until(holds: Callable[[], bool], seconds: float, what: str) -> None:
    async with asyncio.timeout(seconds):
        while not await asyncio.to_thread(holds):
            await asyncio.sleep(0.05)
    assert holds(), what


def steps_of(events: list[object], assignment: str) -> list[str]:
    return [
        event.step
        for event in events
        if isinstance(event, StepFired) and event.assignment == assignment and event.clock == "acknowledge"
    ]


def test_a_ladder_climbs_to_the_end_through_kills_at_any_moment(tmp_path: Path) -> None:
    asyncio.run(climb_through_kills(tmp_path))


def test_an_answer_given_while_the_server_is_dead_counts_once_it_is_back(tmp_path: Path) -> None:
    asyncio.run(answer_a_dead_server(tmp_path))


async def climb_through_kills(tmp_path: Path) -> None:
    clock = clock_at(SPEED)
    async with Simulators(SimulatorSettings(ledger=tmp_path / "phones.jsonl"), clock) as phones:
        town = Bureau(tmp_path, phones, clock)
        try:
            await asyncio.to_thread(town.serve)
            response = await asyncio.to_thread(town.activate)
            # the moments lie before, in and after the first sends, and on the steps that follow
            for moment in (0.0, 0.01, 0.03, 0.08, 0.2, 0.6, 1.1):
                await asyncio.sleep(moment)
                await asyncio.to_thread(town.kill)
                await asyncio.to_thread(town.serve)
            await until(lambda: steps_of(town.history(response), "verify.1")[-1:] == ["manual"], 60, town.log)
            await until(lambda: all_settled(town, response), 30, town.log)
        finally:
            town.kill()

        assert steps_of(town.history(response), "verify.1") == LADDER
        judge(town, response, phones)


async def answer_a_dead_server(tmp_path: Path) -> None:
    clock = clock_at(SPEED)
    async with Simulators(SimulatorSettings(ledger=tmp_path / "phones.jsonl"), clock) as phones:
        town = Bureau(tmp_path, phones, clock)
        phones.point_to(f"http://127.0.0.1:{town.port}/callbacks/{town.home.keys.callback_path}")
        try:
            await asyncio.to_thread(town.serve)
            response = await asyncio.to_thread(town.activate)
            await until(lambda: any(one.channel == "sms" for one in phones.ledger.all()), 20, town.log)
            await asyncio.to_thread(town.kill)
            answering = asyncio.create_task(answer_until_taken(phones))
            await asyncio.to_thread(town.serve)
            await asyncio.wait_for(answering, 30)
            await until(lambda: any(isinstance(event, TaskAcknowledged) for event in town.history(response)), 20, town.log)
            await asyncio.sleep(clock.until(clock.now() + timedelta(minutes=25)).total_seconds())
        finally:
            town.kill()

        history = town.history(response)
        answered = next(number for number, event in enumerate(history) if isinstance(event, TaskAcknowledged))
        assert sum(isinstance(event, TaskAcknowledged) for event in history) == 1
        assert steps_of(history[answered:], "verify.1") == []
        judge(town, response, phones)


async def answer_until_taken(phones: Simulators) -> None:
    message = next(one for one in phones.ledger.all() if one.channel == "sms")
    while not await phones.reply("sms", message.address, "收到"):
        await asyncio.sleep(0.2)


def all_settled(town: Bureau, response: str) -> bool:
    return not [each for each in town.deliveries(response) if each.state in (State.QUEUED, State.SENDING)]


def judge(town: Bureau, response: str, phones: Simulators) -> None:
    """The phones' own ledger decides: each accepted message came once; twice only where it is marked in doubt."""
    counts = phones.ledger.counts()
    sent = [each for each in town.deliveries(response) if each.channel in ("sms", "wechat")]
    # who answered another message may never have got this one; then it says that it is in doubt
    is_sure = {each.id: not (each.state is State.ANSWERED and each.in_doubt) for each in sent}
    lost = [each.id for each in sent if each.state in ON_A_PHONE and counts.get(each.id, 0) == 0 and is_sure[each.id]]
    twice = [each.id for each in sent if counts.get(each.id, 0) > 1 and not each.in_doubt]
    silent = [each.id for each in sent if each.state is State.UNKNOWN and not each.in_doubt]
    assert (lost, twice, silent) == ([], [], [])
    assert sent
