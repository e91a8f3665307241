"""What happens to a task that nobody answers."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from flows.errors import ReasonRequiredError
from flows.model.events import DeadlineMissed, LadderAdvanced, StepFired, StepPassed, both
from flows.model.state import TaskStatus
from flows.testing.night import START, Night, duty_of, minutes, only, person, small_duty, small_plan, steps, task
from notifications.states import State
from plans.model import Text


def test_first_wave_leaves_with_the_opening(night: Night) -> None:
    night.activate()

    assert sorted(night.told("verify.1")) == [("call", "zhao", "sms"), ("call", "zhao", "wechat")]
    assert {message.state for message in night.messages} == {State.QUEUED}


def test_leader_hears_eight_minutes_after_nobody_answered(patrol: Night) -> None:
    patrol.activate()

    before, then = patrol.forward(minutes(7.9)), patrol.forward(minutes(0.1))

    assert "qian" not in [who for _, people in steps(before) for who in people]
    assert steps(then) == [("leader", ("qian",))]


def test_unanswered_task_climbs_to_a_manual_decision(patrol: Night) -> None:
    patrol.activate()

    climbed = patrol.forward(minutes(29))

    assert [(event.at - START, event.step, [told.person for told in event.told]) for event in only(StepFired, climbed)] == [
        (minutes(2), "again", ["wang"]),
        (minutes(5), "deputy", ["li"]),
        (minutes(8), "leader", ["qian"]),
        (minutes(15), "command", ["sun"]),
        (minutes(20), "manual", ["zhao"]),
    ]
    assert patrol.task("patrol.1").awaits_decision
    channels = {channel for step, _, channel in patrol.told("patrol.1") if step == "again"}
    assert channels == {"wechat", "sms", "voice"}


def test_limit_is_recorded_before_the_step_that_it_causes(night: Night) -> None:
    night.activate()

    events = [event for event in night.forward(minutes(5)) if event.at == START + minutes(5)]

    assert isinstance(events[0], DeadlineMissed)


def test_whoever_is_told_last_is_asked_for_a_manual_decision(patrol: Night) -> None:
    patrol.activate()
    patrol.forward(minutes(20))

    templates = {message.step: message.template for message in patrol.messages}

    assert templates["acknowledge/call"] == "call"
    assert templates["acknowledge/deputy"] == "escalation"
    assert templates["acknowledge/manual"] == "manual"


def test_skip_by_hand_lets_the_next_tasks_go_on(night: Night) -> None:
    night.activate()
    night.forward(minutes(21))

    decided = night.decide_by_hand("verify.1", "skip")

    assert night.task("verify.1").status is TaskStatus.SKIPPED
    assert ("call", ("wang",)) in steps(decided.events)


def test_courier_by_hand_leaves_the_task_open_without_asking_again(night: Night) -> None:
    night.activate()
    night.forward(minutes(21))

    night.decide_by_hand("verify.1", "courier")

    patient = night.task("verify.1")
    assert (patient.status, patient.awaits_decision) == (TaskStatus.CALLED, False)
    assert steps(night.forward(minutes(60))) == []


def test_decision_by_hand_takes_a_reason(night: Night) -> None:
    night.activate()

    with pytest.raises(ReasonRequiredError, match="takes a reason"):
        night.decide_by_hand("verify.1", "skip", reason="  ")


def test_empty_step_is_passed_at_once_and_said(tmp_path: Path) -> None:
    nobody_deputises = duty_of(
        [person("zhao"), person("qian"), person("wang")], duty_officer="zhao", duty_leader="qian", patrol="wang"
    )
    plan = small_plan([task("patrol", "patrol")])
    plan = replace(plan, levels={level: replace(rule, approve=("duty_officer",)) for level, rule in plan.levels.items()})
    night = Night(tmp_path, plan, nobody_deputises)
    night.activate(approved_by="zhao")

    climbed = night.forward(minutes(5))

    assert [(event.step, both(event.reason).en) for event in only(StepPassed, climbed)] == [
        ("deputy", "no deputy is named, or every deputy has declined")
    ]
    assert steps(climbed)[-1] == ("leader", ("qian",))
    assert only(StepFired, climbed)[-1].at == START + minutes(5)
    # the rest of the ladder keeps its distances: the commander's step, 7 minutes after the leader's, has nobody either
    assert [event.earlier for event in only(LadderAdvanced, climbed)] == [minutes(3)]
    assert steps(night.forward(minutes(7)))[-1] == ("manual", ("zhao",))


def test_role_that_nobody_holds_is_called_through_to_the_leader_at_once(tmp_path: Path) -> None:
    night = Night(tmp_path, small_plan([task("patrol", "office")]))

    opened = night.activate()

    assert [event.step for event in only(StepPassed, opened.events)] == ["call", "again", "deputy"]
    assert only(StepPassed, opened.events)[0].reason == Text("office无人在岗", "nobody holds office")
    assert steps(opened.events) == [("leader", ("qian",))]


def test_late_firing_is_recorded_with_how_late_and_in_the_order_it_was_due(tmp_path: Path) -> None:
    night = Night(tmp_path, small_plan([task("patrol", "patrol"), task("town", "town")]))
    night.activate()
    night.clock.forward(minutes(9))  # the machine was off
    night.restart()

    fired = only(StepFired, night.engine.tick(night.response).events)

    assert [event.due for event in fired] == sorted(event.due for event in fired)
    lateness = {(event.assignment, event.step): event.late for event in fired}
    assert lateness[("patrol.1", "again")] == minutes(7)
    assert lateness[("patrol.1", "leader")] == minutes(1)
    assert {event.at for event in fired} == {START + minutes(9)}


def test_late_steps_fire_once(night: Night) -> None:
    night.activate()
    night.clock.forward(minutes(9))
    night.engine.tick(night.response)

    assert night.engine.tick(night.response).events == ()


def test_shift_change_calls_whoever_holds_the_post_when_the_step_fires(tmp_path: Path) -> None:
    duty = small_duty()
    relief = person("zhou")
    evening = [replace(shift, end=START + minutes(7)) if shift.role == "duty_leader" else shift for shift in duty.shifts]
    late = replace(evening[1], person="zhou", start=START + minutes(7), end=None)
    duty = replace(duty, people={**duty.people, "zhou": relief}, shifts=(*evening, late))
    night = Night(tmp_path, small_plan([task("patrol", "patrol")]), duty)
    night.activate()

    assert ("leader", ("zhou",)) in steps(night.forward(minutes(8)))


def test_message_says_the_deadline_in_the_bureaus_time(night: Night) -> None:
    night.activate()

    local = (START + minutes(5)).astimezone(ZoneInfo("Asia/Shanghai"))

    assert {message.parameters["deadline"] for message in night.messages} == {f"{local:%H:%M}"}


def test_stale_call_expires_rather_than_arrive_late(night: Night) -> None:
    night.activate()

    assert {message.expires - message.at for message in night.messages} == {timedelta(hours=2)}
