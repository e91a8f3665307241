"""Any plan, whatever people do, killed at any moments: the end is the one that it would have had without."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from flows.model.commands import Opening
from flows.testing.night import minutes
from plans.model import Plan
from tests.durability.searching import by_chance
from tests.durability.town import Killer, Town, judge
from tests.flows.test_any_plan import DUTY, Node, On, Step, Wait, checked, found, openings, paths, written_plans

NewFolder = Callable[[], Path]


@dataclass(frozen=True)
class Answer:
    """Somebody who has an SMS in hand writes back."""

    place: int
    text: str


@dataclass(frozen=True)
class Receipts:
    """The carriers report."""


beside = st.builds(Answer, st.integers(0, 20), st.sampled_from(["1", "1", "2", "收到", "what?"])) | st.builds(Receipts)
walks = st.tuples(paths, st.lists(st.tuples(st.integers(0, 30), beside), max_size=6)).map(
    lambda both: woven(both[0][:14], both[1])
)
kills = st.lists(st.integers(1, 60), min_size=1, max_size=12)


def woven(path: list[Step], more: list[tuple[int, Answer | Receipts]]) -> list[Step | Answer | Receipts]:
    whole: list[Step | Answer | Receipts] = list(path)
    for place, each in more:
        whole.insert(place % (len(whole) + 1), each)
    return whole


def take(town: Town, step: Step | Answer | Receipts) -> None:
    match step:
        case Wait(minutes=0, clocks=count):
            town.forward_clocks(count)
        case Wait(minutes=later):
            town.forward(minutes(later))
        case Answer(place, text):
            town.answer(place, text)
        case Receipts():
            town.carry_receipts()
        case On():
            if command := found(town.head.state, step):
                town.submit(command)
        case _:
            town.submit(step)


def walked(folder: Path, plan: Plan, opening: Opening, path: list[Step | Answer | Receipts], killer: Killer) -> Town:
    town = Town(folder, plan, DUTY, killer)
    town.open(opening)
    for step in path:
        take(town, step)
    town.carry_receipts()
    return town


@by_chance(few=4, many=150)
@given(written=written_plans(), opening=openings, path=walks, schedules=st.lists(kills, min_size=1, max_size=5))
def test_whenever_it_is_killed_it_ends_as_without(
    new_folder: NewFolder, written: Node, opening: Opening, path: list[Step | Answer | Receipts], schedules: list[list[int]]
) -> None:
    plan = checked(written)

    steady = walked(new_folder(), plan, opening, path, Killer())
    for schedule in schedules:
        shaken = walked(new_folder(), plan, opening, path, Killer(schedule))
        judge(shaken, steady)
        shaken.end()
    steady.end()


@by_chance(few=4, many=80)
@given(written=written_plans(), opening=openings, path=walks)
def test_a_restart_after_every_step_changes_nothing(
    new_folder: NewFolder, written: Node, opening: Opening, path: list[Step | Answer | Receipts]
) -> None:
    plan = checked(written)

    steady = walked(new_folder(), plan, opening, path, Killer())
    shaken = Town(new_folder(), plan, DUTY, Killer())
    shaken.open(opening)
    for step in path:
        shaken.restart()
        take(shaken, step)
    shaken.restart()
    shaken.carry_receipts()

    judge(shaken, steady)
    assert shaken.head.state == steady.head.state
    for town in (steady, shaken):
        town.end()
