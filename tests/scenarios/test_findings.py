"""Leaks, areas, waves and shifts: each finding opens its own tasks, whatever the normal order waits for."""

from pathlib import Path

import pytest

from flows.errors import FindingError, NotAuthorisedError, ReasonRequiredError, UnknownNameError, WrongStateError
from flows.model.events import FindingClosed, FindingConditionBroken, FindingReported, TaskOpened, TaskWithdrawn
from flows.testing.night import ALL, START, Night, minutes, only, opened, small_plan, steps, task, text
from plans.model import EvidenceField, EvidenceType, Fact, FactType, FindingKind, Level, Plan

DANGER = FindingKind(
    "danger",
    text("danger"),
    fields=(EvidenceField("kind", text("kind"), EvidenceType.CHOICE, choices=("piping", "slide")),),
    report=("patrol", "town"),
)
HOURLY = {level: minutes(60) for level in ALL}


def plan(**more: object) -> Plan:
    """Approval comes first; every danger is verified, fought and watched each hour."""
    given = {"findings": {"danger": DANGER}, **more}
    return small_plan(
        [
            task("approve", "deputy_commander"),
            task("patrol", "patrol", after=("approve",)),
            task("check", "patrol", each="danger"),
            task("fight", "town", each="danger", after=("check",)),
            task("watch", "patrol", each="danger", every=HOURLY),
            task("sum_up", "duty_officer", after=("fight",)),
        ],
        **given,
    )


@pytest.fixture
def night(tmp_path: Path) -> Night:
    night = Night(tmp_path, plan())
    night.activate()
    return night


def test_leak_found_while_the_normal_order_is_blocked_opens_its_tasks_at_once(night: Night) -> None:
    found = night.report("K12+300", kind="piping")

    assert [(each.finding, each.label, each.values, each.by) for each in only(FindingReported, found.events)] == [
        ("danger-1", "K12+300", {"kind": "piping"}, "wang")
    ]
    assert opened(found.events) == ["check.1", "watch.1"]
    assert [event.finding for event in only(TaskOpened, found.events)] == ["danger-1", "danger-1"]
    assert "patrol.1" not in night.head.state.assignments
    assert sorted(night.told("check.1")) == [("call", "wang", "sms"), ("call", "wang", "wechat")]


def test_two_findings_at_once_have_a_ladder_and_an_order_each(night: Night) -> None:
    night.report("K12+300")
    night.forward(minutes(3))
    night.report("K15+000")

    climbed = night.forward(minutes(5))
    done = night.complete("wang", "check.2")

    assert ("leader", ("qian",)) in steps(event for event in climbed if getattr(event, "assignment", "") == "check.1")
    assert [step for step, _ in steps(event for event in climbed if getattr(event, "assignment", "") == "check.2")] == [
        "again",
        "deputy",
    ]
    assert [(event.assignment, event.finding) for event in only(TaskOpened, done.events)] == [("fight.1", "danger-2")]
    assert [(event.assignment, event.finding) for event in only(TaskOpened, night.complete("wang", "check.1").events)] == [
        ("fight.2", "danger-1")
    ]


def test_two_findings_at_once_come_round_each_at_its_own_time(night: Night) -> None:
    night.report("K12+300")
    night.forward(minutes(20))
    night.report("K15+000")
    night.complete("wang", "watch.1")
    night.complete("wang", "watch.2")

    rounds = [event for event in only(TaskOpened, night.forward(minutes(60))) if event.task == "watch"]

    assert [(event.assignment, event.finding, event.round, event.again, event.at - START) for event in rounds] == [
        ("watch.3", "danger-1", 2, "watch.1", minutes(60)),
        ("watch.4", "danger-2", 2, "watch.2", minutes(80)),
    ]


def test_task_after_an_each_task_waits_for_a_finding_and_then_for_any_of_them(night: Night) -> None:
    night.report("K12+300")
    night.report("K15+000")
    night.complete("wang", "check.2")
    assert "sum_up.1" not in night.head.state.assignments

    assert "sum_up.1" in opened(night.complete("wu", "fight.1").events)


def test_task_for_each_finding_waits_for_what_the_whole_response_waits_for(tmp_path: Path) -> None:
    night = Night(
        tmp_path,
        small_plan(
            [task("order", "duty_officer"), task("fight", "town", each="danger", after=("order",))], findings={"danger": DANGER}
        ),
    )
    night.activate()
    assert opened(night.report("K12+300").events) == []

    assert opened(night.complete("zhao", "order.1").events) == ["fight.1"]


def test_task_after_findings_of_another_kind_takes_any_that_is_done(tmp_path: Path) -> None:
    wave = FindingKind("wave", text("wave"))
    night = Night(
        tmp_path,
        small_plan(
            [task("gather", "town", each="wave"), task("fight", "patrol", each="danger", after=("gather",))],
            findings={"danger": DANGER, "wave": wave},
        ),
    )
    night.activate()
    night.report("K12+300")
    night.report("first wave", "wave")

    assert opened(night.complete("wu", "gather.1").events) == ["fight.1"]
    assert opened(night.report("K15+000").events) == ["fight.2"]


def test_message_says_which_finding_it_is_about(night: Night) -> None:
    night.report("K12+300")
    night.report("K15+000")

    tasks = {each.assignment: each.parameters["task"] for each in night.messages if each.assignment.startswith("check")}

    assert tasks == {"check.1": "check（K12+300）", "check.2": "check（K15+000）"}


def test_finding_said_twice_is_one_finding(night: Night) -> None:
    night.report("K12+300", kind="piping")

    assert night.report(" K12+300 ", kind="piping").events == ()
    assert [each.finding for each in only(FindingReported, night.report("K12+300", kind="slide").events)] == ["danger-2"]


def test_wave_after_wave_opens_the_same_tasks(tmp_path: Path) -> None:
    wave = FindingKind("wave", text("wave"))
    night = Night(tmp_path, small_plan([task("gather", "town", each="wave")], findings={"wave": wave}))
    night.activate()

    first, second = night.report("excavators", "wave", by="qian"), night.report("trucks", "wave", by="qian")

    assert (opened(first.events), opened(second.events)) == (["gather.1"], ["gather.2"])


def test_report_waits_for_no_form_but_a_wrong_value_is_refused(night: Night) -> None:
    assert [each.missing for each in only(FindingReported, night.report("K12+300").events)] == [("kind",)]

    with pytest.raises(FindingError, match="kind: 'pipng' is not one of piping, slide"):
        night.report("K15+000", kind="pipng")
    with pytest.raises(FindingError, match="kinds is no field of danger, did you mean kind"):
        night.report("K15+000", kinds="piping")


def test_report_says_where(night: Night) -> None:
    with pytest.raises(FindingError, match="it has no label: say where or which it is"):
        night.report(" ")


def test_who_may_report_is_named(night: Night) -> None:
    with pytest.raises(NotAuthorisedError, match=r"li may not report danger: it takes one of patrol, town.*Wang \(wang\)"):
        night.report("K12+300", by="li")


def test_unknown_kind_of_finding_names_the_nearest(night: Night) -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'danger'"):
        night.report("K12+300", of="dangr")


def test_closing_withdraws_what_is_open_and_tells_whoever_was_called(night: Night) -> None:
    night.report("K12+300")
    night.report("K15+000")
    night.acknowledge("wang", "check.1")

    closed = night.close_finding("danger-1", "a false alarm")

    assert [event.finding for event in only(FindingClosed, closed.events)] == ["danger-1"]
    assert [(event.assignment, [told.person for told in event.released]) for event in only(TaskWithdrawn, closed.events)] == [
        ("check.1", ["wang"]),
        ("watch.1", ["wang"]),
    ]
    assert not night.task("check.2").has_ended
    assert night.close_finding("danger-1").events == ()
    assert opened(night.forward(minutes(70))) == ["watch.3"]  # of the other finding


def test_unknown_finding_names_the_open_ones(night: Night) -> None:
    night.report("K12+300")
    night.report("K15+000")
    night.close_finding("danger-1")

    with pytest.raises(UnknownNameError, match=r"no open finding 'danger-3'.*known: danger-2"):
        night.close_finding("danger-3")


def test_closing_takes_a_reason(night: Night) -> None:
    night.report("K12+300")

    with pytest.raises(ReasonRequiredError, match="close danger-1"):
        night.close_finding("danger-1", " ")


def test_nothing_is_found_in_a_response_that_has_stood_down(night: Night) -> None:
    night.stand_down()

    with pytest.raises(WrongStateError, match="open a new response"):
        night.report("K12+300")


def coloured(folder: Path) -> Night:
    colour = Fact("colour", text("colour"), FactType.CHOICE, choices=("blue", "yellow", "orange"))
    area = FindingKind("area", text("area"), when='rank(colour) >= rank("yellow")')
    base = small_plan([task("move_people", "town", each="area")], findings={"area": area})
    night = Night(folder, small_plan(base.tasks.values(), findings=base.findings, facts={**base.facts, "colour": colour}))
    night.activate()
    return night


def test_area_opens_by_itself_when_the_colour_turns_yellow(tmp_path: Path) -> None:
    night = coloured(tmp_path)
    assert opened(night.fact("colour", "blue").events) == []

    turned = night.fact("colour", "yellow")

    assert [(each.finding, each.cause) for each in only(FindingReported, turned.events)] == [("area-1", "condition")]
    assert opened(turned.events) == ["move_people.1"]
    assert opened(night.fact("colour", "orange").events) == []


def test_second_rise_opens_a_second_area(tmp_path: Path) -> None:
    night = coloured(tmp_path)
    night.fact("colour", "yellow")

    fallen, risen = night.fact("colour", "blue"), night.fact("colour", "orange")

    assert [each.of for each in only(FindingConditionBroken, fallen.events)] == ["area"]
    assert opened(risen.events) == ["move_people.2"]


def on_shifts(folder: Path) -> Night:
    shift = FindingKind("shift", text("shift"), every=minutes(8 * 60))
    night = Night(folder, small_plan([task("protect", "town", each="shift")], findings={"shift": shift}))
    night.activate()
    return night


def test_shift_begins_every_eight_hours_from_the_opening(tmp_path: Path) -> None:
    night = on_shifts(tmp_path)
    assert "protect.1" in night.head.state.assignments

    begun = night.forward(minutes(17 * 60))

    assert [(each.assignment, each.at - START) for each in only(TaskOpened, begun)] == [
        ("protect.2", minutes(8 * 60)),
        ("protect.3", minutes(16 * 60)),
    ]


def test_next_shift_takes_back_what_the_one_before_has_not_begun_and_leaves_work_under_way(tmp_path: Path) -> None:
    night = on_shifts(tmp_path)
    night.start("wu", "protect.1")
    night.forward(minutes(8 * 60))

    night.forward(minutes(8 * 60))

    assert not night.task("protect.1").has_ended
    assert night.task("protect.2").has_ended
    assert not night.task("protect.3").has_ended


def test_shifts_missed_in_an_outage_begin_once(tmp_path: Path) -> None:
    night = on_shifts(tmp_path)
    night.clock.forward(minutes(25 * 60))

    begun = only(FindingReported, night.engine.tick(night.response).events)

    assert [(each.finding, each.due - START if each.due else None) for each in begun] == [("shift-2", minutes(24 * 60))]


def test_no_shift_begins_after_the_stand_down(tmp_path: Path) -> None:
    night = on_shifts(tmp_path)
    night.stand_down()

    assert opened(night.forward(minutes(20 * 60))) == []


def test_finding_opens_only_the_tasks_of_its_level(tmp_path: Path) -> None:
    upper = frozenset({Level.I, Level.II})
    night = Night(
        tmp_path,
        small_plan(
            [task("fight", "town", each="danger"), task("army", "qian", each="danger", levels=upper)], findings={"danger": DANGER}
        ),
    )
    night.activate(Level.IV)
    assert opened(night.report("K12+300").events) == ["fight.1"]

    assert opened(night.change_level(Level.I).events) == ["army.1"]  # and levels jump
