"""What people say to a call, and what it stops."""

from pathlib import Path

import pytest

from flows.errors import NobodyNamedError, NotCalledError, UnknownNameError, WrongStateError
from flows.model.events import StepPassed, TaskAcknowledged, TaskCalledAnew, TaskStarted, both
from flows.model.state import TaskStatus
from flows.testing.night import START, Night, duty_of, minutes, only, person, small_plan, steps, task
from notifications.message import Priority
from notifications.states import State


def two_on_patrol(folder: Path, **more: object) -> Night:
    """`wang` and `ma` patrol; `li` is the deputy of both."""
    people = [person("zhao"), person("qian"), person("sun"), person("wang", "li"), person("ma", "li"), person("li")]
    duty = duty_of(people, duty_officer="zhao", duty_leader="qian", deputy_commander="sun", patrol=("wang", "ma"))
    night = Night(folder, small_plan([task("patrol", "patrol", **more)]), duty)
    night.activate()
    return night


def test_acknowledgement_stops_the_ladder(patrol: Night) -> None:
    patrol.activate()
    patrol.forward(minutes(1))

    patrol.acknowledge("wang", "patrol.1")

    assert patrol.task("patrol.1").status is TaskStatus.ACKNOWLEDGED
    assert steps(patrol.forward(minutes(28))) == []


def test_any_of_the_people_called_is_enough(tmp_path: Path) -> None:
    night = two_on_patrol(tmp_path, need="any")

    night.acknowledge("ma", "patrol.1")

    assert steps(night.forward(minutes(25))) == []


def test_where_all_must_answer_only_the_silent_one_is_called_again(tmp_path: Path) -> None:
    night = two_on_patrol(tmp_path, need="all")
    night.acknowledge("wang", "patrol.1")

    climbed = night.forward(minutes(8))

    assert steps(climbed) == [("again", ("ma",)), ("deputy", ("li",)), ("leader", ("qian",))]
    assert night.task("patrol.1").status is TaskStatus.CALLED


def test_where_all_must_answer_the_second_answer_stops_the_ladder(tmp_path: Path) -> None:
    night = two_on_patrol(tmp_path, need="all")

    first, second = night.acknowledge("wang", "patrol.1"), night.acknowledge("ma", "patrol.1")

    assert [event.answers_ladder for turn in (first, second) for event in only(TaskAcknowledged, turn.events)] == [False, True]
    assert steps(night.forward(minutes(25))) == []


def test_two_of_three_are_enough_where_the_plan_says_two(tmp_path: Path) -> None:
    people = [person(name) for name in ("zhao", "sun", "a", "b", "c")]
    duty = duty_of(people, duty_officer="zhao", deputy_commander="sun", patrol=("a", "b", "c"))
    night = Night(tmp_path, small_plan([task("patrol", "patrol", need=2)]), duty)
    night.activate()
    night.acknowledge("a", "patrol.1")

    assert steps(night.forward(minutes(2))) == [("again", ("b", "c"))]
    night.acknowledge("c", "patrol.1")

    assert night.task("patrol.1").is_answered


def test_more_than_are_there_is_all_who_are_there(tmp_path: Path) -> None:
    night = two_on_patrol(tmp_path, need=5)

    night.acknowledge("wang", "patrol.1")
    night.acknowledge("ma", "patrol.1")

    assert night.task("patrol.1").is_answered


def test_deputy_answers_for_everybody_he_was_called_for(tmp_path: Path) -> None:
    night = two_on_patrol(tmp_path, need="all")
    night.forward(minutes(5))

    answered = night.acknowledge("li", "patrol.1")

    assert only(TaskAcknowledged, answered.events)[0].answers_for == ("wang", "ma")
    assert night.task("patrol.1").is_answered


def test_leader_who_patrols_himself_does_not_answer_for_the_silent_by_having_answered_for_himself(tmp_path: Path) -> None:
    people = [person("zhao"), person("sun"), person("wang"), person("ma")]
    duty = duty_of(people, duty_officer="zhao", duty_leader="wang", deputy_commander="sun", patrol=("wang", "ma"))
    night = Night(tmp_path, small_plan([task("patrol", "patrol", need="all")]), duty)
    night.activate()
    night.acknowledge("wang", "patrol.1")

    # the empty deputy's step is passed: the leader hears at five minutes, the commander seven later
    assert steps(night.forward(minutes(12))) == [("again", ("ma",)), ("leader", ("wang",)), ("command", ("sun",))]
    night.acknowledge("wang", "patrol.1")  # now for ma, as the leader

    assert night.task("patrol.1").is_answered


def test_saying_it_twice_changes_nothing(patrol: Night) -> None:
    patrol.activate()
    patrol.acknowledge("wang", "patrol.1")

    again = patrol.acknowledge("wang", "patrol.1")

    assert again.events == ()


def test_second_person_who_starts_has_answered_too(tmp_path: Path) -> None:
    night = two_on_patrol(tmp_path, need="all")
    night.start("wang", "patrol.1")

    started = night.start("ma", "patrol.1")

    assert only(TaskStarted, started.events) == []
    assert night.task("patrol.1").is_answered


def test_whoever_was_not_called_may_not_answer(patrol: Night) -> None:
    patrol.activate()

    with pytest.raises(NotCalledError) as refused:
        patrol.acknowledge("li", "patrol.1")

    assert "'li' was not called for 'patrol.1' (called: wang)" in str(refused.value)
    assert "reassign the task to them first" in str(refused.value)


def test_answer_settles_both_phones_of_the_person(patrol: Night) -> None:
    patrol.activate()

    patrol.acknowledge("wang", "patrol.1")

    assert {(each.channel, each.state) for each in patrol.messages} == {("sms", State.WITHDRAWN), ("wechat", State.WITHDRAWN)}


def test_answer_takes_back_what_others_have_not_been_sent_yet(tmp_path: Path) -> None:
    night = two_on_patrol(tmp_path)

    night.acknowledge("wang", "patrol.1")

    assert {each.state for each in night.messages if each.person == "ma"} == {State.WITHDRAWN}


def test_decline_calls_the_deputy_at_once(patrol: Night) -> None:
    patrol.activate()
    patrol.forward(minutes(1))

    declined = patrol.decline("wang", "patrol.1", "the road is cut")

    assert [(event.step, both(event.reason).en) for event in only(StepPassed, declined.events)] == [
        ("again", "every assignee has declined or answered")
    ]
    assert steps(declined.events) == [("deputy", ("li",))]


def test_rest_of_the_ladder_keeps_its_distances_after_a_decline(patrol: Night) -> None:
    patrol.activate()
    patrol.forward(minutes(1))
    patrol.decline("wang", "patrol.1", "the road is cut")

    assert steps(patrol.forward(minutes(2.9))) == []
    assert steps(patrol.forward(minutes(0.1))) == [("leader", ("qian",))]


def test_decline_of_one_waits_for_the_other_who_was_called(tmp_path: Path) -> None:
    night = two_on_patrol(tmp_path)

    declined = night.decline("wang", "patrol.1", "the road is cut")

    assert steps(declined.events) == []
    assert steps(night.forward(minutes(2))) == [("again", ("ma",))]


def test_deputy_who_answers_for_one_who_declined_counts(tmp_path: Path) -> None:
    night = two_on_patrol(tmp_path, need="all")
    night.acknowledge("ma", "patrol.1")
    night.decline("wang", "patrol.1", "the road is cut")

    night.acknowledge("li", "patrol.1")

    assert night.task("patrol.1").is_answered


def test_whoever_took_it_on_and_then_cannot_is_replaced_at_once(patrol: Night) -> None:
    patrol.activate()
    patrol.acknowledge("wang", "patrol.1")
    patrol.forward(minutes(20))

    declined = patrol.decline("wang", "patrol.1", "the car is in the ditch")

    assert only(TaskCalledAnew, declined.events)[0].acknowledge_by == START + minutes(25)
    assert steps(declined.events) == [("deputy", ("li",))]
    assert not patrol.task("patrol.1").is_answered
    assert ("leader", ("qian",)) in steps(patrol.forward(minutes(3)))


def test_whoever_had_been_called_before_is_called_again(tmp_path: Path) -> None:
    night = two_on_patrol(tmp_path)
    night.acknowledge("wang", "patrol.1")
    before = [each for each in night.told("patrol.1") if each[1] == "ma"]

    declined = night.decline("wang", "patrol.1", "the car is in the ditch")

    assert steps(declined.events) == [("call", ("ma",))]
    assert sorted(each for each in night.told("patrol.1") if each[1] == "ma") == sorted(before * 2)


def test_one_of_two_who_took_it_on_may_leave_it_to_the_other(tmp_path: Path) -> None:
    night = two_on_patrol(tmp_path)
    night.acknowledge("wang", "patrol.1")
    night.acknowledge("ma", "patrol.1")

    declined = night.decline("wang", "patrol.1", "the car is in the ditch")

    assert steps(declined.events) == []
    assert night.task("patrol.1").is_answered


def test_whoever_declined_may_take_it_on_after_all(patrol: Night) -> None:
    patrol.activate()
    patrol.decline("wang", "patrol.1", "the road is cut")

    patrol.acknowledge("wang", "patrol.1")

    assert patrol.task("patrol.1").is_answered
    assert patrol.task("patrol.1").declined == {}


def test_reassigned_task_is_called_anew_for_the_new_people(patrol: Night) -> None:
    patrol.activate()
    patrol.forward(minutes(9))

    reassigned = patrol.reassign("patrol.1", "wu")

    assert steps(reassigned.events) == [("call", ("wu",))]
    assert patrol.task("patrol.1").acknowledge_by == START + minutes(14)
    assert steps(patrol.forward(minutes(2))) == [("again", ("wu",))]


def test_whoever_was_relieved_may_not_answer_any_more(patrol: Night) -> None:
    patrol.activate()
    patrol.reassign("patrol.1", "wu")

    with pytest.raises(NotCalledError, match="'wang' was not called"):
        patrol.acknowledge("wang", "patrol.1")


def test_answer_of_a_stranger_says_so_and_names_the_nearest_person(patrol: Night) -> None:
    patrol.activate()

    with pytest.raises(UnknownNameError, match="the directory has no person 'wag'; did you mean 'wang'"):
        patrol.acknowledge("wag", "patrol.1")


def test_task_cannot_be_given_to_nobody_or_to_a_stranger(patrol: Night) -> None:
    patrol.activate()

    with pytest.raises(NobodyNamedError, match="at least one person"):
        patrol.reassign("patrol.1")
    with pytest.raises(UnknownNameError, match="the directory has no person 'wag'; did you mean 'wang'"):
        patrol.reassign("patrol.1", "wag")


def test_answer_to_a_finished_task_says_that_it_is_done(patrol: Night) -> None:
    patrol.activate()
    patrol.complete("wang", "patrol.1")

    with pytest.raises(WrongStateError, match=r"task patrol.1 is done: cannot decline; add a note"):
        patrol.decline("wang", "patrol.1", "too late")


def test_life_safety_overtakes_other_work(tmp_path: Path) -> None:
    night = Night(tmp_path, small_plan([task("evacuate", "town"), task("paper", "patrol", life_safety=False)]))
    night.activate()

    assert {(each.assignment, each.priority) for each in night.messages} == {
        ("evacuate.1", Priority.LIFE_SAFETY),
        ("paper.1", Priority.OPERATION),
    }


def test_person_with_two_tasks_gets_two_codes(tmp_path: Path) -> None:
    night = Night(tmp_path, small_plan([task("evacuate", "town"), task("shelter", "town")]))
    night.activate()

    assert {each.assignment: each.code for each in night.messages} == {"evacuate.1": 1, "shelter.1": 2}


def test_person_without_any_address_shows_as_a_failed_call(tmp_path: Path) -> None:
    people = [person("zhao"), person("sun"), person("wang", sms="", wechat="", voice="")]
    duty = duty_of(people, duty_officer="zhao", deputy_commander="sun", patrol="wang")
    night = Night(tmp_path, small_plan([task("patrol", "patrol")]), duty)
    night.activate()

    assert [(each.person, each.state, each.provider_code) for each in night.messages] == [("wang", State.FAILED, "no-address")]
