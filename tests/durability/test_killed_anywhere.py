"""Killed at every commit, send and receipt of a whole night, it ends as if nothing had been: only what is in doubt says so."""

from collections.abc import Callable
from pathlib import Path

import pytest

from flows.model.commands import Acknowledge, ChangeLevel, Close, Complete, Decline, OpenDrill, OpenResponse, StandDown
from flows.testing.night import minutes, small_duty, small_plan, task
from plans.model import Level
from store.faults import Point
from tests.durability.searching import is_chaos
from tests.durability.town import Killer, Town, judge

PLAN = small_plan(
    [
        task("verify", "duty_officer"),
        task("patrol", "patrol", after=("verify",), every={Level.III: minutes(60), Level.II: minutes(30)}, late="late"),
        task("evacuate", "town", levels=frozenset({Level.I, Level.II})),
        task("review", "office"),
    ]
)


def night(folder: Path, killer: Killer) -> Town:
    """A drill that is ended by the real thing, answers by SMS and at the desk, a ladder, a level, receipts, and the end."""
    town = Town(folder, PLAN, small_duty(), killer)
    town.open(OpenDrill(by="zhao", incident="演练", level=Level.III))
    town.open(OpenResponse(by="zhao", approved_by="sun", incident="渭河洪水", level=Level.III))
    town.carry_receipts()
    town.answer(0, "1")
    town.forward(minutes(6))
    town.submit(Complete(by="zhao", assignment="verify.1", reason="seen"))
    town.answer(0, "2")
    town.submit(Decline(by="wang", assignment="patrol.1", reason="the road is cut"))
    town.forward(minutes(3))
    town.submit(Acknowledge(by="li", assignment="patrol.1"))
    town.submit(ChangeLevel(by="zhao", level=Level.II, reason="the water rises", approved_by="sun"))
    town.carry_receipts()
    town.forward(minutes(40))
    town.submit(StandDown(by="zhao", reason="the water has fallen", approved_by="sun"))
    town.submit(Close(by="zhao", reason="nothing is left to do"))
    return town


@pytest.mark.parametrize("point", Point)
def test_a_night_with_a_kill_at_each_point_ends_as_the_one_without(point: Point, new_folder: Callable[[], Path]) -> None:
    steady = night(new_folder(), Killer(only=point))
    hits = len(steady.killer.seen)
    assert hits, f"no night passes {point}: tell a story in which it is passed"
    assert steady.lives == 1

    every = 1 if is_chaos() else max(hits // 3, 1)
    for hit in range(1, hits + 1, every):
        shaken = night(new_folder(), Killer([hit], point))
        assert shaken.lives == 2
        judge(shaken, steady)
        shaken.end()
    steady.end()
