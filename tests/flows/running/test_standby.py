"""Standby drives what no flow run drives, and leaves alone what one does, unless its clocks stand still."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from flows.model.events import StepFired
from flows.running.engine import attach_flow_run
from flows.running.standby import GRACE, LONGEST_WAIT, Standby
from flows.testing.night import Night, minutes, only, small_plan, task
from store.clock import RealClock, ScaledClock
from store.database import Database
from store.wakeups import Wakeups

pytestmark = pytest.mark.usefixtures("each_database")


@pytest.fixture
def night(tmp_path: Path) -> Iterator[Night]:
    night = Night(tmp_path, small_plan([task("patrol", "patrol")]))
    night.activate()
    yield night
    night.database.close()


class Unwatched(Wakeups):
    """For stories that ask `fire_due` themselves."""

    def __init__(self, database: Database) -> None:
        self.database = database


def standby(night: Night) -> Standby:
    return Standby(night.engine, Unwatched(night.database))


def attach(night: Night) -> None:
    with night.database.write() as connection:
        attach_flow_run(connection, night.response, "run-1")


def fired(night: Night) -> list[str]:
    return [event.step for event in only(StepFired, night.history)]


def test_response_without_a_flow_run_is_driven_at_once(night: Night) -> None:
    night.clock.forward(minutes(2))

    standby(night).fire_due()

    assert fired(night) == ["call", "again"]


def test_response_with_a_flow_run_is_left_to_it(night: Night) -> None:
    attach(night)
    night.clock.forward(minutes(2) + GRACE)

    standby(night).fire_due()

    assert fired(night) == ["call"]


def test_response_whose_flow_run_stands_still_is_driven_after_the_grace(night: Night) -> None:
    attach(night)
    night.clock.forward(minutes(2) + GRACE + timedelta(milliseconds=1))

    standby(night).fire_due()

    assert fired(night) == ["call", "again"]


def test_one_response_in_trouble_stops_no_other(night: Night) -> None:
    with night.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM plan_version")  # its plan can no longer be read
    night.plans.plan = small_plan([task("town", "town")])
    night.restart()
    other = night.activate(incident="千河洪水").response
    night.clock.forward(minutes(2))

    standby(night).fire_due()

    night.response = other
    assert fired(night) == ["call", "again"]


def test_standby_waits_until_the_next_clock_but_never_long(night: Night) -> None:
    night.clock.forward(minutes(2) - timedelta(milliseconds=300))
    assert standby(night).fire_due() == timedelta(milliseconds=300)

    night.acknowledge("wang", "patrol.1")

    assert standby(night).fire_due() == LONGEST_WAIT


def test_standby_fires_every_step_when_its_time_comes(tmp_path: Path) -> None:
    night = Night(tmp_path, small_plan([task("patrol", "patrol")]))
    # five minutes take half a second
    night.clock = ScaledClock(RealClock().now(), 600)  # type: ignore[assignment]
    night.restart()
    night.activate()

    async def story() -> None:
        wakeups = Wakeups(night.database)
        driving = asyncio.ensure_future(Standby(night.engine, wakeups).run())
        async with asyncio.timeout(10):
            while "deputy" not in fired(night):
                await wakeups.wait(wakeups.next_change(), timedelta(seconds=1))
        driving.cancel()
        wakeups.stop()

    asyncio.run(story())

    late = [event.late for event in only(StepFired, night.history)]
    # under a quarter of a second of real time, on a busy machine
    assert max(late) < timedelta(seconds=150)
    night.database.close()
