"""Spot checks (抽查): rounds at moments that nobody can foresee, and that anybody can check afterwards."""

from datetime import timedelta
from itertools import pairwise
from pathlib import Path

from flows.model.events import TaskOpened
from flows.model.state import fold
from flows.testing.night import Night, minutes, only, small_duty, small_plan, task
from plans.model import Level

HOURS = timedelta(hours=1)
CHECK = task("check", "office", every=dict.fromkeys(Level, 6 * HOURS), earliest=dict.fromkeys(Level, 2 * HOURS))


def checks(folder: Path, incident: str, days: int = 3) -> list[timedelta]:
    """How long it was from one spot check to the next."""
    night = Night(folder, small_plan((CHECK,)), small_duty())
    night.activate(incident=incident)
    night.forward(timedelta(days=days))
    moments = [event.at for event in only(TaskOpened, night.history)]
    assert fold(night.history) == night.head.state
    return [after - before for before, after in pairwise(moments)]


def test_each_comes_between_the_earliest_and_the_longest_moment_and_no_two_alike(tmp_path: Path) -> None:
    gaps = checks(tmp_path, "国庆值守")

    assert len(gaps) >= 12
    assert all(2 * HOURS <= gap < 6 * HOURS for gap in gaps)
    assert len(set(gaps)) == len(gaps)
    assert max(gaps) - min(gaps) > HOURS


def test_another_response_is_checked_at_other_moments_and_the_same_one_at_the_same(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    (tmp_path / "three").mkdir()
    first = checks(tmp_path / "one", "国庆值守", 1)

    assert checks(tmp_path / "two", "国庆值守", 1) == first
    assert checks(tmp_path / "three", "中秋值守", 1) != first


def test_a_longer_interval_at_a_lower_level_moves_no_check_that_was_due_sooner(tmp_path: Path) -> None:
    quick = {Level.II: 3 * HOURS, Level.III: 6 * HOURS}
    night = Night(
        tmp_path, small_plan((task("check", "office", every=quick, earliest=dict.fromkeys(quick, HOURS)),)), small_duty()
    )
    night.activate(Level.II)
    night.forward(minutes(10))
    night.change_level(Level.III)
    night.forward(3 * HOURS)

    assert len(only(TaskOpened, night.history)) >= 2
