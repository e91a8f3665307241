"""The shipped plans: they check without a word, have every task of the printed plans, and say what law and practice ask."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from jinja2 import StrictUndefined, Template

from plans.catalog import known, load
from plans.compiler import check_file
from plans.expressions import Truth, alert_holds, alert_value, holds
from plans.extending import library
from plans.grades import with_grades
from plans.model import Level, OnDowngrade, OnEnd, Phase, Plan, Task, Text
from plans.template import variables

_flood: Plan = load("flood")
_landslide: Plan = load("landslide")
_all = frozenset(Level)
_minute = timedelta(minutes=1)

# Code, levels, predecessors, minutes to acknowledge, minutes to be done (the shortest where the level decides).
_FLOOD_TASKS = """
F01 IV-I  -           3  10    | F02 IV-I  F01          10 30  | F03 IV-I  F02         5  20
F04 IV-I  F01         3  30    | F05 IV-I  F04          5  60  | F06 IV-I  F03         5  15
F07 IV-I  F06         10 30    | F08 IV-I  F03          10 30  | F09 IV-I  F01         5  30
F10 IV-I  F06         10 120   | F11 IV-I  -            3  15  | F12 IV-I  F11         10 60
F13 IV-I  F11         5  60    | F14 III-I F12          10 60  | F15 III-I F12         5  15
F16 III-I F15         5  90    | F17 III-I F12          10 90  | F18 III-I F14         10 120
F19 III-I F12,F14     10 60    | F20 III-I F16,F17,F19  5  1200 | F21 III-I F16        3  30
F22 IV-I  -           5  20    | F23 IV-I  F22          3  120 | F24 IV-I  F22         10 60
F25 IV-I  F23,F24     10 60    | F26 III-I F06          5  30  | F27 III-I F02         5  30
F28 II-I  F24         15 120   | F29 IV-I  F03          5  30  | F30 IV-I  F03         10 30
F31 IV-I  F05         10 30    | F32 IV-I  F07          30 120 | F33 II-I  F19         5  30
F34 II-I  F30         5  30    | F35 IV-I  F30          10 30  | F36 IV-I  F35         10 60
F37 IV-I  F25,F35     15 240   | F38 III-I F35          60 14400 | F39 IV-I F35        60 43200
"""
_LANDSLIDE_TASKS = """
L01 IV-I  -           2  10    | L02 IV-I  L01          3  30  | L03 IV-I  L01         3  30
L04 IV-I  L01         3  30    | L05 IV-I  L01          3  30  | L06 IV-I  L02,L04     5  20
L07 IV-I  L06         5  15    | L08 IV-I  L07          5  10  | L09 IV-I  L05         5  60
L10 IV-I  L06         10 240   | L11 IV-I  L03          10 60  | L12 III-I L07         5  60
L13 IV-I  L02         3  60    | L14 IV-I  L06          10 120 | L15 IV-I  L02         5  60
L16 III-I L04,L21     2  4320  | L17 III-I L04          5  45  | L18 IV-I  L02         5  90
L19 IV-I  L08         10 180   | L20 III-I L18          10 120 | L21 IV-I  L02         3  30
L22 IV-I  L07         10 30    | L23 IV-I  L18          10 60  | L24 IV-I  L18,L19     10 60
L25 IV-I  L06         5  120   | L26 IV-I  L03          10 120 | L27 IV-I  L03         10 45
L28 III-I L24         10 2880  | L29 IV-I  L21,L24,L25  5  480 | L30 IV-I  L29         10 60
L31 IV-I  L30         5  120   | L32 IV-I  L29          1  10  | L33 IV-I  L30         10 2880
L34 IV-I  L09         10 30    | L35 IV-I  L07          5  15  | L36 IV-I  L33,L35     10 30
L37 IV-I  L36         15 1440  | L38 IV-I  L33          10 60  | L39 IV-I  L36         60 43200
"""
# Where we depart from the printed plan, and why.
_DEPARTURES = {
    # who stands on the floodplain does not wait for the signature of the level
    "F10": {"F01"},
    # the slope slides again whenever it does, not only when the first clearing is done
    "L32": set[str](),
    # opens after the end, when the level has come down to IV, for what was sent at III and above
    "F38": {"F35", "F15", "F17"},
}
_AT_OTHER_LEVELS = {"F38": "IV-I"}


@dataclass(frozen=True)
class _Printed:
    code: str
    levels: str
    after: frozenset[str]
    ack: int
    done: int


def _printed(table: str) -> Iterator[_Printed]:
    for code, levels, after, ack, done in (cell.split() for cell in re.split(r"[|\n]", table) if cell.strip()):
        predecessors = _DEPARTURES.get(code, set() if after == "-" else set(after.split(",")))
        yield _Printed(code, _AT_OTHER_LEVELS.get(code, levels), frozenset(predecessors), int(ack), int(done))


@pytest.mark.parametrize("file", sorted([*library.glob("*.yaml"), *library.glob("base/*.yaml")]), ids=lambda file: file.name)
def test_a_shipped_plan_checks_without_a_word(file: Path) -> None:
    assert check_file(file) == []


@pytest.mark.parametrize("name", known())
def test_every_shipped_plan_has_both_languages(name: str) -> None:
    assert [title for title in _texts(load(name)) if not _is_chinese(title.zh) or _is_chinese(title.en)] == []


@pytest.mark.parametrize(
    ("plan", "printed"),
    [*((_flood, row) for row in _printed(_FLOOD_TASKS)), *((_landslide, row) for row in _printed(_LANDSLIDE_TASKS))],
    ids=lambda value: value.code if isinstance(value, _Printed) else "",
)
def test_a_task_is_as_in_the_printed_plan(plan: Plan, printed: _Printed) -> None:
    codes = {task.code: task for task in plan.tasks.values()}
    task = codes[printed.code]

    assert _Printed(printed.code, _range(task.levels), _predecessors(plan, task), task.ack // _minute, _shortest(task)) == printed


@pytest.mark.parametrize(("plan", "letter"), [(_flood, "F"), (_landslide, "L")], ids=["flood", "landslide"])
def test_a_plan_has_the_39_tasks_of_the_printed_plan_and_few_more(plan: Plan, letter: str) -> None:
    codes = {task.code for task in plan.tasks.values() if task.code}

    assert codes == {f"{letter}{number:02}" for number in range(1, 40)}
    assert len(plan.tasks) - len(codes) <= 5


@pytest.mark.parametrize("plan", [_flood, _landslide], ids=lambda plan: plan.name)
def test_the_spine_is_in_order(plan: Plan) -> None:
    spine = {
        "approve": ("judge",),
        "notify": ("approve",),
        "phone_report": ("verify",),
        "written_report": ("phone_report",),
        "review": ("approve",),
        "continued_report": ("written_report",),
        "archive": ("end",),
    }

    assert {name: plan.tasks[name].after for name in spine} == spine
    assert all(plan.tasks[name].levels == _all for name in spine)


def test_the_life_safety_ladder_climbs_to_a_manual_decision_in_twenty_minutes() -> None:
    rungs = [(rung.name, rung.at, rung.tell, rung.by, rung.manual) for rung in _flood.ladders["life_safety"].rungs]

    assert rungs == [
        ("call", timedelta(0), "assignee", ("wechat", "sms"), False),
        ("again", timedelta(minutes=2), "assignee", ("wechat", "sms", "voice"), False),
        ("deputy", timedelta(minutes=5), "deputy", (), False),
        ("leader", timedelta(minutes=8), "duty_leader", (), False),
        ("head", timedelta(minutes=12), "office_head", (), False),
        ("command", timedelta(minutes=15), "deputy_commander", (), False),
        ("manual", timedelta(minutes=20), "duty_officer", (), True),
    ]


@pytest.mark.parametrize("plan", [_flood, _landslide], ids=lambda plan: plan.name)
def test_whoever_saves_lives_is_seen_to_within_twenty_minutes(plan: Plan) -> None:
    ladders = {task.ladder for task in plan.tasks.values() if task.life_safety and task.ack <= timedelta(minutes=5)}

    manual = {ladder: min(rung.at for rung in plan.ladders[ladder].rungs if rung.manual) for ladder in ladders}

    assert {ladder: at for ladder, at in manual.items() if at > timedelta(minutes=20)} == {}


def test_levees_are_walked_more_often_as_the_level_rises_and_after_the_water_falls() -> None:
    patrol, after = _flood.tasks["levee_patrol"], _flood.tasks["falling_patrol"]

    assert [patrol.every[level] // _minute for level in sorted(Level, reverse=True)] == [120, 60, 30, 30]
    assert patrol.on_downgrade is OnDowngrade.KEEP
    assert (after.phase, after.repeat_until) == (Phase.RECOVERY, "bank_quiet")


@pytest.mark.parametrize("plan", [_flood, _landslide], ids=lambda plan: plan.name)
def test_each_level_is_approved_by_its_rank_or_a_higher_one(plan: Plan) -> None:
    assert {level.name: rule.approve for level, rule in plan.levels.items()} == {
        "IV": ("office_head", "deputy_commander", "commander"),
        "III": ("deputy_commander", "commander"),
        "II": ("commander",),
        "I": ("commander",),
    }
    assert all(rule.sign == "sign_off" and rule.paper == timedelta(hours=24) for rule in plan.levels.values())
    assert {level.name for level, rule in plan.levels.items() if rule.two_person} == {"III", "II", "I"}


@pytest.mark.parametrize(
    ("flow", "forecast", "level"),
    [(2600.0, None, Level.IV), (2000.0, 3300.0, Level.III), (4100.0, None, Level.II), (3000.0, 5600.0, Level.I)],
)
def test_water_observed_or_forecast_calls_for_a_level(flow: float, forecast: float | None, level: Level) -> None:
    forecasts = {} if forecast is None else {"flow": forecast}

    called = [each for each, rule in _flood.levels.items() if holds(_flood, rule.when, {"flow": flow}, forecasts) is Truth.TRUE]

    assert min(called) is level


@pytest.mark.parametrize(
    ("flow", "forecast", "kept"),
    [(3150.0, None, Truth.TRUE), (3000.0, None, Truth.FALSE), (3000.0, 3100.0, Truth.TRUE), (3000.0, 2900.0, Truth.FALSE)],
)
def test_a_wave_around_the_figure_does_not_change_the_level(flow: float, forecast: float | None, kept: Truth) -> None:
    forecasts = {} if forecast is None else {"flow": forecast}

    assert holds(_flood, _flood.levels[Level.III].keep, {"flow": flow}, forecasts) is kept


def test_a_breach_counts_as_one_on_an_important_reach_until_somebody_says_otherwise() -> None:
    breach: dict[str, float | bool | str] = {"flow": 2000.0, "danger_grade": "breach"}
    highest, second = _flood.levels[Level.I].when, _flood.levels[Level.II].when

    assert holds(_flood, highest, breach, {}) is Truth.TRUE
    assert holds(_flood, highest, breach | {"important_reach": False, "reservoir_failed": False}, {"flow": 2000.0}) is Truth.FALSE
    assert holds(_flood, second, breach | {"important_reach": False}, {}) is Truth.TRUE


def test_the_response_may_end_only_when_the_forecast_agrees() -> None:
    end = _flood.tasks["end"].when

    assert holds(_flood, end, {"flow": 900.0}, {}) is Truth.TRUE
    assert holds(_flood, end, {"flow": 900.0}, {"flow": 2600.0}) is Truth.FALSE
    assert holds(_flood, end, {}, {}) is Truth.UNKNOWN


def test_people_are_moved_when_the_warning_turns_yellow_whatever_the_level() -> None:
    area = _flood.findings["area"].when

    assert holds(_flood, area, {"warning_color": "yellow"}, {}) is Truth.TRUE
    assert holds(_flood, area, {"warning_color": "blue", "danger_grade": "major"}, {}) is Truth.TRUE
    assert holds(_flood, area, {"warning_color": "blue", "village_threatened": False}, {}) is Truth.FALSE
    assert {_flood.tasks[name].each for name in ("decide_evacuation", "evacuate", "open_shelters", "shelter_roll_call")} == {
        "area"
    }


@pytest.mark.parametrize("plan", [_flood, _landslide], ids=lambda plan: plan.name)
def test_no_life_saving_task_of_the_printed_plan_waits_for_the_signature_of_the_level(plan: Plan) -> None:
    free = {"flood": ("F11", "F13", "F22", "F23"), "landslide": ("L02", "L03", "L04")}[plan.name]
    codes = {task.code: task for task in plan.tasks.values()}
    approvals = {task.code for task in plan.tasks.values() if task.approval}

    assert [code for code in free if _before(plan, codes[code]) & approvals or not codes[code].life_safety] == []


def test_what_outlives_the_response_is_what_the_printed_plans_say() -> None:
    # a first report that has begun is owed whatever ends
    assert _surviving(_flood) == {"F04", "F05", "F25", "F32", ""}
    assert {_flood.tasks[name].on_downgrade for name in ("monitor", "levee_patrol", "review", "continued_report")} == {
        OnDowngrade.KEEP
    }
    assert (_flood.tasks["fight"].on_downgrade, _flood.tasks["fight"].hand_over) == (OnDowngrade.HAND_OVER, "levee_works")
    assert {"L20", "L21", "L31"} <= {task.code for task in _landslide.tasks.values() if task.on_downgrade is OnDowngrade.KEEP}


def test_a_second_slide_opens_the_first_steps_again_at_any_time() -> None:
    retreat = _landslide.tasks["second_slide_retreat"]

    assert {_landslide.tasks[name].code for name in retreat.reopens} == {"L02", "L03", "L04", "L18"}
    assert (retreat.each, retreat.after, retreat.when) == ("second_slide", (), "")


def test_clearing_rests_at_night_unless_the_scheme_says_otherwise() -> None:
    assert _landslide.tasks["clear_half"].pause == "night && !night_work"
    assert "night_work" in {field.fact for field in _landslide.tasks["scheme"].evidence}
    assert _landslide.facts["night_work"].default is False
    assert _landslide.tasks["rescue"].pause == ""


@pytest.mark.parametrize(
    ("facts", "disaster", "danger"),
    [
        ({"deaths": 2.0}, "small", None),
        ({"deaths": 3.0}, "medium", None),
        ({"deaths": 2.0, "loss": 5.0}, "large", None),
        ({"deaths": 30.0}, "extra", None),
        ({"people_to_move": 99.0}, None, "small"),
        ({"people_to_move": 100.0}, None, "medium"),
        ({"people_to_move": 500.0, "potential_loss": 4.0}, None, "large"),
        ({"potential_loss": 100.0}, None, "extra"),
    ],
)
def test_the_ladders_of_the_geology_regulation_count_the_lower_end_in(
    facts: dict[str, float], disaster: str | None, danger: str | None
) -> None:
    graded = with_grades(_landslide.facts.values(), facts)

    assert (graded.get("disaster_grade"), graded.get("danger_grade")) == (disaster, danger)


@pytest.mark.parametrize(
    ("facts", "level"),
    [
        ({"road_state": "closed"}, Level.IV),
        ({"road_state": "closed", "vehicles_buried": 1.0}, Level.III),
        ({"road_state": "closed", "road_class": "trunk", "closed_hours": 12.0, "detour_km": 10.0}, Level.III),
        ({"road_state": "closed", "road_class": "expressway"}, Level.II),
        ({"road_state": "closed", "road_class": "rural", "only_access": True}, Level.II),
        ({"people_to_move": 1000.0}, Level.I),
    ],
)
def test_a_slide_calls_for_the_higher_of_its_grades_and_its_road(facts: dict[str, float | bool | str], level: Level) -> None:
    called = [each for each, rule in _landslide.levels.items() if holds(_landslide, rule.when, facts, {}) is Truth.TRUE]

    assert min(called) is level


def test_every_reporting_line_has_its_own_limit_and_clock() -> None:
    lines = {
        task.code: (task.report.track, task.report.clock_from.value, task.report.within[Level.IV] // _minute)
        for task in (*_flood.tasks.values(), *_landslide.tasks.values())
        if task.report and task.code
    }

    assert lines == {
        "F04": ("government", "learned", 30),
        "F05": ("government", "learned", 60),
        "F31": ("government", "opened", 30),
        "F32": ("disaster_loss", "opened", 120),
        "L05": ("government", "learned", 30),
        "L09": ("government", "learned", 60),
        "L34": ("government", "opened", 30),
        "L10": ("geology", "learned", 720),
        "L11": ("highway", "opened", 60),
        "L38": ("highway", "opened", 60),
    }


def test_the_geological_quick_report_is_due_in_four_hours_for_the_large_grades() -> None:
    report = _landslide.tasks["geology_report"].report

    assert report is not None
    assert {level.name: within / timedelta(hours=1) for level, within in report.within.items()} == {
        "IV": 12,
        "III": 12,
        "II": 4,
        "I": 4,
    }
    assert _landslide.tasks["geology_report"].source == "geology_plan"


@pytest.mark.parametrize("plan", [_flood, _landslide], ids=lambda plan: plan.name)
def test_a_withdrawal_stops_the_work_at_the_scene_and_a_drill_can_be_stopped(plan: Plan) -> None:
    withdraw, stop = plan.tasks["withdraw"].signal, plan.tasks["stop_drill"].signal
    fights = {"flood": "fight", "landslide": "clear_half"}

    assert withdraw is not None
    assert stop is not None
    assert fights[plan.name] in withdraw.stops
    assert {"on_scene_commander", "safety"} <= set(withdraw.send)
    assert (withdraw.ends_drill, stop.ends_drill) == (False, True)


def test_a_plan_proposes_the_others_that_its_night_may_bring() -> None:
    assert {link.plan: link.when for link in _landslide.links.values()} == {
        "flood": "river_dammed",
        "hazmat_spill": "tanker_at_risk",
    }
    assert {link.plan for link in _flood.links.values()} == {"landslide", "hazmat_spill"}


@pytest.mark.parametrize(
    ("code", "hours"),
    [
        ("F08", [6, 3, 2, 1]),
        ("F09", [2, 1, 0.5, 0.5]),
        ("F21", [0.5, 0.5, 0.5]),
        ("F25", [6] * 4),
        ("F28", [24, 24]),
        ("F30", [12, 6, 2, 1]),
        ("F31", [24, 12, 4, 2]),
        ("F32", [24] * 4),
        ("F36", [2] * 4),
        ("L04", [0.5] * 4),
        ("L18", [6] * 4),
        ("L22", [1] * 4),
        ("L26", [2] * 4),
        ("L31", [2] * 4),
        ("L34", [6, 4, 2, 2]),
        ("L35", [2] * 4),
    ],
)
def test_a_task_comes_round_as_often_as_in_the_printed_plan(code: str, hours: list[float]) -> None:
    task = _task(code)

    assert [task.every[level] / timedelta(hours=1) for level in sorted(task.every, reverse=True)] == hours


@pytest.mark.parametrize(
    ("code", "when", "minutes"),
    [
        ("F08", "rising", 120),
        ("L21", "running(rescue) || running(remove_rock) || running(clear_half) || running(clear_full)", 30),
        ("L23", "raining", 180),
    ],
)
def test_a_task_comes_round_more_often_while_something_goes_on(code: str, when: str, minutes: int) -> None:
    assert [(case.when, case.every[Level.IV] // _minute) for case in _task(code).every_case] == [(when, minutes)]


def test_what_the_printed_plans_have_once_for_each_of_several_is_opened_for_each() -> None:
    several = {
        "danger": {"F11", "F12", "F13"},
        "wave": {"F15", "F16", "L25"},
        "request": {"F17"},
        "area": {"F22", "F23", "F24", "F25", "F37", "L13"},
        "order": {"F27"},
        "need": {"F33"},
        "blast": {"L28"},
        "second_slide": {"L32"},
        # closed again, a road is planned for, cleared and checked once more
        "closure": {"L24", "L29", "L30", "L31", "L33", "L38"},
    }
    tasks = [task for plan in (_flood, _landslide) for task in plan.tasks.values() if task.code]

    assert {kind: {task.code for task in tasks if task.each == kind} for kind in several} == several
    assert {task.each for task in tasks if task.each} == set(several)


def test_long_work_says_how_far_it_is() -> None:
    hours = {code: set(_task(code).progress.values()) for code in ("F20", "L16", "L29")}

    assert hours == {"F20": {timedelta(hours=1)}, "L16": {timedelta(hours=1)}, "L29": {timedelta(hours=2)}}


def test_what_is_done_again_on_a_change_says_on_which() -> None:
    again = {task.code: task.again for plan in (_flood, _landslide) for task in plan.tasks.values() if task.again}

    assert {code: again[code] for code in ("F06", "F07", "F29", "F31", "L03", "L08", "L11", "L27", "L34")} == {
        "F06": ("level",),
        "F07": ("level",),
        "F29": ("level", "warning_color"),
        "F31": ("level", "danger_grade", "deaths"),
        "L03": ("detour_open",),
        "L08": ("level",),
        "L11": ("road_state",),
        "L27": ("road_state", "detour_open"),
        "L34": ("level", "road_state", "deaths"),
    }
    assert {"F19", "F35", "L06", "L14", "L24"} <= set(again)


@pytest.mark.parametrize(
    ("event", "codes", "color", "severity_rank", "levels"),
    [
        ("053/055 Issue Severe Flood Warning EA", [], "", 3, {Level.II}),
        ("暴雨", ["11B03"], "blue", 1, {Level.IV}),
        ("rainstorm", ["11B03"], "red", 4, {Level.I}),
        ("山洪灾害气象预警", [], "orange", 2, {Level.II, Level.III}),
        ("Flood Warning", [], "", 0, {Level.IV}),
        ("大风", ["11B06"], "red", 4, set()),
    ],
)
def test_flood_and_rain_alerts_propose_a_level(
    event: str, codes: list[str], color: str, severity_rank: int, levels: set[Level]
) -> None:
    alert = _alert(event, color, severity_rank, codes)

    matched = [trigger for trigger in _flood.triggers if trigger.on == "cap" and alert_holds(trigger.when, alert) is Truth.TRUE]

    assert {trigger.propose for trigger in matched} == levels
    assert {alert_value(trigger.facts["warning_color"], alert) for trigger in matched} <= {color or "none"}


@pytest.mark.parametrize(
    ("event", "color", "rank", "proposes"),
    [("地质灾害气象风险预警", "orange", 3, True), ("地质灾害气象风险预警", "yellow", 2, False), ("大风", "red", 4, False)],
)
def test_only_high_geological_warnings_propose_readiness(event: str, color: str, rank: int, *, proposes: bool) -> None:
    (trigger,) = (trigger for trigger in _landslide.triggers if trigger.on == "cap")

    assert (alert_holds(trigger.when, _alert(event, color, rank)) is Truth.TRUE) is proposes
    assert trigger.propose is Level.IV


def test_an_exercise_alert_proposes_nothing_real() -> None:
    alert = _alert("暴雨 山体滑坡", "red", 4) | {"status": "Exercise"}
    triggers = [trigger for plan in (_flood, _landslide) for trigger in plan.triggers if trigger.on == "cap"]

    assert {alert_holds(trigger.when, alert) for trigger in triggers} == {Truth.FALSE}


def test_the_gauge_proposes_after_ten_minutes_and_again_only_after_the_water_has_fallen() -> None:
    triggers = {trigger.propose: trigger for trigger in _flood.triggers if trigger.on == "reading"}

    assert set(triggers) == set(Level)
    assert {trigger.hold for trigger in triggers.values()} == {timedelta(minutes=10)}
    assert holds(_flood, triggers[Level.IV].when, {"flow": 2600.0}, {}) is Truth.TRUE
    assert holds(_flood, triggers[Level.III].when, {"flow": 2000.0}, {"flow": 3300.0}) is Truth.TRUE
    assert holds(_flood, triggers[Level.IV].release, {"flow": 2400.0}, {}) is Truth.FALSE
    assert holds(_flood, triggers[Level.IV].release, {"flow": 2300.0}, {}) is Truth.TRUE


@pytest.mark.parametrize("plan", [_flood, _landslide], ids=lambda plan: plan.name)
def test_what_a_task_rests_on_has_an_article_only_where_we_have_seen_it(plan: Plan) -> None:
    cited = {task.source for task in plan.tasks.values() if " art. " in task.source}

    assert cited <= {
        *(f"emergency_response_law art. {article}" for article in (24, 64, 72, 86, 92)),
        *(f"flood_law art. {article}" for article in (41, 45)),
        *(f"flood_regulation art. {article}" for article in (26, 27)),
        *(f"geology_regulation art. {article}" for article in (4, 19, 20, 29)),
        "highway_regulation art. 53",
        "work_safety_regulation art. 22",
    }


@pytest.mark.parametrize("name", known())
@pytest.mark.parametrize("value", ["", "×"], ids=["nothing-known", "everything-known"])
def test_a_message_has_no_empty_line_whatever_is_missing(name: str, value: str) -> None:
    for message in load(name).messages.values():
        for source in (message.text.zh, message.text.en, message.short.zh, message.short.en):
            text = Template(source, undefined=StrictUndefined).render(dict.fromkeys(variables, value))

            # an answer to a reply is all reason: nothing is left of it without one
            assert [line for line in text.split("\n") if text and not line.strip()] == []


def _texts(plan: Plan) -> Iterator[Text]:
    yield plan.title
    for named in (plan.tasks, plan.roles, plan.facts, plan.ladders, plan.findings):
        yield from (each.title for each in named.values())
    for owner in (*plan.tasks.values(),):
        yield from (field.title for field in owner.evidence)
    for finding in plan.findings.values():
        yield from (field.title for field in finding.fields)
    yield from (link.reason for link in plan.links.values())
    for task in plan.tasks.values():
        if task.report:
            yield task.report.to
            yield from () if task.report.text is None else (task.report.text,)


def _range(levels: frozenset[Level]) -> str:
    return f"{max(levels).name}-{min(levels).name}"


def _task(code: str) -> Task:
    return next(task for plan in (_flood, _landslide) for task in plan.tasks.values() if task.code == code)


def _shortest(task: Task) -> int:
    return (min(task.report.within.values()) if task.report else task.done) // _minute


def _predecessors(plan: Plan, task: Task) -> frozenset[str]:
    """Codes of the tasks it waits for, whether by `after` or by `when: done(…)`."""
    names = {*task.after, *re.findall(r"\bdone\((\w+)\)", task.when)}
    return frozenset(plan.tasks[name].code for name in names)


def _before(plan: Plan, task: Task) -> set[str]:
    """Codes of everything it waits for, near and far."""
    names = {each for code in _predecessors(plan, task) for each, other in plan.tasks.items() if other.code == code}
    return {code for name in names for code in ({plan.tasks[name].code} | _before(plan, plan.tasks[name]))}


def _surviving(plan: Plan) -> set[str]:
    return {task.code for task in plan.tasks.values() if task.on_end is OnEnd.KEEP}


def _alert(event: str, color: str, severity_rank: int, codes: list[str] | None = None) -> dict[str, object]:
    level = {"red": 1, "orange": 2, "yellow": 3, "blue": 4}.get(color, 0)
    alert: dict[str, object] = {"status": "Actual", "type": "Alert", "event": event, "event_codes": codes or []}
    return alert | {"color": color, "level": level, "severity_rank": severity_rank}


def _is_chinese(text: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text)
