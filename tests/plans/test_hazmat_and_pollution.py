"""The hazmat spill and water pollution plans: every printed task, the limits of the law, the distances."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

import pytest

from plans.catalog import load
from plans.expressions import Truth, holds
from plans.grades import with_grades
from plans.model import CorrectFrom, Level, OnDowngrade, Phase, Plan, Task

HAZMAT, POLLUTION = load("hazmat_spill"), load("water_pollution")
BOTH = pytest.mark.parametrize("plan", [HAZMAT, POLLUTION], ids=lambda plan: plan.name)
_MINUTE = timedelta(minutes=1)

# Code, role, levels, predecessors, minutes to acknowledge, minutes to be done (the shortest where the level decides), ladder:
# LA life safety, LB operations, LC paper work, LS sign-off.
_TABLES = {
    "hazmat_spill": """
H01 duty_officer       IV-I  -           1  5     LA | H02 fire               IV-I  H01         1  5     LA
H03 fire               IV-I  H02         3  15    LA | H04 traffic_police     IV-I  H01         3  20    LA
H05 transport          IV-I  H01         3  15    LA | H06 duty_officer       IV-I  H01         3  30    LA
H07 hq_office          IV-I  H05         5  20    LB | H08 hq_office          IV-I  H07         5  15    LS
H09 hq_office          IV-I  H08         5  10    LA | H10 duty_officer       IV-I  H06         5  60    LS
H11 environment        IV-I  H07         10 120   LS | H12 on_scene_commander III-I H08         5  40    LB
H13 fire               IV-I  H03         3  20    LA | H14 fire               IV-I  H03         2  60    LA
H15 fire               IV-I  H13         5  40    LB | H16 on_scene_commander IV-I  H05,H13     3  10    LS
H17 township           IV-I  H16         3  60    LA | H18 traffic_police     IV-I  H04         10 90    LB
H19 power_and_telecom  IV-I  H03         3  20    LA | H20 fire               IV-I  H13         3  30    LA
H21 fire               IV-I  H13,H20     5  120   LA | H22 road_section       IV-I  H03         5  45    LA
H23 environment        IV-I  H05         5  30    LA | H24 monitoring_station IV-I  H03         5  60    LB
H25 meteorology        IV-I  H08         10 20    LB | H26 expert             IV-I  H05,H13     10 45    LS
H27 transport          IV-I  H07         10 120   LB | H28 carrier            IV-I  H21,H26,H27 5  240   LA
H29 road_section       IV-I  H28         10 180   LB | H30 environment        IV-I  H28         10 480   LB
H31 publicity          IV-I  H08         10 60    LS | H32 duty_officer       IV-I  H10         10 30    LS
H33 hq_office          IV-I  H08         5  15    LB | H34 on_scene_commander IV-I  -           1  5     LA
H35 road_section       IV-I  H29,H30     10 120   LB | H36 hq_office          IV-I  H24,H30,H35 10 30    LS
H37 township           IV-I  H36         10 120   LB | H38 duty_officer       IV-I  H36         60 43200 LC
H39 hq_office          IV-I  H36         60 86400 LC
""",
    "water_pollution": """
D01 duty_officer       IV-I  -           1  10    LA | D02 duty_officer       IV-I  D01         2  10    LA
D03 fire               IV-I  D01         3  60    LA | D04 road_section       IV-I  D01         3  45    LA
D05 waterworks         IV-I  D02         2  20    LA | D06 duty_officer       IV-I  D01         3  30    LA
D07 hydrology          IV-I  D02         5  30    LA | D08 environment        IV-I  D07         5  20    LB
D09 hq_office          IV-I  D08         5  15    LS | D10 hq_office          IV-I  D09         5  10    LA
D11 environment        IV-I  D08         5  120   LS | D12 duty_officer       IV-I  D06         5  60    LS
D13 environment        IV-I  D07         5  60    LS | D14 on_scene_commander III-I D09         5  60    LB
D15 environment        IV-I  D02         5  15    LA | D16 monitoring_station IV-I  D02         5  60    LA
D17 monitoring_station IV-I  D16         10 60    LB | D18 water_bureau       III-I D15         10 240   LB
D19 environment        IV-I  D15         3  90    LA | D20 water_bureau       III-I D15,D24     5  360   LA
D21 water_bureau       IV-I  D07         5  45    LS | D22 supply             IV-I  D08         5  120   LB
D23 transport          IV-I  D08         5  120   LB | D24 hq_office          IV-I  D09         5  60    LA
D25 cleanup            IV-I  D19,D22,D23 5  2880  LA | D26 environment        II-I  D19         10 240   LB
D27 waterworks         III-I D05         5  60    LA | D28 water_bureau       II-I  D05         10 240   LB
D29 township           IV-I  D08         5  90    LB | D30 agriculture        III-I D16         30 1440  LC
D31 health             III-I D14         10 60    LB | D32 cleanup            IV-I  D25         10 1440  LB
D33 expert             III-I D14,D16     10 60    LB | D34 environment        IV-I  D08         10 120   LS
D35 environment        IV-I  D11,D12     10 30    LS | D36 hq_office          IV-I  D09         5  15    LB
D37 waterworks         IV-I  D05,D17     10 120   LS | D38 hq_office          IV-I  D17,D25,D36 10 30    LS
D39 environment        IV-I  D38         60 43200 LC | D40 hq_office          IV-I  D38         60 43200 LC
""",
}
# Where we depart from the printed plan: H15 is for III and above, and at IV for poisons (its condition says so); H34 is a signal
# and waits for nothing.
_LADDERS = {"operations": "LB", "paper": "LC", "sign_off": "LS"}


@dataclass(frozen=True)
class _Printed:
    code: str
    role: str
    levels: str
    after: frozenset[str]
    ack: int
    done: int
    ladder: str


def _printed(table: str) -> Iterator[_Printed]:
    for cell in re.split(r"[|\n]", table):
        if cell.strip():
            code, role, levels, after, ack, done, ladder = cell.split()
            yield _Printed(code, role, levels, frozenset(after.split(",")) - {"-"}, int(ack), int(done), ladder)


_ROWS = [(plan, row) for plan in (HAZMAT, POLLUTION) for row in _printed(_TABLES[plan.name])]


@pytest.mark.parametrize(("plan", "printed"), _ROWS, ids=[row.code for _, row in _ROWS])
def test_a_task_is_as_in_the_printed_plan(plan: Plan, printed: _Printed) -> None:
    task = _by_code(plan)[printed.code]

    levels = f"{max(task.levels).name}-{min(task.levels).name}"
    shortest = min(task.report.within.values()) if task.report else task.done
    # the other ladders are life safety by way of whoever answers for the work: scene, police, road, water, environment, county
    ladder = _LADDERS.get(task.ladder, "LA")
    after = frozenset(plan.tasks[name].code for name in (*task.after, *re.findall(r"\bdone\((\w+)\)", task.when)))
    limits = (task.ack // _MINUTE, shortest // _MINUTE)
    assert _Printed(task.code, task.role, levels, after, *limits, ladder) == printed


def test_every_printed_task_is_there_and_what_is_more_is_known() -> None:
    assert _codes(HAZMAT) == {*(f"H{number:02}" for number in range(1, 40)), "H13-1", *(f"H11-{line}" for line in range(1, 6))}
    assert _codes(POLLUTION) == {f"D{number:02}" for number in range(1, 41)}
    assert {name for plan in (HAZMAT, POLLUTION) for name, task in plan.tasks.items() if not task.code} == {
        "stop_drill",
        "withdraw",
    }


@pytest.mark.parametrize(
    ("plan", "codes"),
    [(HAZMAT, ("H02", "H03", "H04", "H05", "H13", "H14", "H16", "H17", "H22")), (POLLUTION, ("D02", "D03", "D04", "D05", "D19"))],
    ids=["hazmat", "pollution"],
)
def test_what_saves_lives_waits_for_no_signature(plan: Plan, codes: tuple[str, ...]) -> None:
    tasks = _by_code(plan)
    approvals = {name for name, task in plan.tasks.items() if task.approval}

    assert approvals == {"approve", "end"}
    assert [code for code in codes if not tasks[code].life_safety or _before(plan, tasks[code]) & approvals] == []


def test_river_users_are_told_without_a_signature() -> None:
    assert not _before(POLLUTION, POLLUTION.tasks["tell_users"]) & {"approve"}


@pytest.mark.parametrize(("plan", "codes"), [(HAZMAT, {"H24", "H30", "H32"}), (POLLUTION, {"D17", "D35"})])
def test_a_lower_level_leaves_what_still_spreads(plan: Plan, codes: set[str]) -> None:
    assert codes <= {task.code for task in plan.tasks.values() if task.on_downgrade is OnDowngrade.KEEP}


# levels and grades


@pytest.mark.parametrize(
    ("facts", "level"),
    [
        ({"leaking": True}, Level.IV),
        ({"rolled_over": True, "deaths": 2.0, "badly_hurt": 9.0}, Level.IV),
        ({"leaking": True, "leak_hours": 2.0}, Level.III),
        ({"rolled_over": True, "deaths": 3.0}, Level.III),
        ({"people_to_move": 500.0}, Level.III),
        ({"closed_hours": 5.5}, Level.III),
        ({"goods": "toxic_gas"}, Level.III),
        ({"goods": "toxic_gas", "vehicle": "tank_truck", "home_distance": 600.0}, Level.II),
        ({"badly_hurt": 50.0}, Level.II),
        ({"water_cut": "county"}, Level.II),
        ({"people_to_move": 10000.0}, Level.II),
        ({"deaths": 30.0}, Level.I),
        ({"leaking": True, "beyond_city": True}, Level.I),
    ],
    ids=str,
)
def test_a_spill_calls_for_a_level(facts: dict[str, float | bool | str], level: Level) -> None:
    assert _called(HAZMAT, facts) is level


@pytest.mark.parametrize(
    ("facts", "level"),
    [
        ({"water_reached": "ditch", "intake_hours": 6.0}, Level.IV),
        ({"water_reached": "stream", "intake_hours": 5.0}, Level.III),
        ({"water_reached": "main_river"}, Level.III),
        ({"water_reached": "ditch", "crosses": "county"}, Level.III),
        ({"water_cut": "township"}, Level.III),
        ({"loss": 5.0}, Level.III),
        ({"water_cut": "county"}, Level.II),
        ({"water_reached": "stream", "crosses": "province"}, Level.II),
        ({"water_reached": "stream", "sensitive": True}, Level.II),
        ({"people_to_move": 10000.0}, Level.II),
        ({"water_cut": "city"}, Level.I),
        ({"loss": 100.0}, Level.I),
    ],
    ids=str,
)
def test_oil_on_water_calls_for_a_level(facts: dict[str, float | bool | str], level: Level) -> None:
    assert _called(POLLUTION, facts) is level


@pytest.mark.parametrize(
    "facts",
    [{"intake_hours": 5.0}, {"water_reached": "main_river"}, {"crosses": "county"}, {"crosses": "city"}, {"loss": 5.0}],
    ids=str,
)
def test_whatever_called_for_level_three_keeps_it_and_what_is_not_known_does_not(facts: dict[str, float | str]) -> None:
    rule = POLLUTION.levels[Level.III]

    assert holds(POLLUTION, rule.when, facts, {}) is Truth.TRUE
    assert holds(POLLUTION, rule.keep, facts, {}) is Truth.TRUE
    assert holds(POLLUTION, rule.keep, {}, {}) is Truth.FALSE


@pytest.mark.parametrize(
    ("facts", "grade"),
    [
        ({"deaths": 2.0}, "general"),
        ({"deaths": 3.0}, "larger"),
        ({"badly_hurt": 10.0}, "larger"),
        ({"loss": 49.0}, "larger"),
        ({"loss": 50.0}, "major"),
        ({"deaths": 10.0, "badly_hurt": 1.0}, "major"),
        ({"deaths": 29.0, "badly_hurt": 100.0}, "extraordinary"),
        ({"deaths": 30.0}, "extraordinary"),
        ({}, None),
    ],
    ids=str,
)
def test_the_grade_of_the_accident_counts_the_lower_end_in(facts: dict[str, float], grade: str | None) -> None:
    assert with_grades(HAZMAT.facts.values(), facts).get("accident_grade") == grade
    assert HAZMAT.facts["accident_grade"].source == "accident_reporting art. 3"


@pytest.mark.parametrize(
    ("facts", "grade"),
    [
        ({"crosses": "county"}, "general"),
        ({"people_to_move": 4999.0}, "general"),
        ({"people_to_move": 5000.0}, "larger"),
        ({"crosses": "city"}, "larger"),
        ({"poisoned": 50.0}, "major"),
        ({"loss": 19.0, "crosses": "province"}, "major"),
        ({"loss": 20.0}, "major"),
        ({"water_cut": "city"}, "extraordinary"),
        ({"people_to_move": 50000.0}, "extraordinary"),
    ],
    ids=str,
)
def test_geography_alone_can_make_an_incident_major(facts: dict[str, float | str], grade: str) -> None:
    assert with_grades(POLLUTION.facts.values(), facts).get("incident_grade") == grade


def test_a_spill_may_end_only_when_nothing_leaks_and_two_readings_were_normal() -> None:
    end = HAZMAT.tasks["end"].when

    assert holds(HAZMAT, end, {"leaking": False, "normal_readings": 2.0}, {}) is Truth.TRUE
    assert holds(HAZMAT, end, {"leaking": False, "normal_readings": 1.0}, {}) is Truth.FALSE
    assert holds(HAZMAT, end, {"normal_readings": 2.0}, {}) is Truth.UNKNOWN


def test_a_river_is_clean_after_48_hours_in_standard() -> None:
    end = POLLUTION.tasks["end"].when

    assert holds(POLLUTION, end, {"clean_hours": 47.5}, {}) is Truth.FALSE
    assert holds(POLLUTION, end, {"clean_hours": 48.0}, {}) is Truth.TRUE


# rounds


@pytest.mark.parametrize(
    ("plan", "code", "cases", "last"),
    [
        (HAZMAT, "H24", [(360, 60)], 120),
        (HAZMAT, "H33", [(180, 30)], 120),
        (POLLUTION, "D17", [(12 * 60, 60), (24 * 60, 120), (48 * 60, 240)], 360),
    ],
)
def test_what_is_measured_or_judged_comes_round_less_often_with_time(
    plan: Plan, code: str, cases: list[tuple[int, int]], last: int
) -> None:
    task = _by_code(plan)[code]

    assert [(case.during // _MINUTE, case.every[Level.III] // _MINUTE) for case in task.every_case if case.during] == cases
    assert {every // _MINUTE for every in task.every.values()} == {last}


@pytest.mark.parametrize(
    ("code", "hours"),
    [
        ("H14", 1),
        ("H18", 2),
        ("H20", 0.5),
        ("H25", 0.5),
        ("D07", 1),
        ("D26", 4),
        ("D27", 1),
        ("D28", 24),
        ("D30", 24),
        ("D33", 6),
        ("D36", 2),
    ],
)
def test_a_task_comes_round_as_often_as_in_the_printed_plan(code: str, hours: float) -> None:
    task = _by_code(HAZMAT if code.startswith("H") else POLLUTION)[code]

    assert set(task.every) == task.levels
    assert set(task.every.values()) == {timedelta(hours=hours)}


def test_what_goes_on_round_by_round_knows_when_it_is_over() -> None:
    until = {task.code: task.repeat_until for task in HAZMAT.tasks.values() if task.repeat_until}

    assert until == {
        "H13-1": "leaking == false && normal_readings >= 2",
        "H14": "all_found",
        "H18": "road_checked",
        "H20": "leaking == false && fire == false",
    }


@pytest.mark.parametrize(
    ("plan", "each"),
    [
        (HAZMAT, {"wave": {"H02"}, "sector": {"H17"}, "load_of_waste": {"H30"}}),
        (
            POLLUTION,
            {
                "wave": {"D23", "D24"},
                "request": {"D22"},
                "dam": {"D20"},
                "sluice_order": {"D21"},
                "shift": {"D31"},
                "load_of_waste": {"D32"},
                "intake": {"D37"},
            },
        ),
    ],
    ids=["hazmat", "pollution"],
)
def test_what_the_printed_plan_has_once_for_each_of_several_is_opened_for_each(plan: Plan, each: dict[str, set[str]]) -> None:
    assert {kind: {task.code for task in plan.tasks.values() if task.each == kind} for kind in plan.findings} == each


@pytest.mark.parametrize(
    ("plan", "again"),
    [
        (
            HAZMAT,
            {
                "H03": {"wind_direction", "night", "goods"},
                "H07": {"accident_grade", "goods"},
                "H09": {"level"},
                "H16": {"level", "wind_direction", "night"},
                "H23": {"leaking"},
                "H25": {"night"},
                "H26": {"goods"},
                "H31": {"level"},
                "H32": {"level", "deaths"},
                "H33": {"level"},
            },
        ),
        (
            POLLUTION,
            {
                "D08": {"incident_grade", "crosses"},
                "D10": {"level"},
                "D13": {"crosses", "boundary_hours"},
                "D29": {"water_reached"},
                "D34": {"level"},
                "D35": {"level", "crosses"},
            },
        ),
    ],
    ids=["hazmat", "pollution"],
)
def test_what_is_done_again_on_a_change_says_on_which(plan: Plan, again: dict[str, set[str]]) -> None:
    tasks = _by_code(plan)

    assert {code: reasons - set(tasks[code].again) for code, reasons in again.items() if reasons - set(tasks[code].again)} == {}


def test_long_work_says_how_far_it_is() -> None:
    asked = {task.code: task.progress for plan in (HAZMAT, POLLUTION) for task in plan.tasks.values() if task.progress}

    assert {code: progress[Level.III] // _MINUTE for code, progress in asked.items()} == {"H28": 30, "H38": 1440, "D25": 120}


def test_readings_are_taken_every_quarter_of_an_hour_until_they_are_stable() -> None:
    readings = HAZMAT.tasks["readings"]

    assert [(case.when, case.every[Level.IV]) for case in readings.every_case] == [("readings_stable", 30 * _MINUTE)]
    assert readings.every[Level.IV] == 15 * _MINUTE


@pytest.mark.parametrize(
    ("plan", "code", "rounds"),
    [(HAZMAT, "H32", [240, 120, 60, 60]), (POLLUTION, "D35", [360, 240, 120, 120])],
    ids=["hazmat", "pollution"],
)
def test_continued_reports_come_more_often_at_a_higher_level(plan: Plan, code: str, rounds: list[int]) -> None:
    report = _by_code(plan)[code]

    assert [report.every[level] // _MINUTE for level in sorted(Level, reverse=True)] == rounds
    assert report.report is not None
    assert report.report.numbered


# reporting lines and the law


def test_every_reporting_line_has_its_own_limit_and_clock() -> None:
    assert _lines(HAZMAT) == {
        "H06": ("government", "learned", "30 30 30 30"),
        "H10": ("government", "learned", "60 60 60 60"),
        "H32": ("government", "opened", "30 30 30 30"),
        "H11-1": ("accident", "occurred", "60 60 60 60"),
        "H11-2": ("accident", "received", "120 120 120 120"),
        "H11-3": ("accident", "received", "120 120 120 120"),
        "H11": ("environment", "learned", "240 240 120 120"),
        "H11-4": ("transport", "learned", "120 120 120 120"),
        "H11-5": ("police", "learned", "120 120 120 120"),
    }
    assert _lines(POLLUTION) == {
        "D06": ("government", "learned", "30 30 30 30"),
        "D12": ("government", "learned", "60 60 60 60"),
        "D35": ("government", "opened", "30 30 30 30"),
        "D11": ("environment", "learned", "240 240 120 120"),
        "D13": ("neighbours", "opened", "60 60 60 60"),
        "D39": ("environment", "opened", "43200 43200 43200 43200"),
    }


def test_casualties_may_be_corrected_for_thirty_days_from_the_accident_and_of_road_traffic_for_seven() -> None:
    reports = {task.code: task.report for task in HAZMAT.tasks.values() if task.report}
    within = {code: report.correct_within for code, report in reports.items()}

    assert {code: limit.days for code, limit in within.items() if limit} == {"H10": 30, "H11-3": 30, "H11-5": 7}
    assert {reports[code].correct_from for code, limit in within.items() if limit} == {CorrectFrom.OCCURRED}
    assert HAZMAT.tasks["casualty_changes"].phase is Phase.RECOVERY
    assert set(HAZMAT.tasks["casualty_changes"].progress.values()) == {timedelta(days=1)}


@BOTH
def test_what_a_task_rests_on_has_an_article_only_where_we_have_seen_it(plan: Plan) -> None:
    cited = {each.source for part in (plan.tasks, plan.facts) for each in part.values() if " art. " in each.source}

    assert cited <= {
        *(f"accident_reporting art. {article}" for article in ("3", "9", "10-13", "13", "27-32")),
        *(f"emergency_response_law art. {article}" for article in (72, 86, 92)),
        "environment_reporting art. 8",
        "environment_law art. 47",
        "work_safety_regulation art. 22",
    }


def test_the_captain_reads_the_isolation_distances_in_the_call_itself() -> None:
    message = HAZMAT.messages[HAZMAT.tasks["isolate"].message]

    for text in (message.text.zh, message.text.en):
        assert [figure for figure in ("50 m", "800 m", "600 m", "5.6/3.4/2.6", "6.4/4.7/3.9", "1017") if figure not in text] == []
    for short in (message.short.zh, message.short.en):
        assert [figure for figure in ("50", "800", "600", "150") if figure not in short] == []


@BOTH
def test_a_link_hands_over_facts_that_the_other_plan_has(plan: Plan) -> None:
    for link in plan.links.values():
        other = load(link.plan)
        for there, here in link.facts.items():
            ours, theirs = plan.facts[here], other.facts[there]

            assert (ours.type, ours.unit, ours.choices) == (theirs.type, theirs.unit, theirs.choices)


def test_the_plans_call_for_each_other_and_high_water_for_the_flood_plan() -> None:
    assert [link.plan for link in HAZMAT.links.values()] == ["water_pollution"]
    assert [link.plan for link in POLLUTION.links.values()] == ["hazmat_spill", "flood"]


def _by_code(plan: Plan) -> dict[str, Task]:
    return {task.code: task for task in plan.tasks.values() if task.code}


def _codes(plan: Plan) -> set[str]:
    return set(_by_code(plan))


def _before(plan: Plan, task: Task) -> set[str]:
    """Names of everything it waits for, near and far."""
    names = {*task.after, *re.findall(r"\bdone\((\w+)\)", task.when)}
    return names | {each for name in names for each in _before(plan, plan.tasks[name])}


def _called(plan: Plan, facts: Mapping[str, float | bool | str]) -> Level:
    return min(level for level, rule in plan.levels.items() if holds(plan, rule.when, facts, {}) is Truth.TRUE)


def _lines(plan: Plan) -> dict[str, tuple[str, str, str]]:
    """Track, clock and minutes at IV, III, II, I of every report."""
    return {
        task.code: (
            task.report.track,
            task.report.clock_from.value,
            " ".join(str(task.report.within[level] // _MINUTE) for level in sorted(Level, reverse=True)),
        )
        for task in plan.tasks.values()
        if task.report
    }
