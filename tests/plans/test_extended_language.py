"""What each part of a plan becomes: the values that the engine runs, as the author wrote them."""

from datetime import timedelta
from pathlib import Path

from plans.compiler import check_file, compile_file
from plans.model import (
    ClockFrom,
    CorrectFrom,
    Daylight,
    EvidenceField,
    EvidenceType,
    GradeRow,
    Level,
    OnDowngrade,
    OnEnd,
    Plan,
    Repeat,
    Signal,
    Text,
    Trigger,
)

_plan: Plan = compile_file(Path(__file__).parent / "whole.yaml")
_both = frozenset({Level.IV, Level.III})


def test_the_whole_language_goes_through_json_and_back_unchanged() -> None:
    assert Plan.from_json(_plan.canonical_json) == _plan


def test_reports_and_signals_are_tasks_after_the_tasks() -> None:
    assert list(_plan.tasks)[-5:] == ["protect", "first", "continued", "withdraw", "stop_drill"]


def test_a_report_is_a_task_whose_time_is_the_longest_of_its_limits() -> None:
    first = _plan.tasks["first"]

    assert first.report
    assert first.done == timedelta(hours=2)
    assert first.report.within == {Level.IV: timedelta(hours=2), Level.III: timedelta(hours=1)}
    assert (first.report.track, first.report.clock_from, first.report.by) == ("government", ClockFrom.LEARNED, "fax")
    assert (first.report.sign, first.report.fields) == (("chief",), ("deaths", "flow", "grade"))
    assert (first.report.correct_within, first.report.correct_from) == (timedelta(days=30), CorrectFrom.OCCURRED)
    assert (first.message, [field.name for field in first.evidence]) == ("report", ["text", "receipt"])


def test_a_continued_report_is_numbered_and_comes_round() -> None:
    continued = _plan.tasks["continued"]

    assert continued.report
    assert (continued.report.numbered, continued.report.zero, continued.report.text) == (True, True, None)
    assert continued.every == {Level.IV: timedelta(hours=6), Level.III: timedelta(hours=4)}
    assert continued.again == ("deaths",)


def test_a_signal_is_a_task_that_everybody_answers_at_every_level_of_the_plan() -> None:
    withdraw, stop = _plan.tasks["withdraw"], _plan.tasks["stop_drill"]

    assert withdraw.signal == Signal(("safety", "chief"), ("fight",))
    assert (withdraw.need, withdraw.life_safety, withdraw.message) == ("all", True, "signal")
    assert stop.signal == Signal(("duty",), ends_drill=True)
    assert stop.levels == _both


def test_the_first_case_of_every_that_applies_counts_and_the_plain_one_is_the_rest() -> None:
    watch = _plan.tasks["watch"]

    by_level = {Level.IV: timedelta(hours=2), Level.III: timedelta(hours=1)}
    assert watch.every_case == (
        Repeat(dict.fromkeys(by_level, timedelta(hours=1)), during=timedelta(hours=12)),
        Repeat(by_level, when='rank(grade) >= rank("large")'),
    )
    assert watch.every == dict.fromkeys(by_level, timedelta(hours=4))
    assert (watch.repeat_while, watch.repeat_until) == ("running(fight)", "done(close_road) && level >= 3")
    assert watch.again == ("level", "night", "crosses")


def test_a_task_says_how_long_it_waits_who_takes_it_over_and_what_it_opens_again() -> None:
    fight = _plan.tasks["fight"]

    assert (fight.after, fight.after_at_most) == (("classify", "sign"), {"sign": timedelta(minutes=15)})
    assert (fight.on_downgrade, fight.hand_over) == (OnDowngrade.HAND_OVER, "works")
    assert (fight.each, fight.pause, fight.reopens) == ("danger", "night && !night_work", ("close_road",))
    assert fight.progress == {Level.IV: timedelta(hours=1), Level.III: timedelta(minutes=30)}
    assert _plan.tasks["close_road"].on_end is OnEnd.KEEP


def test_evidence_that_is_a_fact_has_its_type_its_choices_and_its_title() -> None:
    grades = ("general", "larger", "major")
    title = Text("险情等级", "险情等级")

    assert _plan.tasks["classify"].evidence[0] == EvidenceField(
        "grade", title, EvidenceType.CHOICE, fact="danger_grade", choices=grades
    )
    assert _plan.findings["danger"].fields[2] == EvidenceField(
        "size", title, EvidenceType.CHOICE, required=False, fact="danger_grade", choices=grades
    )


def test_evidence_that_sets_its_finding_has_the_type_and_choices_of_the_field(tmp_path: Path) -> None:
    file = tmp_path / "small.yaml"
    sets = "grade: {fact: danger_grade, finding: size, title: 等级}\n      sort: {finding: kind?}"
    whole = (Path(__file__).parent / "whole.yaml").read_text(encoding="utf-8")
    file.write_text(whole.replace("grade: {fact: danger_grade}", sets), encoding="utf-8")

    grade, sort, _ = compile_file(file).tasks["classify"].evidence

    assert (grade.fact, grade.finding, grade.required) == ("danger_grade", "size", True)
    assert sort == EvidenceField(
        "sort", Text("kind", "kind"), EvidenceType.CHOICE, required=False, choices=("piping", "slide"), finding="kind"
    )


def test_findings_open_by_a_report_by_a_condition_or_by_the_clock() -> None:
    danger, area, shift = _plan.findings.values()

    assert danger.report == ("patrol", "duty")
    assert area.when == 'rank(area_color) >= rank("yellow")'
    assert shift.every == timedelta(hours=8)


def test_a_grade_table_keeps_its_columns_and_half_open_intervals() -> None:
    deaths, crosses = _plan.facts["grade"].table

    assert deaths.rows == (
        GradeRow("small", 0.0, 3.0),
        GradeRow("medium", 3.0, 10.0),
        GradeRow("large", 10.0, 30.0),
        GradeRow("extra", 30.0, None),
    )
    assert crosses.rows == (GradeRow("large", values=("county",)), GradeRow("extra", values=("province",)))


def test_a_trigger_on_readings_holds_and_rests_and_proposes_each_level_by_its_condition() -> None:
    when, release = "flow >= 2500 || flow.forecast >= 2500", "flow < 0.95 * 2500"

    assert _plan.triggers == (
        Trigger("rising.III", "reading", f"({when}) && (flow >= 4000)", Level.III, {}, timedelta(minutes=10), release),
        Trigger("rising.IV", "reading", f"({when}) && (flow < 4000)", Level.IV, {}, timedelta(minutes=10), release),
    )


def test_levels_links_facts_and_the_rest_are_as_they_are_written() -> None:
    level, link, flow = _plan.levels[Level.III], _plan.links["pollution"], _plan.facts["flow"]

    assert (level.keep, level.hold, level.sign) == ("flow >= 0.95 * 4000", timedelta(minutes=10), "urgent")
    assert (level.two_person, level.paper, level.expect) == (True, timedelta(days=1), timedelta(days=2))
    assert (link.plan, link.level, link.facts) == ("small", Level.III, {"flow": "flow"})
    assert (flow.low, flow.high, flow.fresh, flow.source) == (0.0, 20000.0, timedelta(hours=6), "rules")
    assert _plan.daylight == Daylight(34.36, 107.24)
    assert (_plan.end.sign, _plan.sources["rules"].valid_to) == ("urgent", "2027-01-01")


def test_a_fault_in_a_report_of_a_base_is_told_in_the_file_of_the_base(tmp_path: Path) -> None:
    whole = (Path(__file__).parent / "whole.yaml").read_text(encoding="utf-8")
    small = (Path(__file__).parent / "small.yaml").read_text(encoding="utf-8")
    (tmp_path / "small.yaml").write_text(small, encoding="utf-8")
    (tmp_path / "stem.yaml").write_text(whole.replace("plan: whole", "base: stem").replace("sign: [chief]", "sign: [cheif]"))
    file = tmp_path / "own.yaml"
    file.write_text("plan: own\nextends: stem\nreports:\n  first: {late: urgnt}\n", encoding="utf-8")

    lines = [str(each).removeprefix(f"{tmp_path}/").split(", expected")[0] for each in check_file(file)]

    assert [line.rpartition("/")[2] for line in lines] == [
        "own.yaml:4:17: there is no ladder 'urgnt'",
        "stem.yaml:174:12: there is no role 'cheif'",
    ]
