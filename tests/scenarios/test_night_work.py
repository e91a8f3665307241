"""Clearing a road under a slope nobody can see: it stands still from sunset to sunrise, unless the headquarters allow it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.errors import NotAuthorisedError, ReasonRequiredError, WrongStateError
from flows.model.commands import RecordFact, ResumeTask, SuspendTask
from flows.model.events import DaylightNoted, DeadlineMissed, StepFired, TaskResumed, TaskSuspended
from flows.testing.night import Night, minutes, only, small_plan, task, text
from plans.model import Daylight, Fact, FactType, Plan

SUNSET = datetime(2026, 9, 4, 11, 14, 0, tzinfo=UTC)  # 19:14 in Baoji
SUNRISE = datetime(2026, 9, 4, 22, 27, 0, tzinfo=UTC)  # 06:27 the next morning
NEAR = timedelta(minutes=2)


def road_plan() -> Plan:
    clearing = task("clear", "patrol", done=minutes(480), pause="night && !night_work", late="late", life_safety=False)
    plan = small_plan([clearing])
    night_work = Fact("night_work", text("night work"), FactType.BOOLEAN, default=False)
    return replace(plan, facts={**plan.facts, "night_work": night_work}, daylight=Daylight(34.36, 107.24))


@pytest.fixture
def night(tmp_path: Path) -> Night:
    return Night(tmp_path, road_plan())


def at_noon(night: Night) -> None:
    """The slope came down at 12:00, in daylight."""
    night.clock.forward(datetime(2026, 9, 4, 4, 0, tzinfo=UTC) - night.clock.now())
    night.activate()


def test_clearing_stops_at_sunset_and_its_people_are_told_to_stop(night: Night) -> None:
    at_noon(night)
    night.acknowledge("wang", "clear.1")

    events = night.forward(minutes(9 * 60))

    suspended = only(TaskSuspended, events)
    assert [(each.assignment, each.cause, each.by) for each in suspended] == [("clear.1", "pause", "engine")]
    assert abs(suspended[0].at - SUNSET) < NEAR
    assert [told.person for told in suspended[0].told] == ["wang"]
    assert ("wang", "sms") in {(each.person, each.channel) for each in night.messages if each.step.startswith("task_suspended")}
    assert not only(DeadlineMissed, events)


def test_clearing_goes_on_at_sunrise_and_its_limit_has_moved_by_the_night(night: Night) -> None:
    at_noon(night)
    night.acknowledge("wang", "clear.1")
    limit = night.task("clear.1").done_by

    events = night.forward(minutes(19 * 60))

    (resumed,) = only(TaskResumed, events)
    assert abs(resumed.at - SUNRISE) < NEAR
    assert night.task("clear.1").done_by == limit + resumed.stood_still
    assert not only(DeadlineMissed, night.history)
    # of its eight hours all but 46 minutes were before sunset
    late = only(DeadlineMissed, night.forward(minutes(120)))
    assert [each.due for each in late] == [limit + resumed.stood_still]


def test_a_task_that_opens_in_the_night_calls_nobody_before_sunrise(night: Night) -> None:
    night.activate()  # at 02:00

    assert only(StepFired, night.history) == []
    assert night.task("clear.1").is_suspended

    events = night.forward(minutes(5 * 60))
    (resumed,) = only(TaskResumed, events)
    (first, *_) = only(StepFired, events)
    assert (first.step, first.at) == ("call", resumed.at)


def test_night_work_that_is_allowed_goes_on_through_the_night(night: Night) -> None:
    at_noon(night)
    night.acknowledge("wang", "clear.1")
    night.submit(RecordFact(by="zhao", name="night_work", value=True))

    events = night.forward(minutes(20 * 60))

    assert only(TaskSuspended, events) == []
    assert [each.night for each in only(DaylightNoted, events)] == [True, False]
    assert [each.due for each in only(DeadlineMissed, events)] == [night.task("clear.1").done_by]


def test_night_work_allowed_at_midnight_resumes_at_once(night: Night) -> None:
    at_noon(night)
    night.acknowledge("wang", "clear.1")
    night.forward(minutes(12 * 60))

    turn = night.submit(RecordFact(by="zhao", name="night_work", value=True))

    assert [each.assignment for each in only(TaskResumed, turn.events)] == ["clear.1"]


def test_a_restart_in_the_night_changes_nothing(night: Night) -> None:
    at_noon(night)
    night.acknowledge("wang", "clear.1")
    night.forward(minutes(9 * 60))
    night.restart()

    events = night.forward(minutes(10 * 60))

    assert len(only(TaskResumed, events)) == 1


def test_the_plans_pause_is_not_a_persons_to_lift(night: Night) -> None:
    at_noon(night)
    night.acknowledge("wang", "clear.1")
    night.forward(minutes(9 * 60))

    with pytest.raises(WrongStateError, match="night && !night_work"):
        night.submit(ResumeTask(by="zhao", assignment="clear.1", reason="we have lamps"))


def suspended_by_hand(night: Night) -> Night:
    at_noon(night)
    night.acknowledge("wang", "clear.1")
    night.submit(SuspendTask(by="zhao", assignment="clear.1", reason="cracks above"))
    return night


def test_an_order_stops_the_clocks_until_a_person_lifts_it(night: Night) -> None:
    suspended_by_hand(night)
    limit = night.task("clear.1").done_by

    night.forward(minutes(100))
    turn = night.submit(ResumeTask(by="zhao", assignment="clear.1", reason="quiet"))

    assert only(TaskResumed, turn.events)[0].stood_still == minutes(100)
    assert night.task("clear.1").done_by == limit + minutes(100)


def test_an_order_outlives_the_sunrise(night: Night) -> None:
    suspended_by_hand(night)

    events = night.forward(minutes(20 * 60))

    assert [each.stood_still for each in only(TaskResumed, events)] == [timedelta(0)]
    assert night.task("clear.1").is_suspended
    assert night.submit(ResumeTask(by="zhao", assignment="clear.1", reason="quiet")).events
    assert not night.task("clear.1").is_suspended


def test_said_twice_nothing_changes(night: Night) -> None:
    suspended_by_hand(night)

    assert night.submit(SuspendTask(by="zhao", assignment="clear.1", reason="cracks above")).events == ()
    assert night.submit(ResumeTask(by="zhao", assignment="clear.1", reason="quiet")).events
    assert night.submit(ResumeTask(by="zhao", assignment="clear.1", reason="quiet")).events == ()


def test_stopping_takes_a_reason_and_somebody_in_charge(night: Night) -> None:
    at_noon(night)

    with pytest.raises(ReasonRequiredError):
        night.submit(SuspendTask(by="zhao", assignment="clear.1", reason=" "))
    with pytest.raises(NotAuthorisedError):
        night.submit(SuspendTask(by="wu", assignment="clear.1", reason="cracks above"))


def test_a_suspended_call_does_not_climb(night: Night) -> None:
    at_noon(night)
    night.submit(SuspendTask(by="zhao", assignment="clear.1", reason="cracks above"))

    assert only(StepFired, night.forward(minutes(60))) == []

    night.submit(ResumeTask(by="zhao", assignment="clear.1", reason="quiet"))
    climbed = only(StepFired, night.forward(minutes(2)))
    assert [(each.step, each.epoch) for each in climbed] == [("again", 2)]
