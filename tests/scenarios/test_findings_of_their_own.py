"""What is known of one danger decides about that danger alone: its grade, its inspection that failed, its own course."""

from pathlib import Path

import pytest

from flows.deciding.clocks import next_due
from flows.errors import FindingError, NotAuthorisedError, UnknownNameError, WrongStateError
from flows.model.events import FactRecorded, FindingUpdated, TaskOpened, TaskResumed, TaskSuspended, TaskWithdrawn
from flows.model.state import state_adapter
from flows.testing.night import ALL, Night, minutes, only, opened, small_plan, task, text
from plans.model import EvidenceField, EvidenceType, Fact, FactType, FindingKind, Plan, Repeat

GRADES, RESULTS = ("minor", "serious", "major"), ("failed", "passed")
DANGER = FindingKind(
    "danger",
    text("danger"),
    fields=(
        EvidenceField("grade", text("grade"), EvidenceType.CHOICE, required=False, choices=GRADES),
        EvidenceField("result", text("result"), EvidenceType.CHOICE, required=False, choices=RESULTS),
        EvidenceField("depth", text("depth"), EvidenceType.NUMBER, required=False),
    ),
    report=("patrol", "town"),
)
IS_OPEN = "!(known(finding.result) && finding.result == 'passed')"


def sets(field: str, choices: tuple[str, ...]) -> tuple[EvidenceField, ...]:
    return (EvidenceField(field, text(field), EvidenceType.CHOICE, required=False, choices=choices, finding=field),)


def plan(**more: object) -> Plan:
    """A danger is graded; a major one is fought by the town; it is mended, inspected, and mended again until it passes."""
    return small_plan(
        [
            task("grade", "patrol", each="danger", evidence=sets("grade", GRADES)),
            task("fight", "town", each="danger", after=("grade",), when='rank(finding.grade) >= rank("major")'),
            task("mend", "town", each="danger", after=("grade",), when=IS_OPEN, again=("finding.result",)),
            task("inspect", "patrol", each="danger", after=("mend",), evidence=sets("result", RESULTS)),
            task("sum_up", "duty_officer", each="danger", after=("inspect",), when='finding.result == "passed"'),
        ],
        findings={"danger": DANGER},
        **more,
    )


def of_one(tmp_path: Path, *tasks: object, **more: object) -> Night:
    """A response in which two dangers have been found."""
    night = Night(tmp_path, small_plan(tasks, findings={"danger": DANGER}, **more))  # type: ignore[arg-type]  # tasks
    night.activate()
    night.report("K12")
    night.report("K15")
    return night


@pytest.fixture
def night(tmp_path: Path) -> Night:
    night = Night(tmp_path, plan())
    night.activate()
    night.report("K12")
    night.report("K15")
    return night


def test_only_the_danger_graded_major_is_fought(night: Night) -> None:
    major = night.complete("wang", "grade.1", grade="major")
    minor = night.complete("wang", "grade.2", grade="minor")

    assert opened(major.events) == ["fight.1", "mend.1"]
    assert opened(minor.events) == ["mend.2"]
    assert night.task("fight.1").finding == "danger-1"


def test_the_record_says_what_became_known_of_a_danger_and_by_which_task(night: Night) -> None:
    graded = night.complete("wang", "grade.1", grade="serious")

    assert [(each.finding, each.values, each.assignment, each.by) for each in only(FindingUpdated, graded.events)] == [
        ("danger-1", {"grade": "serious"}, "grade.1", "wang")
    ]
    assert night.head.state.findings["danger-1"].values == {"grade": "serious"}
    assert night.head.state.findings["danger-2"].values == {}


def test_a_field_that_nobody_has_given_is_unknown_and_opens_nothing(night: Night) -> None:
    done = night.complete("wang", "grade.1", reason="too dark to say")

    assert opened(done.events) == ["mend.1"]


def test_what_was_said_with_the_report_counts_at_once(tmp_path: Path) -> None:
    night = Night(
        tmp_path, small_plan([task("fight", "town", each="danger", when="finding.depth > 2")], findings={"danger": DANGER})
    )
    night.activate()

    assert opened(night.report("K12", depth="1.5").events) == []
    assert opened(night.report("K15", depth="2.5").events) == ["fight.1"]


def test_a_failed_inspection_has_it_mended_and_inspected_again_as_often_as_it_fails(night: Night) -> None:
    night.complete("wang", "grade.1", grade="minor")
    for number in (1, 2, 3):
        assert opened(night.complete("wu", f"mend.{number}").events) == [f"inspect.{number}"]
        assert opened(night.complete("wang", f"inspect.{number}", result="failed").events) == [f"mend.{number + 1}"]
    night.complete("wu", "mend.4")

    passed = night.complete("wang", "inspect.4", result="passed")

    assert opened(passed.events) == ["sum_up.1"]
    assert not [each for each in night.head.state.assignments.unended if each.finding == "danger-1" and each.task != "sum_up"]


def test_the_record_says_why_it_is_mended_and_inspected_again(night: Night) -> None:
    night.complete("wang", "grade.1", grade="minor")
    night.complete("wu", "mend.1")
    failed = night.complete("wang", "inspect.1", result="failed")
    mended = night.complete("wu", "mend.2")

    assert [(each.again, each.because) for each in only(TaskOpened, (*failed.events, *mended.events))] == [
        ("mend.1", "finding.result"),
        ("inspect.1", "after mend.2"),
    ]


def test_the_other_danger_goes_its_own_way(night: Night) -> None:
    for number in (1, 2):
        night.complete("wang", f"grade.{number}", grade="minor")
        night.complete("wu", f"mend.{number}")
    night.complete("wang", "inspect.1", result="failed")

    passed = night.complete("wang", "inspect.2", result="passed")

    assert opened(passed.events) == ["sum_up.1"]
    assert night.task("sum_up.1").finding == "danger-2"
    assert night.task("mend.3").finding == "danger-1"


def test_an_inspection_not_begun_gives_way_to_the_one_after_the_next_mending(night: Night) -> None:
    night.complete("wang", "grade.1", grade="minor")
    night.complete("wu", "mend.1")
    night.update_finding("danger-1", result="failed")

    mended = night.complete("wu", "mend.2")

    assert [each.assignment for each in only(TaskWithdrawn, mended.events)] == ["inspect.1"]
    assert opened(mended.events) == ["inspect.2"]


def test_a_chain_follows_link_by_link_and_nobody_goes_ahead(tmp_path: Path) -> None:
    night = of_one(
        tmp_path,
        task("mend", "town", each="danger", again=("finding.result",)),
        task("clean", "town", each="danger", after=("mend",)),
        task("look", "patrol", each="danger", after=("mend",)),
        task("inspect", "patrol", each="danger", after=("clean", "look")),
    )
    for name in ("mend.1", "clean.1", "look.1"):
        night.complete("wang" if name == "look.1" else "wu", name)
    night.complete("wang", "inspect.1")
    night.update_finding("danger-1", result="failed")

    mended = night.complete("wu", "mend.3")
    cleaned = night.complete("wu", "clean.2")
    looked = night.complete("wang", "look.2")

    assert opened(mended.events) == ["clean.2", "look.2"]
    assert opened(cleaned.events) == []
    assert opened(looked.events) == ["inspect.2"]


def test_whoever_is_waited_for_at_most_an_hour_is_waited_for_so_long_in_the_next_course_too(tmp_path: Path) -> None:
    night = of_one(
        tmp_path,
        task("mend", "town", each="danger", again=("finding.result",)),
        task("inspect", "patrol", each="danger", after=("mend",), after_at_most={"mend": minutes(60)}),
    )
    night.complete("wu", "mend.1")
    night.complete("wang", "inspect.1")
    night.update_finding("danger-1", result="failed")

    assert opened(night.forward(minutes(59))) == []
    assert next_due(night.plans.plan, night.head.state) is not None
    later = only(TaskOpened, night.forward(minutes(1)))
    assert [(each.assignment, each.without) for each in later if each.finding == "danger-1"] == [("inspect.2", ("mend",))]


def test_a_task_asks_about_the_same_danger_and_others_about_any(tmp_path: Path) -> None:
    night = of_one(
        tmp_path,
        task("seal", "town", each="danger"),
        task("watch", "patrol", each="danger", when="done(seal)"),
        task("tell", "duty_officer", when="done(seal)"),
    )

    sealed = night.complete("wu", "seal.2")

    assert opened(sealed.events) == ["watch.1", "tell.1"]
    assert night.task("watch.1").finding == "danger-2"


def test_work_on_one_danger_is_not_work_on_the_other(tmp_path: Path) -> None:
    every = {level: minutes(60) for level in ALL}
    night = of_one(
        tmp_path,
        task("fight", "town", each="danger"),
        task("watch", "patrol", each="danger", every=every, repeat_while="running(fight)"),
    )
    night.complete("wu", "fight.1")

    later = only(TaskOpened, night.forward(minutes(60)))

    assert [each.finding for each in later] == ["danger-2"]


def test_a_danger_is_looked_at_as_often_as_its_grade_asks(tmp_path: Path) -> None:
    often, seldom = ({level: minutes(number) for level in ALL} for number in (30, 120))
    major = Repeat(often, when='finding.grade == "major"')
    night = of_one(tmp_path, task("watch", "patrol", each="danger", every_case=(major,), every=seldom))
    night.update_finding("danger-1", grade="major")

    later = only(TaskOpened, night.forward(minutes(60)))

    assert [each.finding for each in later] == ["danger-1", "danger-1"]


def test_work_stands_still_only_where_the_water_is_deep(tmp_path: Path) -> None:
    night = of_one(tmp_path, task("seal", "town", each="danger", pause="finding.depth > 2"))

    deep = night.update_finding("danger-2", depth="3")
    shallow = night.update_finding("danger-2", depth="1")

    assert [each.assignment for each in only(TaskSuspended, deep.events)] == ["seal.2"]
    assert [each.assignment for each in only(TaskResumed, shallow.events)] == ["seal.2"]


def test_rounds_end_for_the_danger_that_has_passed(tmp_path: Path) -> None:
    every = {level: minutes(60) for level in ALL}
    night = of_one(tmp_path, task("watch", "patrol", each="danger", every=every, repeat_until='finding.result == "passed"'))
    night.update_finding("danger-1", result="passed")

    assert [each.finding for each in only(TaskOpened, night.forward(minutes(60)))] == ["danger-2"]


def test_evidence_may_set_the_danger_and_the_fact_at_once(tmp_path: Path) -> None:
    both = (EvidenceField("grade", text("grade"), EvidenceType.CHOICE, choices=GRADES, fact="worst", finding="grade"),)
    night = of_one(
        tmp_path,
        task("classify", "patrol", each="danger", evidence=both),
        facts={
            "flow": Fact("flow", text("flow"), FactType.NUMBER, "m3/s"),
            "worst": Fact("worst", text("worst"), FactType.CHOICE, choices=GRADES),
        },
    )

    graded = night.complete("wang", "classify.1", grade="major")

    assert [each.value for each in only(FactRecorded, graded.events)] == ["major"]
    assert night.head.state.findings["danger-1"].values == {"grade": "major"}


def test_a_person_may_correct_a_danger_and_what_is_so_already_changes_nothing(night: Night) -> None:
    corrected = night.update_finding("danger-1", grade="serious")

    assert [each.values for each in only(FindingUpdated, corrected.events)] == [{"grade": "serious"}]
    assert night.update_finding("danger-1", grade="serious").events == ()
    assert night.update_finding("danger-1", grade="").events == ()


def test_only_whoever_may_report_a_danger_may_correct_it_with_values_that_fit_while_it_is_open(night: Night) -> None:
    with pytest.raises(UnknownNameError, match="danger-9"):
        night.update_finding("danger-9", grade="major")
    with pytest.raises(NotAuthorisedError):
        night.update_finding("danger-1", by="qian", grade="major")
    with pytest.raises(FindingError, match="one of minor, serious, major"):
        night.update_finding("danger-1", grade="huge")
    night.close_finding("danger-1")
    with pytest.raises(WrongStateError, match="closed"):
        night.update_finding("danger-1", grade="major")


def test_the_loop_goes_on_in_a_state_that_was_read_back(night: Night) -> None:
    night.complete("wang", "grade.1", grade="minor")
    night.complete("wu", "mend.1")
    night.complete("wang", "inspect.1", result="failed")
    state = night.head.state

    night.restart()

    assert state_adapter.validate_json(state_adapter.dump_json(state)) == state
    assert opened(night.complete("wu", "mend.2").events) == ["inspect.2"]


def test_a_plan_with_such_conditions_is_kept_and_read_back_the_same() -> None:
    assert Plan.from_json(plan().ordered_json) == plan()
