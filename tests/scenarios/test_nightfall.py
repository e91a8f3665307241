"""At night the wind lies low and heavy gas goes far: a circle is drawn again at sunset and at sunrise, and lamps are set up."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.model.events import TaskOpened
from flows.testing.night import Night, minutes, only, small_plan, task
from plans.model import Daylight, Plan

SUNSET = datetime(2026, 9, 4, 11, 14, 0, tzinfo=UTC)  # 19:14 in Baoji
NEAR = timedelta(minutes=2)


def gas_plan() -> Plan:
    circle = task("circle", "patrol", done=minutes(30), again=("night",))
    lamps = task("lamps", "patrol", done=minutes(30), when="night")
    return replace(small_plan([circle, lamps]), daylight=Daylight(34.36, 107.24))


@pytest.fixture
def night(tmp_path: Path) -> Night:
    night = Night(tmp_path, gas_plan())
    night.clock.forward(datetime(2026, 9, 4, 4, 0, tzinfo=UTC) - night.clock.now())
    night.activate()
    return night


def test_a_circle_is_drawn_again_at_sunset_and_at_sunrise(night: Night) -> None:
    night.complete("wang", "circle.1")

    opened = [each for each in only(TaskOpened, night.forward(minutes(19 * 60))) if each.task == "circle"]

    assert [(each.because, each.again) for each in opened] == [("night", "circle.1"), ("night", "circle.2")]
    assert abs(opened[0].at - SUNSET) < NEAR


def test_lamps_are_set_up_when_the_night_begins(night: Night) -> None:
    assert [each for each in only(TaskOpened, night.history) if each.task == "lamps"] == []

    opened = [each for each in only(TaskOpened, night.forward(minutes(9 * 60))) if each.task == "lamps"]

    assert len(opened) == 1
    assert abs(opened[0].at - SUNSET) < NEAR
