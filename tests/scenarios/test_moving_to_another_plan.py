"""A running response goes on under another version of its plan, when somebody says so."""

from dataclasses import replace
from pathlib import Path

import pytest

from flows.deciding.moving import PlanMoveError
from flows.errors import NotAuthorisedError, ReasonRequiredError, WrongStateError
from flows.model.events import PlanChanged, StepFired, StepPassed, TaskOpened, TaskWithdrawn
from flows.model.plan_move import MovePlan
from flows.running import journal, rebuilding
from flows.running.engine import Turn
from flows.testing.night import LIFE_SAFETY, Night, minutes, only, opened, small_plan, steps, task, text
from plans.model import Fact, FactType, Level, Plan, Rung

VERIFY = task("verify", "duty_officer")
PATROL = task("patrol", "patrol", after=("verify",), every={Level.III: minutes(60)}, late="late")
WARN = task("warn", "town")


def version(name: str, *tasks: object, **more: object) -> Plan:
    return replace(small_plan(tasks, version=name), **more)  # type: ignore[arg-type]  # the fields are the caller's


BEFORE = version("1", VERIFY, PATROL)


@pytest.fixture
def night(tmp_path: Path) -> Night:
    night = Night(tmp_path, BEFORE)
    night.activate()
    return night


def move(night: Night, plan: Plan, by: str = "zhao", reason: str = "new annex") -> Turn:
    return night.engine.move(night.response, plan, MovePlan(by=by, reason=reason, via="test"))


def is_whole(night: Night) -> bool:
    with night.database.read() as connection:
        return journal.verify(connection, night.response) > 0 and rebuilding.differences(connection, night.response) == []


def test_what_the_new_version_adds_opens_and_is_called(night: Night) -> None:
    turn = move(night, version("2", VERIFY, PATROL, WARN))

    assert opened(turn.events) == ["warn.1"]
    assert set(night.told("warn.1")) == {("call", "wu", "sms"), ("call", "wu", "wechat")}
    assert is_whole(night)


def test_what_it_drops_is_withdrawn_and_whoever_was_called_is_told(night: Night) -> None:
    night.complete("zhao", "verify.1")
    night.acknowledge("wang", "patrol.1")

    turn = move(night, version("2", VERIFY, WARN))

    withdrawn = only(TaskWithdrawn, turn.events)[0]
    assert (withdrawn.assignment, [each.person for each in withdrawn.released]) == ("patrol.1", ["wang"])
    assert {each.person for each in night.messages if each.template == "withdrawn"} == {"wang"}
    assert not [each for each in opened(night.forward(minutes(180))) if each.startswith("patrol")]
    assert is_whole(night)


def test_work_that_both_have_goes_on_with_its_limits_on_the_new_ladder(night: Night) -> None:
    before = night.task("verify.1")
    quick = replace(LIFE_SAFETY, rungs=(LIFE_SAFETY.rungs[0], Rung("leader", minutes(1), "duty_leader")))
    plan = version("2", replace(VERIFY, ack=minutes(1), done=minutes(2)), PATROL)

    move(night, replace(plan, ladders={**plan.ladders, "life_safety": quick}))

    after = night.task("verify.1")
    assert (after.acknowledge_by, after.done_by) == (before.acknowledge_by, before.done_by)
    assert steps(night.forward(minutes(1))) == [("leader", ("qian",))]


def test_rungs_that_would_have_been_climbed_before_are_passed_but_for_the_last(night: Night) -> None:
    night.forward(minutes(6))
    names = ("a", "b", "c")
    ladder = replace(LIFE_SAFETY, rungs=tuple(Rung(name, minutes(at), "duty_leader") for at, name in enumerate(names)))
    plan = version("2", VERIFY, PATROL)

    turn = move(night, replace(plan, ladders={**plan.ladders, "life_safety": ladder}))

    assert [each.step for each in only(StepPassed, turn.events)] == ["a", "b"]
    assert [each.step for each in only(StepFired, turn.events)] == ["c"]


def test_response_goes_on_after_a_restart_under_the_version_it_was_moved_to(night: Night) -> None:
    plan = version("2", replace(VERIFY, title=text("check")), WARN)
    move(night, plan)

    night.restart()

    assert night.engine.plan_of(night.head).tasks["verify"].title == text("check")
    assert (night.head.state.digest, night.head.state.earlier) == (plan.digest, (BEFORE.digest,))
    night.complete("zhao", "verify.1")
    night.complete("wu", "warn.1")
    night.stand_down()
    night.close()
    assert is_whole(night)


def test_moved_twice_it_still_tells_what_the_first_version_had(night: Night) -> None:
    night.complete("zhao", "verify.1")
    move(night, version("2", VERIFY, WARN))
    move(night, version("3", WARN))

    plan = night.engine.plan_of(night.head)
    assert plan.tasks["patrol"].title == PATROL.title
    assert plan.digest == night.head.state.digest
    assert [each.version for each in only(PlanChanged, night.history)] == ["2", "3"]


def test_what_is_shown_before_is_what_happens(night: Night) -> None:
    plan, command = version("2", VERIFY, WARN), MovePlan(by="zhao", reason="new annex", via="test")
    night.complete("zhao", "verify.1")

    shown, before = night.engine.would_move(night.response, plan, command), night.head

    assert night.head == before
    assert night.engine.move(night.response, plan, command).events == shown.events
    assert night.head.state == shown.after


def test_moved_to_where_it_is_nothing_changes(night: Night) -> None:
    assert move(night, BEFORE).events == ()


def test_the_next_activation_has_nothing_to_do_with_it(night: Night) -> None:
    move(night, version("2", WARN))

    assert {each.task for each in only(TaskOpened, night.activate(incident="another").events)} == {"verify"}


@pytest.mark.parametrize(
    ("plan", "fault"),
    [
        (version("2", VERIFY, levels={Level.I: BEFORE.levels[Level.I]}), "it has no level III"),
        (replace(BEFORE, name="other"), "another plan than 'small'"),
        (version("2", VERIFY, task("count", "office")), "nobody is on duty as office"),
        (version("2", VERIFY, facts={"flow": Fact("flow", text("f"), FactType.CHOICE, choices=("low",))}), "fact 'flow'"),
    ],
)
def test_version_under_which_it_cannot_go_on_is_refused_in_words(night: Night, plan: Plan, fault: str) -> None:
    night.flow(2100)
    entries = len(night.history)

    with pytest.raises(PlanMoveError, match=fault):
        move(night, plan)

    assert len(night.history) == entries


def test_only_who_is_in_charge_moves_it_and_says_why(night: Night) -> None:
    with pytest.raises(NotAuthorisedError, match="move the response to another version"):
        move(night, version("2", WARN), by="wang")
    with pytest.raises(ReasonRequiredError):
        move(night, version("2", WARN), reason=" ")


def test_closed_response_stays_with_its_plan(night: Night) -> None:
    night.complete("zhao", "verify.1")
    night.complete("wang", "patrol.1")
    night.stand_down()
    night.close()

    with pytest.raises(WrongStateError, match="its record stays with the plan it had"):
        move(night, version("2", WARN))
