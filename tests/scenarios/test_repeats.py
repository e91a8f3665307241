"""Rounds whose interval facts decide, that begin and end with other tasks, and that outlive their level and the response."""

from pathlib import Path

from flows.model.events import TaskOpened, TaskReassigned, TaskWithdrawn
from flows.model.state import TaskStatus
from flows.testing.night import ALL, START, Night, duty_of, minutes, only, opened, person, small_plan, steps, task
from plans.model import Level, OnDowngrade, OnEnd, Phase, Repeat, Task

HOURLY = {level: minutes(60) for level in ALL}
UPPER = frozenset({Level.I, Level.II})


def every(length: float) -> dict[Level, object]:
    return {level: minutes(length) for level in ALL}


def a_night(folder: Path, *tasks: Task, level: Level = Level.III) -> Night:
    night = Night(folder, small_plan(tasks))
    night.activate(level)
    return night


def test_fact_shortens_the_interval_and_the_next_round_comes_at_the_earlier_time(tmp_path: Path) -> None:
    rising = Repeat({level: minutes(20) for level in ALL}, when="flow >= 2500")
    night = a_night(tmp_path, task("patrol", "patrol", every=HOURLY, every_case=(rising,)))
    night.complete("wang", "patrol.1")
    night.forward(minutes(10))

    assert opened(night.flow(2600).events) == []
    assert [(event.assignment, event.at - START) for event in only(TaskOpened, night.forward(minutes(15)))] == [
        ("patrol.2", minutes(20))
    ]


def test_round_that_the_shorter_interval_makes_overdue_opens_with_the_fact(tmp_path: Path) -> None:
    rising = Repeat({level: minutes(20) for level in ALL}, when="flow >= 2500")
    night = a_night(tmp_path, task("patrol", "patrol", every=HOURLY, every_case=(rising,)))
    night.complete("wang", "patrol.1")
    night.forward(minutes(40))

    assert opened(night.flow(2600).events) == ["patrol.2"]


def test_longer_interval_counts_from_the_next_round_on(tmp_path: Path) -> None:
    rising = Repeat({level: minutes(20) for level in ALL}, when="flow >= 2500")
    night = Night(tmp_path, small_plan([task("patrol", "patrol", every=HOURLY, every_case=(rising,))]))
    night.activate(flow=2600)
    night.complete("wang", "patrol.1")
    night.flow(2000)

    rounds = [event.at - START for event in only(TaskOpened, night.forward(minutes(85)))]

    assert rounds == [minutes(20), minutes(80)]


def test_monitoring_is_dense_for_the_first_hours_and_then_sparser(tmp_path: Path) -> None:
    dense = Repeat({level: minutes(30) for level in ALL}, during=minutes(90))
    night = a_night(tmp_path, task("monitor", "patrol", every=HOURLY, every_case=(dense,)))

    rounds = [event.at - START for event in only(TaskOpened, night.forward(minutes(220)))]

    assert rounds == [minutes(30), minutes(60), minutes(90), minutes(150), minutes(210)]


def test_case_without_the_present_level_does_not_count(tmp_path: Path) -> None:
    lower = Repeat({Level.IV: minutes(10)}, when="flow >= 0")
    night = Night(tmp_path, small_plan([task("patrol", "patrol", every=HOURLY, every_case=(lower,))]))
    night.activate(flow=2600)

    assert opened(night.forward(minutes(61))) == ["patrol.2"]


def test_rounds_stop_when_until_holds(tmp_path: Path) -> None:
    night = a_night(tmp_path, task("monitor", "patrol", every=HOURLY, repeat_until="flow < 1000"))
    night.complete("wang", "monitor.1")
    assert opened(night.forward(minutes(60))) == ["monitor.2"]

    night.flow(900)

    assert opened(night.forward(minutes(300))) == []


def test_lookout_stands_while_people_work(tmp_path: Path) -> None:
    night = a_night(
        tmp_path,
        task("clear", "town"),
        task("lookout", "patrol", every=every(30), repeat_while="running(clear)"),
    )
    night.complete("wang", "lookout.1")
    assert opened(night.forward(minutes(30))) == ["lookout.2"]

    ended = night.complete("wu", "clear.1")

    assert [(event.assignment, [told.person for told in event.released]) for event in only(TaskWithdrawn, ended.events)] == [
        ("lookout.2", ["wang"])
    ]
    assert opened(night.forward(minutes(90))) == []


def test_lookout_does_not_stand_before_people_work_and_comes_back_with_them(tmp_path: Path) -> None:
    night = a_night(
        tmp_path,
        task("go_ahead", "duty_officer"),
        task("clear", "town", after=("go_ahead",), again=("level",)),
        task("lookout", "patrol", every=every(30), repeat_while="running(clear)"),
    )
    assert "lookout.1" not in night.head.state.assignments
    assert opened(night.complete("zhao", "go_ahead.1").events) == ["clear.1", "lookout.1"]
    night.complete("wu", "clear.1")

    assert opened(night.change_level(Level.II).events) == ["clear.2", "lookout.2"]


def test_task_opens_on_the_outcome_of_another_one(tmp_path: Path) -> None:
    night = a_night(tmp_path, task("cut_power", "town"), task("enter", "patrol", when="done(cut_power)"))
    assert "enter.1" not in night.head.state.assignments

    assert opened(night.complete("wu", "cut_power.1").events) == ["enter.1"]


def test_patrol_survives_downgrade_and_end(tmp_path: Path) -> None:
    patrol = task(
        "patrol",
        "patrol",
        levels=UPPER,
        every={Level.I: minutes(20), Level.II: minutes(30)},
        on_downgrade=OnDowngrade.KEEP,
        on_end=OnEnd.KEEP,
    )
    night = a_night(tmp_path, patrol, task("review", "office", phase=Phase.RECOVERY), level=Level.II)
    night.complete("wang", "patrol.1")
    night.change_level(Level.IV)
    assert opened(night.forward(minutes(30))) == ["patrol.2"]

    ended = night.stand_down()

    assert opened(ended.events) == ["review.1"]
    assert night.task("patrol.2").status is TaskStatus.CALLED
    assert opened(night.forward(minutes(60))) == ["patrol.3", "patrol.4"]


def test_what_is_kept_needs_a_reason_to_be_closed_with(tmp_path: Path) -> None:
    night = a_night(tmp_path, task("patrol", "patrol", on_end=OnEnd.KEEP))
    night.stand_down()

    assert [event.assignment for event in only(TaskWithdrawn, night.close("the water has gone").events)] == ["patrol.1"]


def test_fight_is_handed_over_to_the_works_manager_on_downgrade(tmp_path: Path) -> None:
    fight = task("fight", "patrol", levels=UPPER, on_downgrade=OnDowngrade.HAND_OVER, hand_over="office", every=HOURLY)
    duty = duty_of(
        [person(name) for name in ("zhao", "sun", "wang", "works")],
        duty_officer="zhao",
        deputy_commander="sun",
        patrol="wang",
        office="works",
    )
    night = Night(tmp_path, small_plan([fight]), duty)
    night.activate(Level.II)
    night.start("wang", "fight.1")

    changed = night.change_level(Level.III)

    assert [
        (event.assignment, event.assignees, [told.person for told in event.released])
        for event in only(TaskReassigned, changed.events)
    ] == [("fight.1", ("works",), ["wang"])]
    assert ("call", ("works",)) in steps(changed.events)
    assert [event.assignees for event in only(TaskOpened, night.forward(minutes(60)))] == [("works",)]


def test_fight_stays_with_its_people_while_nobody_can_take_it_over(tmp_path: Path) -> None:
    fight = task("fight", "patrol", levels=UPPER, on_downgrade=OnDowngrade.HAND_OVER, hand_over="office")
    night = a_night(tmp_path, fight, level=Level.II)  # nobody is on duty as office
    night.start("wang", "fight.1")

    night.change_level(Level.III)

    assert night.task("fight.1").status is TaskStatus.STARTED


def approving(folder: Path) -> Night:
    return a_night(
        folder,
        task("approve", "deputy_commander"),
        task("scout", "town"),
        task("dispatch", "patrol", after=("approve", "scout"), after_at_most={"approve": minutes(15)}),
    )


def test_approval_is_not_awaited_after_fifteen_minutes(tmp_path: Path) -> None:
    night = approving(tmp_path)
    night.complete("wu", "scout.1")

    gone = only(TaskOpened, night.forward(minutes(20)))

    assert [(event.assignment, event.at - START, event.without) for event in gone] == [("dispatch.1", minutes(15), ("approve",))]
    assert not night.task("approve.1").has_ended


def test_approval_in_time_is_enough(tmp_path: Path) -> None:
    night = approving(tmp_path)
    night.complete("wu", "scout.1")
    night.forward(minutes(5))

    approved = night.complete("sun", "approve.1")

    assert [(event.assignment, event.without) for event in only(TaskOpened, approved.events)] == [("dispatch.1", ())]


def test_what_has_no_limit_is_waited_for_also_after_the_approval_was_given_up(tmp_path: Path) -> None:
    night = approving(tmp_path)
    assert opened(night.forward(minutes(40))) == []

    scouted = night.complete("wu", "scout.1")

    assert [(event.assignment, event.without) for event in only(TaskOpened, scouted.events)] == [("dispatch.1", ("approve",))]


def test_approval_asked_for_anew_is_waited_for_anew(tmp_path: Path) -> None:
    upper = frozenset({Level.I, Level.II})
    night = a_night(
        tmp_path,
        task("approve", "deputy_commander", levels=upper),
        task("dispatch", "patrol", levels=upper, after=("approve",), after_at_most={"approve": minutes(15)}),
        level=Level.II,
    )
    night.forward(minutes(10))
    night.change_level(Level.III)  # withdraws the approval
    night.forward(minutes(60))

    again = night.change_level(Level.II)

    assert opened(again.events) == ["approve.2"]
    assert [event.at for event in only(TaskOpened, night.forward(minutes(15)))] == [night.clock.now()]


def test_upgrade_that_jumps_two_levels_opens_what_both_ask_for(tmp_path: Path) -> None:
    night = a_night(
        tmp_path,
        task("patrol", "patrol", levels=ALL - {Level.IV}, every={Level.III: minutes(60), Level.II: minutes(30)}),
        task("move", "town", levels=UPPER),
        level=Level.IV,
    )

    assert opened(night.change_level(Level.II).events) == ["patrol.1", "move.1"]
