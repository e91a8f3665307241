"""The real thing comes first: it ends a drill of the same people at once, and no drill begins beside it."""

from pathlib import Path

import pytest

from flows.errors import PeopleNeededError, WrongStateError
from flows.model.commands import EndDrill, RecordEndedDrills
from flows.model.events import ENGINE, Closed, DrillsEnded, StoodDown, TaskOpened, both
from flows.model.state import Status, TaskStatus
from flows.running.drilling import LEFT_TO_ITS_DOOR, end_drills_in_the_way, end_drills_left
from flows.running.engine import Turn
from flows.testing.night import Night, duty_of, only, person, small_plan, steps, task
from plans.model import Phase


def real(night: Night, key: str = "") -> Turn:
    """As a door activates."""
    return end_drills_in_the_way(night.engine, night.activate(key=key))


def test_drill_that_is_cut_off_calls_nobody_for_recovery(tmp_path: Path) -> None:
    tasks = [task("verify", "duty_officer"), task("review", "town", phase=Phase.RECOVERY)]
    night = Night(tmp_path, small_plan(tasks))
    drill = night.drill().response

    real(night)

    night.response = drill
    assert night.head.state.status is Status.CLOSED
    assert [event.task for event in only(TaskOpened, night.history)] == ["verify"]
    assert night.task("verify.1").status is TaskStatus.WITHDRAWN
    assert {each.person for each in night.messages} == {"zhao"}


def test_drill_in_its_recovery_is_cut_off_too(tmp_path: Path) -> None:
    night = Night(tmp_path, small_plan([task("verify", "duty_officer"), task("review", "duty_officer", phase=Phase.RECOVERY)]))
    drill = night.drill().response
    night.stand_down(approved_by="")

    real(night)

    assert night.engine.head(drill).state.status is Status.CLOSED


def test_both_journals_say_what_happened(night: Night) -> None:
    drill = night.drill().response

    opened = real(night)

    assert [event.drills for event in only(DrillsEnded, night.history)] == [(drill,)]
    assert opened.events[-1] == night.history[-1]
    night.response = drill
    (stood_down,) = only(StoodDown, night.history)
    assert f"the real response {opened.response} needs the same people" in both(stood_down.reason).en
    assert stood_down.by == ENGINE
    assert only(Closed, night.history)


def test_drill_that_a_crash_has_left_beside_the_real_thing_is_ended_once_and_said_once(night: Night) -> None:
    drill = night.drill().response
    response = night.activate().response
    night.clock.forward(LEFT_TO_ITS_DOOR)

    end_drills_left(night.engine)
    end_drills_left(night.engine)

    assert night.engine.head(drill).state.status is Status.CLOSED
    assert [event.drills for event in only(DrillsEnded, night.history)] == [(drill,)]
    assert night.response == response


def test_drill_whose_end_was_only_written_down_is_ended_and_not_said_again(night: Night) -> None:
    drill = night.drill().response
    night.activate()
    night.submit(RecordEndedDrills(by=ENGINE, drills=(drill,)))
    night.clock.forward(LEFT_TO_ITS_DOOR)

    end_drills_left(night.engine)

    assert night.engine.head(drill).state.status is Status.CLOSED
    assert [event.drills for event in only(DrillsEnded, night.history)] == [(drill,)]


def test_drill_is_left_to_whoever_has_just_activated_the_real_thing(night: Night) -> None:
    drill = night.drill().response
    night.activate()

    end_drills_left(night.engine)

    assert night.engine.head(drill).state.status is Status.OPEN


def test_activating_again_with_the_same_key_ends_what_a_crash_has_left(night: Night) -> None:
    drill = night.drill().response
    night.activate(key="door-1")  # and here the power failed

    again = real(night, key="door-1")

    assert [event.drills for event in only(DrillsEnded, again.events)] == [(drill,)]
    assert real(night, key="door-1").events == ()


def test_drill_of_other_people_goes_on(night: Night) -> None:
    drill = night.drill().response  # of zhao
    night.plans.plan = small_plan([task("patrol", "patrol")])  # of wang

    opened = real(night)

    assert only(DrillsEnded, opened.events) == []
    assert night.engine.head(drill).state.status is Status.OPEN


def test_real_response_is_never_ended_as_a_drill(night: Night) -> None:
    night.activate()

    with pytest.raises(WrongStateError, match="stand it down and close it"):
        night.submit(EndDrill(by=ENGINE, reason="people are needed"))


def test_drill_does_not_begin_while_a_real_response_needs_its_people(night: Night) -> None:
    response = night.activate().response

    with pytest.raises(PeopleNeededError) as refused:
        night.drill()

    assert str(refused.value) == (
        f"the drill of plan 'small' was not begun: the real response {response} (渭河洪水) needs the same people (Zhao); "
        "wait until it is closed, then begin the drill"
    )


def test_drill_begins_once_the_real_response_is_closed(night: Night) -> None:
    night.activate()
    night.stand_down()
    night.close("all is done")

    assert steps(night.drill().events) == [("call", ("zhao",))]


def test_drill_of_people_whom_no_real_response_needs_begins(night: Night) -> None:
    night.activate()
    night.duty = duty_of([person("ma"), person("zhao")], duty_officer="ma")

    assert steps(night.drill().events) == [("call", ("ma",))]
