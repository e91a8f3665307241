"""The two-person rule: a valve is closed once another person has confirmed it; otherwise it goes back with the reason."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from flows.confirmation_errors import NotAConfirmationError, SamePersonError
from flows.errors import ReasonRequiredError
from flows.model.commands import Reassign, RecordDecision, SendBack
from flows.model.events import DeadlineMissed, StepFired, TaskOpened, TaskWithdrawn
from flows.model.state import TaskStatus
from flows.running.engine import Turn
from flows.testing.night import Night, minutes, only, opened, small_duty, small_plan, task
from plans.model import Level, Plan

CLOSE = task("close_valve", "patrol")
CONFIRM = task("confirm_valve", "duty_officer", confirms="close_valve", after=("close_valve",), late="late", done=minutes(10))
OPEN_ROAD = task("open_road", "town", after=("close_valve",))


def valves(*more: object, **changed: object) -> Plan:
    return small_plan((replace(CLOSE, **changed), CONFIRM, OPEN_ROAD))  # type: ignore[arg-type]  # the fields are the caller's


@pytest.fixture
def night(tmp_path: Path) -> Night:
    night = Night(tmp_path, valves(), small_duty())
    night.activate(Level.III)
    return night


def send_back(night: Night, by: str = "zhao", reason: str = "阀门仍在漏") -> Turn:
    return night.submit(SendBack(by=by, assignment="confirm_valve.1", reason=reason))


def doer(night: Night, name: str = "close_valve.1") -> str:
    return night.head.state.assignments[name].assignees[0]


def status(night: Night, name: str) -> TaskStatus:
    return night.head.state.assignments[name].status


def test_what_comes_after_waits_for_the_second_person(night: Night) -> None:
    done = night.complete(doer(night), "close_valve.1")
    assert opened(done.events) == ["confirm_valve.1"]

    confirmed = night.complete("zhao", "confirm_valve.1")

    assert opened(confirmed.events) == ["open_road.1"]


def test_the_confirmation_has_a_clock_and_a_ladder_of_its_own(night: Night) -> None:
    night.complete(doer(night), "close_valve.1")

    late = night.forward(minutes(25))

    assert ("confirm_valve.1", "done") in [(each.assignment, each.clock) for each in only(DeadlineMissed, late)]
    assert [each.step for each in only(StepFired, late) if each.clock == "acknowledge"]


def test_an_unconfirmed_task_goes_back_to_whoever_did_it_with_the_reason(night: Night) -> None:
    who = doer(night)
    night.complete(who, "close_valve.1")

    back = send_back(night)

    assert only(TaskWithdrawn, back.events)[0].sent_back == "close_valve.1"
    again = only(TaskOpened, back.events)[0]
    assert (again.assignment, again.because, again.assignees, again.reason) == (
        "close_valve.2",
        "confirm_valve.1",
        (who,),
        "阀门仍在漏",
    )
    assert (status(night, "confirm_valve.1"), status(night, "close_valve.2")) == (TaskStatus.WITHDRAWN, TaskStatus.CALLED)
    assert send_back(night).events == ()


def test_what_was_sent_back_is_confirmed_again_before_anything_follows(night: Night) -> None:
    night.complete(doer(night), "close_valve.1")
    send_back(night)

    assert opened(night.complete(doer(night, "close_valve.2"), "close_valve.2").events) == ["confirm_valve.2"]
    assert opened(night.complete("zhao", "confirm_valve.2").events) == ["open_road.1"]


def test_whoever_did_it_is_not_asked_to_confirm_it_and_cannot(tmp_path: Path) -> None:
    night = Night(tmp_path, valves(role="duty_officer"), small_duty())
    night.activate(Level.III)

    done = night.complete("zhao", "close_valve.1")

    assert "zhao" not in only(TaskOpened, done.events)[0].assignees
    night.forward(minutes(30))
    assert "zhao" not in night.head.state.assignments["confirm_valve.1"].told
    for command in (
        Reassign(by="sun", assignment="confirm_valve.1", to=("zhao",), reason="nobody else"),
        RecordDecision(by="zhao", assignment="confirm_valve.1", decision="skip", reason="nobody else"),
    ):
        with pytest.raises(SamePersonError, match="close_valve"):
            night.submit(command)


def test_sending_back_takes_a_reason_and_a_confirmation(night: Night) -> None:
    night.complete(doer(night), "close_valve.1")

    with pytest.raises(ReasonRequiredError):
        send_back(night, reason=" ")
    with pytest.raises(NotAConfirmationError, match="confirm_valve"):
        night.submit(SendBack(by=doer(night), assignment="close_valve.1", reason="no"))


def test_each_round_is_confirmed_anew(tmp_path: Path) -> None:
    night = Night(tmp_path, valves(every={Level.III: timedelta(hours=2)}), small_duty())
    night.activate(Level.III)
    night.complete(doer(night), "close_valve.1")
    night.complete("zhao", "confirm_valve.1")
    night.forward(timedelta(hours=2))

    assert opened(night.complete(doer(night, "close_valve.2"), "close_valve.2").events) == ["confirm_valve.2"]
    assert status(night, "open_road.1") is not TaskStatus.WITHDRAWN
