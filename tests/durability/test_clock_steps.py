"""The clock of the machine is set back or forward by an hour amid a ladder: nothing fires twice, and nothing is lost."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from flows.model.commands import Acknowledge, OpenResponse
from flows.model.events import StepFired
from flows.testing.night import LIFE_SAFETY, minutes, small_duty, small_plan, task
from notifications.states import State
from plans.model import Level
from tests.durability.town import ON_A_PHONE, Killer, Town

HOUR = timedelta(hours=1)
WHOLE_LADDER = [rung.name for rung in LIFE_SAFETY.rungs]


@pytest.fixture
def town(new_folder: Callable[[], Path]) -> Town:
    town = Town(new_folder(), small_plan([task("patrol", "patrol")]), small_duty(), Killer())
    town.open(OpenResponse(by="zhao", approved_by="sun", incident="渭河洪水", level=Level.III))
    return town


def rungs(town: Town) -> list[str]:
    return [each.event.step for each in town.entries if isinstance(each.event, StepFired) and each.event.clock == "acknowledge"]


@pytest.mark.parametrize(
    "steps", [(-HOUR,), (HOUR,), (-HOUR, HOUR), (HOUR, -HOUR)], ids=["back", "forward", "back and forth", "to and fro"]
)
@pytest.mark.parametrize("is_restarted", [False, True], ids=["running", "restarted"])
def test_every_rung_is_climbed_once_and_everybody_is_told(town: Town, steps: tuple[timedelta, ...], is_restarted: bool) -> None:
    town.forward(minutes(3))
    for step in steps:
        town.clock.forward(step)
        if is_restarted:
            town.restart()
        town.forward(minutes(3))

    town.forward(minutes(90))

    assert rungs(town) == WHOLE_LADDER
    assert {view.state for view in town.messages if view.channel != "voice"} <= ON_A_PHONE
    assert all(town.providers[view.channel].on_phones[view.id] == 1 for view in town.messages if view.state is State.ACCEPTED)
    town.end()


def test_record_shows_when_each_entry_was_written_by_the_clock_of_that_moment(town: Town) -> None:
    town.forward(minutes(3))
    before = len(town.entries)
    town.clock.forward(-HOUR)
    set_to = town.clock.now()

    town.submit(Acknowledge(by="wang", assignment="patrol.1"))

    written = [entry.recorded_at for entry in town.entries]
    assert set_to == written[before] < max(written[:before])
    assert town.head.state.assignments["patrol.1"].acknowledged
    town.end()
