"""Earthquake, mine fire, ice, supplies, holiday, inspection, a county's flood: grades, legal limits, what waits for nobody."""

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from plans.catalog import load
from plans.compiler import check_file
from plans.expressions import Truth, alert_holds, holds
from plans.extending import library, read_with_bases
from plans.grades import with_grades
from plans.model import ClockFrom, Level, OnDowngrade, Phase, Plan
from plans.reader import Mapping as Tree
from plans.task_model import Task

NAMES = ("earthquake", "coal_mine_fire", "snow_ice_road", "epidemic_supplies", "holiday_duty", "hazard_inspection")
PLANS = {name: load(name) for name in NAMES}
COUNTY, CITY = load("counties/flood_meixian"), load("flood")
COUNTY_FILE = library / "counties" / "flood_meixian.yaml"
MINUTE = timedelta(minutes=1)
Facts = Mapping[str, float | bool | str]

each_plan = pytest.mark.parametrize("plan", PLANS.values(), ids=NAMES)


def called(plan: Plan, facts: Facts, forecasts: Mapping[str, float] | None = None) -> Level | None:
    levels = [each for each, rule in plan.levels.items() if holds(plan, rule.when, facts, forecasts or {}) is Truth.TRUE]
    return min(levels, default=None)


def ancestors(plan: Plan, task: Task) -> set[str]:
    """Names of everything it waits for, near and far."""
    names = {*task.after, *re.findall(r"\bdone\((\w+)\)", task.when)}
    return names | {each for name in names for each in ancestors(plan, plan.tasks[name])}


@pytest.mark.parametrize("file", [*(library / f"{name}.yaml" for name in NAMES), COUNTY_FILE], ids=lambda file: file.stem)
def test_a_plan_checks_without_a_word(file: Path) -> None:
    assert check_file(file) == []


@each_plan
def test_a_plan_has_between_eighteen_and_forty_tasks_each_with_its_own_code(plan: Plan) -> None:
    own = [task.code for name, task in plan.tasks.items() if name != "stop_drill"]

    assert 18 <= len(plan.tasks) <= 40
    assert all(own)
    assert len({code[0] for code in own}) == 1


@each_plan
def test_the_spine_is_there(plan: Plan) -> None:
    spine = {
        "judge": ("verify",),
        "approve": ("judge",),
        "notify": ("approve",),
        "review": ("approve",),
        "archive": ("end",),
    }
    departs = {"epidemic_supplies": {"judge": ("count_stock",)}}.get(plan.name, {})

    assert {name: plan.tasks[name].after for name in spine} == {**spine, **departs}
    assert plan.tasks["archive"].phase is Phase.RECOVERY
    assert {"phone_report", "written_report", "end"} <= set(plan.tasks)


@each_plan
def test_no_life_is_saved_only_after_a_signature(plan: Plan) -> None:
    approvals = {name for name, task in plan.tasks.items() if task.approval}

    waiting = {name for name, task in plan.tasks.items() if task.life_safety and ancestors(plan, task) & approvals}

    assert waiting == set()


@each_plan
def test_an_article_stands_only_where_it_has_been_read(plan: Plan) -> None:
    cited = {each.source for part in (plan.tasks, plan.facts) for each in part.values() if " art. " in each.source}

    assert cited <= {
        *(f"emergency_response_law art. {article}" for article in (12, 72, 86, 92, 93)),
        *(f"work_safety_regulation art. {article}" for article in (14, 22)),
        *(f"quake_regulation art. {article}" for article in ("8", "23", "24", "25", "26-27", "28", "29", "31", "32")),
        *(f"accident_reporting art. {article}" for article in ("3", "10-13", "13", "27-32")),
        *(f"coal_regulation art. {article}" for article in (48, 59)),
        *(f"health_regulation art. {article}" for article in (20, 32, 33)),
        *(f"safety_law art. {article}" for article in (41, 62, 65, 68, 70, 73)),
        "road_traffic_law art. 40",
        "highway_regulation art. 53",
    }


@each_plan
def test_a_link_hands_over_facts_that_the_other_plan_has(plan: Plan) -> None:
    for link in plan.links.values():
        other = load(link.plan)
        for there, here in link.facts.items():
            ours, theirs = plan.facts[here], other.facts[there]

            assert (ours.type, ours.unit, ours.choices) == (theirs.type, theirs.unit, theirs.choices)


@each_plan
def test_each_fact_of_the_end_is_recorded_by_a_task_or_comes_as_a_reading(plan: Plan) -> None:
    recorded = {each.fact for task in plan.tasks.values() for each in task.evidence if each.fact}

    missing = {name for name in plan.facts if re.search(rf"\b{name}\b", plan.end.when)} - recorded

    assert {name for name in missing if plan.facts[name].default is None} == set()


# grades and levels


@pytest.mark.parametrize(
    ("facts", "level"),
    [
        ({"magnitude": 4.2}, Level.IV),
        ({"magnitude": 4.2, "dense_area": True}, Level.III),
        ({"magnitude": 5.0}, Level.III),
        ({"magnitude": 5.0, "dense_area": True}, Level.II),
        ({"magnitude": 6.0}, Level.II),
        ({"magnitude": 6.0, "dense_area": True}, Level.I),
        ({"magnitude": 7.0}, Level.I),
        ({"intensity": 8.0, "magnitude": 5.2}, Level.II),
        ({"deaths": 10.0, "magnitude": 4.5}, Level.III),
        ({"deaths": 300.0, "magnitude": 6.2, "losses_counted": True}, Level.I),
        ({"deaths": 2.0, "magnitude": 6.2, "losses_counted": True}, Level.IV),
        ({"loss_share": 1.0}, Level.I),
        ({"magnitude": 3.9}, None),
    ],
)
def test_an_earthquake_is_judged_by_its_magnitude_until_its_losses_are_counted(facts: Facts, level: Level | None) -> None:
    assert called(PLANS["earthquake"], facts) is level


@pytest.mark.parametrize(
    ("facts", "level"),
    [
        ({"fire": True}, Level.IV),
        ({"fire": True, "trapped": 2.0}, Level.IV),
        ({"fire": True, "trapped": 3.0}, Level.III),
        ({"deaths": 3.0}, Level.III),
        ({"badly_hurt": 50.0}, Level.II),
        ({"loss": 100.0}, Level.I),
        ({"beyond_city": True}, Level.I),
    ],
)
def test_a_mine_fire_goes_by_its_victims_and_by_who_is_trapped(facts: Facts, level: Level) -> None:
    assert called(PLANS["coal_mine_fire"], facts) is level


@pytest.mark.parametrize(
    ("facts", "forecasts", "level"),
    [
        ({"warning_color": "yellow"}, {}, Level.IV),
        ({"temperature": -3.0, "wet": True}, {}, Level.IV),
        ({"temperature": -3.0, "wet": False}, {}, None),
        ({"snow": 0.0}, {"snow": 6.0}, Level.IV),
        ({"warning_color": "red"}, {}, Level.III),
        ({"stranded": 100.0}, {}, Level.III),
        ({"hazmat_held": 5.0}, {}, Level.III),
        ({"road_state": "closed", "road_class": "trunk", "closed_hours": 6.0}, {}, Level.III),
        ({"road_state": "closed", "road_class": "expressway", "closed_hours": 3.0}, {}, Level.II),
        ({"road_state": "closed", "road_class": "rural", "only_access": True}, {}, Level.II),
        ({"hazmat_held": 100.0}, {}, Level.I),
    ],
)
def test_ice_goes_by_warning_weather_road_and_who_is_held(
    facts: Facts, forecasts: Mapping[str, float], level: Level | None
) -> None:
    assert called(PLANS["snow_ice_road"], facts, forecasts) is level


@pytest.mark.parametrize(
    ("facts", "level"),
    [
        ({"event_grade": "general"}, Level.IV),
        ({"stock_days": 14.0}, None),
        ({"stock_days": 13.0}, Level.IV),
        ({"stock_days": 6.0}, Level.III),
        ({"stock_days": 2.0}, Level.II),
        ({"event_grade": "major", "stock_days": 60.0}, Level.II),
        ({"counties_short": 6.0}, Level.I),
    ],
)
def test_supplies_go_by_the_outbreak_and_by_the_days_in_stock(facts: Facts, level: Level | None) -> None:
    assert called(PLANS["epidemic_supplies"], facts) is level


@pytest.mark.parametrize(
    ("facts", "level"),
    [
        ({"days": 3.0}, Level.IV),
        ({"days": 8.0}, Level.III),
        ({"days": 3.0, "warning_color": "yellow"}, Level.III),
        ({"days": 7.0, "flood_season": True}, Level.II),
        ({"days": 3.0, "fire_risk": "very_high"}, Level.II),
        ({"days": 3.0, "major_event": True}, Level.I),
        ({"days": 3.0, "ordered": "special"}, Level.I),
    ],
)
def test_a_holiday_is_manned_by_its_length_and_by_what_is_forecast(facts: Facts, level: Level) -> None:
    defaults: Facts = {"ordered": "none", "major_event": False}

    assert called(PLANS["holiday_duty"], {**defaults, **facts}) is level


@pytest.mark.parametrize(
    ("facts", "level"),
    [
        ({"campaign": "routine"}, Level.IV),
        ({"campaign": "special"}, Level.III),
        ({"campaign": "routine", "major_open": 1.0}, Level.III),
        ({"campaign": "routine", "overdue": 20.0}, Level.II),
        ({"campaign": "routine", "accident_elsewhere": "major"}, Level.II),
        ({"campaign": "state"}, Level.I),
        ({"campaign": "routine", "imminent_danger": True}, Level.I),
    ],
)
def test_inspection_goes_by_its_order_and_by_what_stays_open(facts: Facts, level: Level) -> None:
    assert called(PLANS["hazard_inspection"], facts) is level


@pytest.mark.parametrize(
    ("facts", "grade"),
    [
        ({"deaths": 9.0}, "general"),
        ({"deaths": 10.0}, "larger"),
        ({"deaths": 50.0}, "major"),
        ({"deaths": 300.0}, "extraordinary"),
    ],
)
def test_the_disaster_ladder_of_earthquakes_counts_the_lower_end_in(facts: dict[str, float], grade: str) -> None:
    assert with_grades(PLANS["earthquake"].facts.values(), facts).get("disaster_grade") == grade


# triggers


@pytest.mark.parametrize(
    ("plan", "event", "matches"),
    [
        ("earthquake", "地震速报", Truth.TRUE),
        ("earthquake", "Earthquake Warning", Truth.TRUE),
        ("earthquake", "暴雨", Truth.FALSE),
        ("snow_ice_road", "道路结冰黄色预警", Truth.TRUE),
        ("snow_ice_road", "Snowstorm Warning", Truth.TRUE),
        ("snow_ice_road", "高温", Truth.FALSE),
    ],
)
def test_a_warning_is_known_by_its_words(plan: str, event: str, matches: Truth) -> None:
    alert = {
        "status": "Actual",
        "type": "Alert",
        "event": event,
        "event_codes": [],
        "level": 3,
        "severity_rank": 2,
        "color": "yellow",
    }
    triggers = [each for each in PLANS[plan].triggers if each.on == "cap" and each.propose is not Level.I]

    found = {alert_holds(each.when, alert) for each in triggers}

    assert (Truth.TRUE in found) is (matches is Truth.TRUE)


def test_a_mine_sensor_has_to_stay_high_for_five_minutes_and_fall_to_half_before_it_proposes_again() -> None:
    (trigger,) = PLANS["coal_mine_fire"].triggers
    plan = PLANS["coal_mine_fire"]

    assert trigger.hold == 5 * MINUTE
    assert holds(plan, trigger.when, {"carbon_monoxide": 24.0}, {}) is Truth.TRUE
    assert holds(plan, trigger.release, {"carbon_monoxide": 20.0}, {}) is Truth.FALSE
    assert holds(plan, trigger.release, {"carbon_monoxide": 11.0}, {}) is Truth.TRUE


# what the law and the gas decide


@pytest.mark.parametrize(
    ("facts", "stopped"),
    [
        ({"methane": 0.5, "carbon_monoxide": 50.0}, Truth.FALSE),
        ({"methane": 2.0, "carbon_monoxide": 50.0}, Truth.TRUE),
        ({"carbon_monoxide": 50.0}, Truth.TRUE),
        ({"methane": 0.5}, Truth.TRUE),
    ],
)
def test_squads_stay_in_only_with_a_fresh_reading_below_the_limit(facts: Facts, stopped: Truth) -> None:
    plan = PLANS["coal_mine_fire"]

    assert {holds(plan, plan.tasks[name].pause, facts, {}) for name in ("explore", "rescue", "fight")} == {stopped}
    assert plan.facts["methane"].fresh == plan.facts["carbon_monoxide"].fresh == 30 * MINUTE


@pytest.mark.parametrize(
    ("plan", "report", "clock", "minutes", "source"),
    [
        ("coal_mine_fire", "mine_report", ClockFrom.OCCURRED, 60, "coal_regulation art. 59"),
        ("coal_mine_fire", "regulator_report", ClockFrom.RECEIVED, 120, "accident_reporting art. 10-13"),
        ("epidemic_supplies", "health_report", ClockFrom.RECEIVED, 120, "health_regulation art. 20"),
    ],
)
def test_a_limit_of_the_law_is_the_same_at_every_level(
    plan: str, report: str, clock: ClockFrom, minutes: int, source: str
) -> None:
    task = PLANS[plan].tasks[report]

    assert task.report is not None
    assert set(task.report.within.values()) == {minutes * MINUTE}
    assert (task.report.clock_from, task.source) == (clock, source)


def test_zero_reports_are_due_also_when_nothing_happened() -> None:
    zero = {(name, task.name) for name, plan in PLANS.items() for task in plan.tasks.values() if task.report and task.report.zero}

    assert zero == {
        ("earthquake", "loss_statistics"),
        ("snow_ice_road", "hazmat_list"),
        ("epidemic_supplies", "daily_zero"),
        ("holiday_duty", "continued_report"),
        ("hazard_inspection", "monthly_statistics"),
    }


def test_a_withdrawal_stops_who_is_in_danger_and_there_is_none_where_nobody_is_at_a_scene() -> None:
    stops = {name: plan.tasks["withdraw"].signal for name, plan in PLANS.items() if "withdraw" in plan.tasks}

    assert {name: set(signal.stops) for name, signal in stops.items() if signal} == {
        "earthquake": {"search"},
        "coal_mine_fire": {"explore", "rescue", "fight"},
        "snow_ice_road": {"clear_snow", "lead_convoy"},
        "hazard_inspection": {"rectify"},
    }


def test_a_hazard_is_named_by_county_sector_and_grade() -> None:
    fields = {each.name: each.choices for each in PLANS["hazard_inspection"].findings["hazard"].fields if each.choices}

    assert set(fields) == {"county", "sector", "grade"}
    assert len(fields["county"]) == 12
    assert fields["grade"] == ("general", "major")


# the county


def marks(section: str) -> dict[str, str]:
    """The file in which each element of the county's plan is written."""
    root, _ = read_with_bases(COUNTY_FILE)
    tree = root.entries[section].value if root else None
    return {name: Path(entry.key.file).stem for name, entry in tree.entries.items()} if isinstance(tree, Tree) else {}


def test_a_county_changes_its_limits_and_keeps_everything_else_of_the_city() -> None:
    changed = {name for name, task in CITY.tasks.items() if COUNTY.tasks[name] != task}

    assert changed == {
        *("clear_floodplain", "county_on_post", "evacuate", "first_protection"),
        *("phone_report", "written_report", "continued_report"),
    }
    assert set(COUNTY.tasks) - set(CITY.tasks) == {"knock_on_doors"}
    assert (COUNTY.findings, COUNTY.links, COUNTY.triggers, COUNTY.end) == (
        CITY.findings,
        CITY.links,
        CITY.triggers,
        CITY.end,
    )


def test_a_limit_of_the_county_is_shorter_than_that_of_the_city() -> None:
    for name in ("clear_floodplain", "county_on_post", "evacuate", "first_protection"):
        assert COUNTY.tasks[name].done < CITY.tasks[name].done
    for name in ("phone_report", "written_report"):
        ours, theirs = COUNTY.tasks[name].report, CITY.tasks[name].report
        assert ours is not None
        assert theirs is not None
        assert ours.within[Level.IV] < theirs.within[Level.IV]


def test_an_element_of_the_county_says_from_which_file_it_comes() -> None:
    tasks, roles = marks("tasks"), marks("roles")

    assert (tasks["knock_on_doors"], tasks["evacuate"]) == ("flood_meixian", "flood_meixian")
    assert (tasks["fight"], tasks["archive"]) == ("flood", "flood")
    assert (roles["village_leader"], roles["hydrology"], roles["duty_leader"]) == ("flood_meixian", "flood", "municipal")
    assert marks("ladders")["life_safety"] == "ladders"


def test_the_gauge_of_the_county_calls_for_its_levels_by_its_own_flows() -> None:
    ours: Facts = {name: fact.default for name, fact in COUNTY.facts.items() if fact.default is not None}

    assert called(COUNTY, {**ours, "flow": 2300.0}) is Level.IV
    assert called(CITY, {"flow": 2300.0}) is None
    assert COUNTY.levels[Level.IV].approve[0] == "duty_leader"
    assert COUNTY.tasks["knock_on_doors"].on_downgrade is OnDowngrade.KEEP
