"""How a response ends: proposed by its condition, stood down by a person, recovered from, closed."""

from typing import Literal

import pytest

from flows.errors import NotAuthorisedError, WrongStateError
from flows.model.commands import AddNote, Close, NoticeAlert, ProposeEnd, RefuseEnd
from flows.model.events import Closed, EndConditionBroken, EndConditionMet, EndProposed, NoteAdded, TaskOpened, TaskWithdrawn
from flows.model.state import Status, TaskStatus
from flows.objection_errors import ObjectionsError
from flows.testing.night import START, Night, minutes, only, steps
from notifications.states import State


def test_end_is_proposed_when_its_condition_has_held(night: Night) -> None:
    night.activate()

    met, then = night.flow(900), night.forward(minutes(60))

    assert [event.propose_at for event in only(EndConditionMet, met.events)] == [START + minutes(60)]
    assert [[told.person for told in event.told] for event in only(EndProposed, then)] == [["sun"]]
    assert night.head.state.status is Status.OPEN


def test_water_that_rises_again_breaks_the_wait(night: Night) -> None:
    night.activate()
    night.flow(900)
    night.forward(minutes(50))

    broken = night.flow(1100)

    assert len(only(EndConditionBroken, broken.events)) == 1
    assert only(EndProposed, night.forward(minutes(60))) == []


def test_wait_begins_anew_after_a_break(night: Night) -> None:
    night.activate()
    night.flow(900)
    night.forward(minutes(50))
    night.flow(1100)
    night.flow(900)

    assert only(EndProposed, night.forward(minutes(59))) == []
    assert len(only(EndProposed, night.forward(minutes(1)))) == 1


def test_end_is_proposed_once(night: Night) -> None:
    night.activate()
    night.flow(900)
    night.forward(minutes(60))

    assert only(EndProposed, [*night.flow(800).events, *night.forward(minutes(120))]) == []


def test_condition_that_broke_while_the_machine_was_off_proposes_nothing(night: Night) -> None:
    night.activate()
    night.flow(900)
    night.clock.forward(minutes(70))

    assert only(EndProposed, night.flow(1100).events) == []


def test_cancelled_alert_ends_nothing_and_tells_the_duty_office(night: Night) -> None:
    night.activate()

    noticed = night.submit(NoticeAlert(by="zhao", news="source_cancelled", text="the warning is cancelled"))

    assert night.head.state.status is Status.OPEN
    assert [told.person for told in noticed.events[0].told] == ["zhao"]  # type: ignore[union-attr]


@pytest.mark.parametrize("news", ["source_cancelled", "source_ended"])
def test_alert_that_its_source_ended_proposes_the_end_once_to_whoever_may_approve_it(
    night: Night, news: Literal["source_cancelled", "source_ended"]
) -> None:
    night.activate()

    first, again = (night.submit(NoticeAlert(by="engine", news=news, text="the source cancelled the alert")) for _ in range(2))

    (proposed,) = only(EndProposed, first.events)
    assert proposed.reason == "the source cancelled the alert"
    assert [told.person for told in proposed.told] == ["sun"]
    assert only(EndProposed, again.events) == []
    assert night.head.state.status is Status.OPEN


def test_alert_that_changed_proposes_no_end(night: Night) -> None:
    night.activate()

    assert only(EndProposed, night.submit(NoticeAlert(by="engine", news="changed", text="extended")).events) == []


def test_end_refused_after_a_cancelled_alert_is_proposed_again_when_its_condition_has_held(night: Night) -> None:
    night.activate()
    night.submit(NoticeAlert(by="engine", news="source_cancelled", text="the source cancelled the alert"))
    night.submit(RefuseEnd(by="sun", reason="the water is still rising"))
    night.flow(900)

    assert len(only(EndProposed, night.forward(minutes(60)))) == 1


def test_whoever_asks_for_the_end_ends_nothing_and_whoever_may_is_told(night: Night) -> None:
    night.activate()

    (proposed,) = only(EndProposed, night.submit(ProposeEnd(by="Prefect", via="prefect", reason="cancelled")).events)

    assert (proposed.by, proposed.via, [told.person for told in proposed.told]) == ("Prefect", "prefect", ["sun"])
    assert night.head.state.status is Status.OPEN


def test_who_asks_for_an_end_that_is_proposed_already_is_in_the_record_and_nobody_is_called_again(night: Night) -> None:
    night.activate()
    night.submit(NoticeAlert(by="engine", news="source_cancelled", text="the source cancelled the alert"))

    asked = night.submit(ProposeEnd(by="Prefect", via="prefect", reason="cancelled"))

    assert [(type(event), event.by) for event in asked.events] == [(NoteAdded, "Prefect")]


def test_only_whom_the_plan_names_stands_down(night: Night) -> None:
    night.activate()

    with pytest.raises(NotAuthorisedError, match="zhao may not stand the response down: it takes one of deputy_commander"):
        night.stand_down(approved_by="")


def test_standing_down_withdraws_the_work_and_opens_recovery(night: Night) -> None:
    night.activate()

    stood_down = night.stand_down()

    assert [event.assignment for event in only(TaskWithdrawn, stood_down.events)] == ["verify.1"]
    assert [event.task for event in only(TaskOpened, stood_down.events)] == ["review"]
    assert night.head.state.status is Status.STOOD_DOWN


def test_open_response_cannot_be_closed(night: Night) -> None:
    night.activate()

    with pytest.raises(WrongStateError, match="the response is open: cannot close it; stand it down first"):
        night.close("enough")


def test_closing_with_open_duties_takes_a_confirmation_of_its_own(night: Night) -> None:
    night.activate()
    night.stand_down()

    with pytest.raises(ObjectionsError, match=r"review \(review.1\) is still open"):
        night.submit(Close(by="zhao", reason="归档"))
    closed = night.submit(Close(by="zhao", reason="归档", although="the office reviews it next week"))

    (event,) = only(Closed, closed.events)
    assert event.although == "the office reviews it next week"
    assert [each.zh for each in event.objections] == ["“review”（review.1）尚未办结"]


def test_closing_withdraws_what_is_left_and_frees_every_code(night: Night) -> None:
    night.activate()
    night.stand_down()

    closed = night.close("the office reviews it next week")

    assert night.task("review.1").status is TaskStatus.WITHDRAWN
    assert isinstance(closed.events[-1], Closed)
    assert {each.state for each in night.messages if each.answerable} == {State.WITHDRAWN}


def test_whoever_was_called_hears_that_the_task_is_withdrawn(night: Night) -> None:
    night.activate()
    night.acknowledge("zhao", "verify.1")

    night.stand_down()
    night.close("the office reviews it next week")

    told = [each for each in night.messages if each.template == "withdrawn" and each.assignment == "verify.1"]
    assert {each.person for each in told} == {"zhao"}
    assert {each.state for each in told} == {State.QUEUED}
    assert not any(each.answerable for each in told)


def test_who_loses_a_task_to_another_hears_so(night: Night) -> None:
    night.activate()

    night.reassign("verify.1", "sun")

    told = {(each.person, each.template) for each in night.messages if each.assignment == "verify.1"}
    assert told == {("zhao", "call"), ("zhao", "withdrawn"), ("sun", "call")}


def test_finished_recovery_closes_without_a_reason(night: Night) -> None:
    night.activate()
    night.stand_down()
    night.reassign("review.1", "zhao")
    night.complete("zhao", "review.1")

    assert [type(event) for event in night.close().events] == [Closed]


def test_nothing_happens_after_the_close(night: Night) -> None:
    night.activate()
    night.stand_down()
    night.close("enough")

    assert night.forward(minutes(24 * 60)) == ()
    assert night.engine.due(night.clock.now()) == {}
    with pytest.raises(WrongStateError, match="the response is closed: cannot add note; open a new response"):
        night.submit(AddNote(by="zhao", text="one more thing"))


def test_closing_twice_is_once(night: Night) -> None:
    night.activate()
    night.stand_down()
    night.close("enough")

    assert night.close("enough").events == ()


def test_somebody_who_is_not_in_charge_cannot_close(night: Night) -> None:
    night.activate()
    night.stand_down()

    with pytest.raises(NotAuthorisedError, match="li may not close the response"):
        night.submit(Close(by="li", although="I want to go home"))

    assert night.head.state.status is Status.STOOD_DOWN


def test_recovery_is_called_like_any_other_work(night: Night) -> None:
    night.activate()

    # nobody holds the office: the leader hears at once
    assert steps(night.stand_down().events) == [("leader", ("qian",))]
