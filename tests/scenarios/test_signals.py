"""Signals outrank everything: all out, stop the drill."""

from pathlib import Path

import pytest

from flows.errors import NotAuthorisedError, ReasonRequiredError, UnknownNameError, WrongStateError
from flows.model.events import Closed, SignalSent, StepFired, TaskOpened, TaskSuspended
from flows.model.state import Status
from flows.testing.night import Night, minutes, only, opened, small_plan, task, text
from notifications.message import Priority
from plans.model import FindingKind, Phase, Plan, Signal


def plan() -> Plan:
    return small_plan(
        [
            task("fight", "town"),
            task("patrol", "patrol", life_safety=False),
            task("support", "town", after=("fight",)),
            task(
                "withdraw",
                "duty_officer",
                need="all",
                ack=minutes(1),
                message="signal",
                signal=Signal(("deputy_commander",), stops=("fight", "support")),
            ),
            task("stop_drill", "duty_officer", message="signal", signal=Signal(("duty_leader",), ends_drill=True)),
            task("review", "office", phase=Phase.RECOVERY),
        ]
    )


@pytest.fixture
def night(tmp_path: Path) -> Night:
    night = Night(tmp_path, plan())
    night.activate()
    night.start("wu", "fight.1")
    return night


def test_no_signal_opens_by_itself(night: Night) -> None:
    assert sorted(night.head.state.assignments) == ["fight.1", "patrol.1"]


def test_withdraw_all_asks_everybody_at_work_for_an_answer(night: Night) -> None:
    sent = night.signal("withdraw")

    assert [(event.signal, event.reason) for event in only(SignalSent, sent.events)] == [("withdraw", "the slope is moving")]
    assert [(event.assignment, event.assignees) for event in only(TaskOpened, sent.events)] == [
        ("withdraw.1", ("wu", "wang", "zhao"))
    ]
    night.acknowledge("wang", "withdraw.1")
    night.acknowledge("zhao", "withdraw.1")
    assert not night.task("withdraw.1").is_answered
    night.acknowledge("wu", "withdraw.1")
    assert night.task("withdraw.1").is_answered


def test_withdraw_all_goes_out_before_everything_else_on_every_channel(night: Night) -> None:
    night.signal("withdraw")

    sent = [each for each in night.messages if each.assignment == "withdraw.1"]

    assert {each.priority for each in sent} == {Priority.FLASH}
    assert {each.channel for each in sent if each.person == "wu"} == {"wechat", "sms", "voice"}  # all that they have
    assert {each.template for each in sent} == {"signal"}
    assert {each.parameters["reason"] for each in sent} == {"the slope is moving"}


def test_everybody_hears_the_signal_in_the_role_they_were_called_for(night: Night) -> None:
    sent = night.signal("withdraw")

    fired = [event for event in only(StepFired, sent.events) if event.assignment == "withdraw.1"]
    assert {told.person: told.role for event in fired for told in event.told} == {
        "wu": "town",
        "wang": "patrol",
        "zhao": "duty_officer",
    }
    said = {each.person: each.parameters["role"] for each in night.messages if each.assignment == "withdraw.1"}
    assert len(set(said.values())) == 3


def test_the_record_of_a_signal_names_its_sender(night: Night) -> None:
    assert [event.names for event in only(SignalSent, night.signal("withdraw").events)] == [{"sun": "Sun"}]


def test_withdraw_all_suspends_the_fight(night: Night) -> None:
    sent = night.signal("withdraw")

    assert [event.assignment for event in only(TaskSuspended, sent.events)] == ["fight.1"]
    assert not [each for each in only(StepFired, night.forward(minutes(60))) if each.assignment == "fight.1"]


def test_nothing_that_the_signal_stops_opens_before_heads_are_counted(night: Night) -> None:
    night.signal("withdraw")
    assert opened(night.complete("wu", "fight.1").events) == []

    assert opened(night.complete("zhao", "withdraw.1").events) == ["support.1"]


def test_what_opens_again_while_the_signal_stands_is_not_lost_and_stands_still(tmp_path: Path) -> None:
    slide = FindingKind("slide", text("slide"))
    clear, retreat = task("clear", "town"), task("retreat", "patrol", each="slide", reopens=("clear",))
    signal = task("withdraw", "duty_officer", message="signal", signal=Signal(("deputy_commander",), stops=("clear",)))
    night = Night(tmp_path, small_plan([clear, retreat, signal], findings={"slide": slide}))
    night.activate()
    night.complete("wu", "clear.1")
    night.signal("withdraw")

    slid = night.report("above K12", "slide")

    assert opened(slid.events) == ["retreat.1", "clear.2"]
    assert [event.assignment for event in only(TaskSuspended, slid.events)] == ["clear.2"]
    assert not [each for each in only(StepFired, night.forward(minutes(60))) if each.assignment == "clear.2"]


def test_signal_said_twice_reaches_only_who_has_come_since(night: Night) -> None:
    night.signal("withdraw")
    assert night.signal("withdraw").events == ()
    night.reassign("patrol.1", "li")

    again = night.signal("withdraw")

    assert [event.assignees for event in only(TaskOpened, again.events)] == [("li",)]


def test_only_whom_the_plan_names_sends_the_signal(night: Night) -> None:
    with pytest.raises(NotAuthorisedError, match=r"wu may not send withdraw: it takes one of deputy_commander"):
        night.signal("withdraw", by="wu")
    with pytest.raises(ReasonRequiredError, match="send withdraw"):
        night.signal("withdraw", reason=" ")


def test_unknown_signal_names_the_nearest(night: Night) -> None:
    with pytest.raises(UnknownNameError, match=r"plan 'small' has no signal 'withdrw'; did you mean 'withdraw'.*stop_drill"):
        night.signal("withdrw")
    with pytest.raises(UnknownNameError, match="no signal"):
        night.signal("fight")


def test_stop_signal_is_refused_in_a_real_response(night: Night) -> None:
    with pytest.raises(WrongStateError, match="the response is real: cannot send stop_drill; it ends a drill only"):
        night.signal("stop_drill", by="qian")
    assert night.head.state.status is Status.OPEN


def test_stop_signal_ends_the_drill_and_everybody_hears_it_first_and_once(tmp_path: Path) -> None:
    night = Night(tmp_path, plan())
    night.drill()

    sent = night.signal("stop_drill", by="qian", reason="a real flood")

    assert night.head.state.status is Status.CLOSED
    assert [event.reason for event in only(Closed, sent.events)] == ["a real flood"]
    assert opened(sent.events) == []  # no recovery task
    (signal,) = only(SignalSent, sent.events)
    assert {told.person: told.role for told in signal.told} == {"wu": "town", "wang": "patrol", "zhao": "duty_officer"}
    assert signal.names == {"qian": "Qian"}
    said = [each for each in night.messages if each.step.startswith(("signal", "released"))]
    assert {each.person for each in said} == {"wu", "wang", "zhao"}
    assert {(each.template, each.priority) for each in said} == {("signal", Priority.FLASH)}
