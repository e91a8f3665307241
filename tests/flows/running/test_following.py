"""A follower hands out every act once, fires what is due, and ends with the response."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC
from pathlib import Path

import pytest

from flows.errors import UnknownNameError
from flows.model.commands import NoticeAlert
from flows.model.plan_move import MovePlan
from flows.running.acts import Act, Reach
from flows.running.following import EngineResponses
from flows.testing.night import Night, minutes, person, small_duty, small_plan, task
from notifications import outbox
from plans.model import Level
from store.clock import RealClock, ScaledClock

pytestmark = pytest.mark.usefixtures("each_database")


@pytest.fixture
def night(tmp_path: Path) -> Iterator[Night]:
    night = Night(tmp_path)
    yield night
    night.database.close()


class Follower:
    """Keeps what it was handed."""

    def __init__(self, night: Night, from_entry: int = 0) -> None:
        self.night, self.acts = night, list[Act]()
        self._heard = asyncio.Event()
        self.running = asyncio.ensure_future(EngineResponses(night.engine, str).follow(night.response, self._perform, from_entry))

    async def _perform(self, act: Act) -> None:
        self.acts.append(act)
        self._heard.set()

    async def has(self, count: int) -> list[str]:
        """The names of what was handed out, once there are so many."""
        async with asyncio.timeout(10):
            while len(self.acts) < count:
                self._heard.clear()
                await self._heard.wait()
        return [act.run_name for act in self.acts]

    async def stop(self) -> None:
        self.running.cancel()
        await asyncio.gather(self.running, return_exceptions=True)


def run(story: Callable[[], Awaitable[None]]) -> None:
    async def limited() -> None:
        async with asyncio.timeout(20):
            await story()

    asyncio.run(limited())


def test_follower_hands_out_what_was_decided_before_it_came(night: Night) -> None:
    night.activate(Level.II)

    async def story() -> None:
        follower = Follower(night)
        assert await follower.has(2) == ["assign · verify", "assign · evacuate"]
        await follower.stop()

    run(story)


def test_follower_hands_out_each_act_once_as_it_happens(night: Night) -> None:
    night.activate()

    async def story() -> None:
        follower = Follower(night)
        await follower.has(1)
        await asyncio.to_thread(night.complete, "zhao", "verify.1")
        await follower.has(3)
        await asyncio.to_thread(night.change_level, Level.II)
        names = await follower.has(5)
        assert names == ["assign · verify", "report · verify", "assign · patrol", "level · III → II", "assign · evacuate"]
        await follower.stop()

    run(story)


def test_follower_that_takes_over_begins_where_it_is_told(night: Night) -> None:
    night.activate()
    seen = night.head.version
    night.complete("zhao", "verify.1")

    async def story() -> None:
        follower = Follower(night, seen)
        assert await follower.has(2) == ["report · verify", "assign · patrol"]
        await follower.stop()

    run(story)


def test_follower_fires_what_came_due_while_nobody_looked(night: Night) -> None:
    night.activate()
    night.clock.forward(minutes(3))

    async def story() -> None:
        follower = Follower(night)
        assert await follower.has(2) == ["assign · verify", "assign · verify"]
        assert [act.step for act in follower.acts] == ["acknowledge/call", "acknowledge/again"]
        await follower.stop()

    run(story)


def test_follower_fires_each_step_when_its_time_comes(tmp_path: Path) -> None:
    night = Night(tmp_path, small_plan([task("patrol", "patrol")]))
    # two minutes take an eighth of a second
    night.clock = ScaledClock(RealClock().now().astimezone(UTC), 1000)  # type: ignore[assignment]
    night.restart()
    night.activate()

    async def story() -> None:
        follower = Follower(night)
        await follower.has(6)
        steps = [act.step.split("/")[1] for act in follower.acts]
        assert steps == ["call", "again", "deputy", "leader", "command", "manual"]
        assert [act.kind for act in follower.acts] == ["assign", "assign", *["escalate"] * 4]
        await follower.stop()

    run(story)
    night.database.close()


def test_follower_ends_when_the_response_closes(night: Night) -> None:
    night.activate()
    night.complete("zhao", "verify.1")

    async def story() -> None:
        follower = Follower(night)
        await follower.has(3)
        await asyncio.to_thread(night.stand_down)
        await asyncio.to_thread(night.close, "enough")
        ending = await follower.running
        assert (ending.response, ending.entries) == (night.response, night.head.version)
        assert ending.summary == "1 of 3 tasks done"
        assert follower.acts[-1].title == "归档"

    run(story)


def test_slow_act_holds_up_no_clock(night: Night) -> None:
    night.activate()
    handed: list[str] = []

    async def story() -> None:
        gateway, second = asyncio.Event(), asyncio.Event()

        async def perform(act: Act) -> None:
            handed.append(act.step)
            if len(handed) == 1:
                await gateway.wait()
            else:
                second.set()

        follower = asyncio.ensure_future(EngineResponses(night.engine, str).follow(night.response, perform, 0))
        while not handed:
            await asyncio.sleep(0)
        night.clock.forward(minutes(2))
        await asyncio.to_thread(night.engine.tick, night.response)
        await second.wait()
        assert handed == ["acknowledge/call", "acknowledge/again"]
        gateway.set()
        follower.cancel()
        await asyncio.gather(follower, return_exceptions=True)

    run(story)


def test_follower_of_a_response_that_is_not_there_says_so(night: Night) -> None:
    night.response = "R-1"

    async def story() -> None:
        with pytest.raises(UnknownNameError, match="there is no response 'R-1'"):
            await Follower(night).running

    run(story)


def test_act_shows_how_far_its_calls_have_come(tmp_path: Path) -> None:
    duty = small_duty()
    unreachable = person("wang", sms="", wechat="", voice="")
    night = Night(tmp_path, small_plan([task("patrol", "patrol"), task("town", "town")]))
    night.duty = type(duty)({**duty.people, "wang": unreachable}, duty.shifts)
    night.activate()
    responses = EngineResponses(night.engine, str)
    acts = {
        each.assignment: Act("assign", "", each.assignment, 1, (each.person,), each.step, each.epoch) for each in night.messages
    }

    (to_wang,), (to_wu,) = (responses.deliveries(night.response, acts[name]) for name in ("patrol.1", "town.1"))

    assert (to_wang.reach, to_wu.reach) == (Reach.FAILED, Reach.WAITING)
    assert "has no address for wechat, sms" in to_wang.detail
    with night.database.write() as connection:
        outbox.withdraw(connection, night.response, night.clock.now())
    assert responses.deliveries(night.response, acts["town.1"])[0].reach is Reach.WITHDRAWN
    night.database.close()


def test_alert_news_is_an_act_whose_calls_can_be_found(night: Night) -> None:
    night.activate()
    night.submit(NoticeAlert(by="zhao", news="changed", text="the warning is extended"))

    async def story() -> None:
        follower = Follower(night)
        await follower.has(2)
        act = follower.acts[1]
        assert [each.person for each in EngineResponses(night.engine, str).deliveries(night.response, act)] == ["zhao"]
        assert EngineResponses(night.engine, str).deliveries(night.response, act)[0].reach is Reach.WAITING
        await follower.stop()

    run(story)


def test_open_responses_wait_for_prefect_until_they_close(night: Night) -> None:
    responses = EngineResponses(night.engine, str)
    drill = night.drill().response
    first = night.activate().response
    responses.attach(first, "run-1")

    assert {(each.response, each.flow_run) for each in responses.waiting_for_prefect()} == {(first, "run-1"), (drill, None)}
    night.stand_down()
    night.close("enough")

    assert [each.response for each in responses.waiting_for_prefect()] == [drill]


def test_attaching_changes_no_entry(night: Night) -> None:
    night.activate()
    before = night.head.version

    EngineResponses(night.engine, str).attach(night.response, "run-1")

    assert (night.head.version, night.head.flow_run) == (before, "run-1")


def test_follower_goes_on_under_the_version_that_the_response_was_moved_to(night: Night) -> None:
    night.activate()
    after = small_plan([task("verify", "duty_officer"), task("warn", "town")], version="2")

    async def story() -> None:
        follower = Follower(night)
        await follower.has(1)
        night.engine.move(night.response, after, MovePlan(by="zhao", reason="new annex"))
        assert await follower.has(3) == ["assign · verify", "level · 换用预案 2", "assign · warn"]
        await follower.stop()

    run(story)
