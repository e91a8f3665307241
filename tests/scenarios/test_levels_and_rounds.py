"""What a level opens and withdraws, and how tasks come round again."""

from dataclasses import replace
from pathlib import Path

import pytest

from flows.errors import NotAuthorisedError, ReasonRequiredError
from flows.model.events import LevelChanged, LevelProposalLapsed, LevelProposed, TaskOpened, TaskWithdrawn, both
from flows.model.state import TaskStatus
from flows.testing.night import START, Night, minutes, only, small_plan, steps, task
from plans.model import Level, OnDowngrade

UPPER = frozenset({Level.I, Level.II})


def opened(events: object) -> list[str]:
    return [event.assignment for event in only(TaskOpened, events)]  # type: ignore[arg-type]


def test_predecessor_first(night: Night) -> None:
    assert opened(night.activate().events) == ["verify.1"]
    assert opened(night.complete("zhao", "verify.1").events) == ["patrol.1"]


def test_upgrade_opens_what_now_applies_and_calls_its_people(night: Night) -> None:
    night.activate()

    changed = night.change_level(Level.II)

    assert opened(changed.events) == ["evacuate.1"]
    assert ("call", ("wu",)) in steps(changed.events)


def test_levels_jump(night: Night) -> None:
    night.activate(Level.IV)

    changed = night.change_level(Level.I)

    assert [(event.before, event.level) for event in only(LevelChanged, changed.events)] == [(Level.IV, Level.I)]
    assert opened(changed.events) == ["evacuate.1"]


def test_downgrade_withdraws_what_has_not_begun(night: Night) -> None:
    night.activate(Level.II)

    changed = night.change_level(Level.III)

    assert [(event.assignment, both(event.reason).en) for event in only(TaskWithdrawn, changed.events)] == [
        ("evacuate.1", "level II → III")
    ]
    assert ("again", ("wu",)) not in steps(night.forward(minutes(10)))


def test_downgrade_leaves_what_has_begun(night: Night) -> None:
    night.activate(Level.II)
    night.acknowledge("wu", "evacuate.1")

    night.change_level(Level.III)

    assert night.task("evacuate.1").status is TaskStatus.ACKNOWLEDGED


def test_downgrade_keeps_what_the_plan_keeps(tmp_path: Path) -> None:
    night = Night(tmp_path, small_plan([task("shelter", "town", levels=UPPER, on_downgrade=OnDowngrade.KEEP)]))
    night.activate(Level.II)

    night.change_level(Level.III)

    assert steps(night.forward(minutes(2))) == [("again", ("wu",))]


def test_withdrawn_task_opens_again_with_the_level(night: Night) -> None:
    night.activate(Level.II)
    night.change_level(Level.III)

    changed = night.change_level(Level.II)

    assert opened(changed.events) == ["evacuate.2"]
    assert night.task("evacuate.1").status is TaskStatus.WITHDRAWN


def test_task_that_was_done_does_not_open_again_with_the_level(night: Night) -> None:
    night.activate(Level.II)
    night.complete("wu", "evacuate.1", count="230")
    night.change_level(Level.III)

    assert opened(night.change_level(Level.II).events) == []


def test_predecessor_that_does_not_apply_holds_nothing_up(tmp_path: Path) -> None:
    night = Night(tmp_path, small_plan([task("order", "duty_officer", levels=UPPER), task("patrol", "patrol", after=("order",))]))

    assert opened(night.activate(Level.III).events) == ["patrol.1"]


def test_condition_of_a_task_opens_it_when_the_facts_say_so(tmp_path: Path) -> None:
    night = Night(tmp_path, small_plan([task("pump", "town", when="flow >= 2500"), task("patrol", "patrol")]))
    assert opened(night.activate().events) == ["patrol.1"]

    assert opened(night.flow(2600).events) == ["pump.1"]


def test_facts_propose_a_level_to_its_approvers_once(night: Night) -> None:
    night.activate()

    first, second = night.flow(3100), night.flow(3200)

    assert [(event.level, [told.person for told in event.told]) for event in only(LevelProposed, first.events)] == [
        (Level.II, ["sun"])
    ]
    assert only(LevelProposed, second.events) == []
    assert night.head.state.level is Level.III
    assert [each.person for each in night.messages if each.template == "proposal"] == ["sun", "sun", "sun"]  # three channels


def test_a_proposal_lapses_when_the_facts_fall_back_and_a_second_rise_proposes_again(night: Night) -> None:
    night.activate()
    night.flow(3100)

    fallen, risen = night.flow(2500), night.flow(3300)

    assert [event.level for event in only(LevelProposalLapsed, fallen.events)] == [Level.II]
    assert [event.level for event in only(LevelProposed, risen.events)] == [Level.II]


def test_forecast_is_no_observation(night: Night) -> None:
    night.activate()

    night.flow(4200, forecast=True)

    assert night.head.state.facts == {}
    assert night.head.state.forecasts == {"flow": 4200}


def test_late_news_of_an_older_reading_replaces_nothing(night: Night) -> None:
    night.activate()
    night.forward(minutes(30))
    night.flow(2900, observed_at=START + minutes(25))

    older = night.flow(3500, observed_at=START + minutes(10))

    assert night.head.state.facts == {"flow": 2900}
    assert only(LevelProposed, older.events) == []
    assert len(older.events) == 1  # but it is on record


def test_level_is_changed_only_by_whom_the_plan_names(night: Night) -> None:
    night.activate()

    with pytest.raises(NotAuthorisedError) as refused:
        night.change_level(Level.II, approved_by="zhao")

    assert "zhao may not approve level II: it takes one of deputy_commander (now: Sun (sun))" in str(refused.value)
    assert "--approved-by" in str(refused.value)
    assert night.head.state.level is Level.III


def test_level_change_takes_a_reason(night: Night) -> None:
    night.activate()

    with pytest.raises(ReasonRequiredError, match="change the level"):
        night.change_level(Level.II, reason="")


def patrolling(folder: Path, level: Level = Level.III, **more: object) -> Night:
    """A patrol that comes round every hour at level III, every half hour at II, and only once at IV and I."""
    every = {Level.III: minutes(60), Level.II: minutes(30)}
    night = Night(folder, small_plan([task("patrol", "patrol", every=every, **more)]))
    night.activate(level)
    return night


def test_patrol_comes_round_every_hour(tmp_path: Path) -> None:
    night = patrolling(tmp_path)
    night.complete("wang", "patrol.1")

    rounds = only(TaskOpened, night.forward(minutes(59))), only(TaskOpened, night.forward(minutes(1)))

    assert rounds[0] == []
    assert [(event.assignment, event.at - START) for event in rounds[1]] == [("patrol.2", minutes(60))]


def test_unfinished_round_gives_way_to_the_next(tmp_path: Path) -> None:
    night = patrolling(tmp_path)

    due = [event for event in night.forward(minutes(60)) if event.at == START + minutes(60)]

    assert [(event.assignment, both(event.reason).en) for event in only(TaskWithdrawn, due)] == [
        ("patrol.1", "not done when round 2 was due")
    ]
    assert steps(due) == [("call", ("wang",))]


def test_round_after_an_outage_opens_once_and_says_when_it_was_due(tmp_path: Path) -> None:
    night = patrolling(tmp_path)
    night.complete("wang", "patrol.1")
    night.clock.forward(minutes(200))

    late = only(TaskOpened, night.engine.tick(night.response).events)

    assert [(event.assignment, event.due, event.next_round) for event in late] == [
        ("patrol.2", START + minutes(60), START + minutes(260))
    ]


def test_upgrade_shortens_the_round_at_once(tmp_path: Path) -> None:
    night = patrolling(tmp_path)
    night.complete("wang", "patrol.1")
    night.forward(minutes(10))

    night.change_level(Level.II)

    assert night.task("patrol.1").next_round == START + minutes(30)
    assert opened(night.forward(minutes(20))) == ["patrol.2"]


def test_upgrade_opens_a_round_that_the_new_interval_makes_overdue(tmp_path: Path) -> None:
    night = patrolling(tmp_path)
    night.complete("wang", "patrol.1")
    night.forward(minutes(40))

    assert opened(night.change_level(Level.II).events) == ["patrol.2"]


def test_downgrade_keeps_the_earlier_round(tmp_path: Path) -> None:
    night = patrolling(tmp_path, Level.II)
    night.complete("wang", "patrol.1")

    night.change_level(Level.III)

    assert night.task("patrol.1").next_round == START + minutes(30)


def test_task_begins_to_repeat_at_the_level_where_it_does(tmp_path: Path) -> None:
    night = patrolling(tmp_path, Level.IV)
    night.complete("wang", "patrol.1")
    night.forward(minutes(20))

    night.change_level(Level.III)

    assert opened(night.forward(minutes(40))) == ["patrol.2"]


def test_task_stops_repeating_at_the_level_where_it_does_not(tmp_path: Path) -> None:
    night = patrolling(tmp_path)
    night.complete("wang", "patrol.1")

    night.change_level(Level.IV)

    assert opened(night.forward(minutes(180))) == []


def test_task_comes_round_only_while_its_condition_holds(tmp_path: Path) -> None:
    night = patrolling(tmp_path, when="flow >= 2000")
    night.flow(2400)
    night.complete("wang", "patrol.1")
    night.flow(1500)

    assert opened(night.forward(minutes(90))) == []
    assert opened(night.flow(2400).events) == ["patrol.2"]


def test_withdrawn_task_waits_for_what_the_higher_level_asks_first(tmp_path: Path) -> None:
    order = task("order", "duty_officer", levels=UPPER)
    pump = task("pump", "town", levels=UPPER | {Level.III}, after=("order",), every={level: minutes(60) for level in Level})
    night = Night(tmp_path, small_plan([order, pump]))
    night.activate(Level.III)
    night.change_level(Level.IV)  # withdraws pump.1
    night.change_level(Level.II)

    assert "pump.2" not in opened(night.forward(minutes(90)))
    assert opened(night.complete("zhao", "order.1").events) == ["pump.2"]


def test_plan_edited_meanwhile_changes_only_the_next_activation(night: Night) -> None:
    first = night.activate()
    night.plans.plan = replace(night.plans.plan, version="2", tasks={"verify": task("verify", "town")})

    night.restart()
    going_on = night.complete("zhao", "verify.1")
    second = night.activate(incident="千河洪水")

    assert opened(going_on.events) == ["patrol.1"]
    assert first.state.digest != second.state.digest
    assert steps(second.events) == [("call", ("wu",))]
