"""Tasks that survive the end of the response, and what comes after them."""

from pathlib import Path

from flows.model.state import TaskStatus
from flows.testing.night import Night, minutes, opened, small_duty, small_plan, task
from plans.model import OnEnd

GUARD = task("guard", "patrol", on_end=OnEnd.KEEP)
LIFT = task("lift", "town", after=("guard",), on_end=OnEnd.KEEP)
THANK = task("thank", "office", after=("lift",), on_end=OnEnd.KEEP)
COUNT = task("count", "office", after=("guard",))
SEEN = task("seen", "duty_officer", on_end=OnEnd.KEEP)
NEVER = task("never", "office", after=("seen", "count"), on_end=OnEnd.KEEP)


def ended(folder: Path) -> Night:
    night = Night(folder, small_plan((GUARD, LIFT, THANK, COUNT, SEEN, NEVER)), small_duty())
    night.activate()
    night.complete("zhao", "seen.1")
    night.forward(minutes(1))
    night.stand_down()
    return night


def test_what_comes_after_a_kept_task_opens_after_the_end_if_it_is_kept_too(tmp_path: Path) -> None:
    night = ended(tmp_path)
    who = night.task("guard.1").assignees[0]

    assert opened(night.complete(who, "guard.1").events) == ["lift.1"]
    assert opened(night.complete(night.task("lift.1").assignees[0], "lift.1").events) == ["thank.1"]


def test_the_end_itself_opens_nothing_that_had_only_waited_for_what_it_ends(tmp_path: Path) -> None:
    night = ended(tmp_path)

    assert "never.1" not in night.head.state.assignments
    assert opened(night.forward(minutes(60))) == []


def test_what_was_done_when_the_response_ended_may_be_entered_later(tmp_path: Path) -> None:
    night = ended(tmp_path)
    night.forward(minutes(10))
    night.restart()

    assert night.task("guard.1").status is TaskStatus.CALLED
    assert opened(night.complete(night.task("guard.1").assignees[0], "guard.1").events) == ["lift.1"]
