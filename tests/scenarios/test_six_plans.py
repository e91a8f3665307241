"""Stories of the six plans: what begins before anybody signs, what stops, what comes round, which other plan is called for."""

from datetime import UTC, datetime, timedelta

import pytest

from flows.model.commands import Acknowledge, ChangeLevel, SendSignal
from flows.model.events import (
    DeadlineMissed,
    Event,
    FindingReported,
    LevelProposed,
    LinkProposed,
    ProgressMissed,
    StepFired,
    TaskOpened,
    TaskResumed,
    TaskSuspended,
    TaskWithdrawn,
)
from flows.testing.night import minutes, only
from flows.testing.runs import Run, opened_in
from plans.catalog import known, load
from plans.model import Level, Plan

MORNING = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # 10:00 in Baoji
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def plans() -> dict[str, Plan]:
    return {name: load(name) for name in known()}


def linked(events: list[Event]) -> list[tuple[str, Level | None, dict[str, object]]]:
    return [(each.plan, each.level, dict(each.facts)) for each in only(LinkProposed, events)]


def suspended(events: list[Event]) -> set[str]:
    return {each.assignment for each in only(TaskSuspended, events)}


# --- earthquake


def test_the_shock_sends_rescuers_before_a_report_comes_from_there_or_anybody_has_signed(plans: dict[str, Plan]) -> None:
    quake = Run(plans["earthquake"], Level.II, MORNING, {"magnitude": "6.2"})

    assert quake.opened == {"verify", "self_help", "rotate"}
    assert quake.finish("verify") >= {"roll_call", "call_out", "check_slopes", "check_dams", "check_chemicals", "quick_report"}
    assert "arrive" in quake.finish("call_out")
    assert "approve" not in quake.opened


def test_an_area_that_says_nothing_is_gone_to_and_called_every_half_hour(plans: dict[str, Plan]) -> None:
    quake = Run(plans["earthquake"], Level.II, MORNING, {"magnitude": "6.2", "silent_areas": "2"})
    quake.finish("verify")

    silent = quake.finish("roll_call")
    called_again = opened_in(quake.forward(minutes(30)))
    quake.answers["all_heard"] = "true"
    quake.finish("roll_call")

    assert "scout" in silent
    assert "roll_call" in called_again
    assert "roll_call" not in opened_in(quake.forward(2 * HOUR))


def test_rescuers_who_say_nothing_for_an_hour_are_asked_how_far_they_are(plans: dict[str, Plan]) -> None:
    quake = Run(plans["earthquake"], Level.II, MORNING)
    quake.report("site")
    quake.submit(Acknowledge(by="rescue_team", assignment="search.1"))

    missed = only(ProgressMissed, quake.forward(HOUR))

    assert [each.assignment for each in missed] == ["search.1"]


def test_teams_are_relieved_every_twelve_hours(plans: dict[str, Plan]) -> None:
    quake = Run(plans["earthquake"], Level.II, MORNING)

    shifts = [each for each in only(FindingReported, quake.forward(24 * HOUR)) if each.finding.startswith("shift")]

    assert len(shifts) == 2
    assert [each.id for each in quake.state.of_task("rotate")] == ["rotate.1", "rotate.2", "rotate.3"]


def test_strong_aftershock_brings_everybody_out_and_has_all_looked_at_again(plans: dict[str, Plan]) -> None:
    quake = Run(plans["earthquake"], Level.II, MORNING)
    quake.finish("verify")
    quake.finish("check_lines", "check_slopes", "check_dams", "check_chemicals")
    quake.report("site")

    again = quake.record("seismology", "aftershock", "5.4")
    signal = quake.submit(SendSignal(by="rescue_team", signal="withdraw", reason="强余震"))

    reopened = {each.task for each in only(TaskOpened, again) if each.again}
    assert reopened == {"check_lines", "check_slopes", "check_dams", "check_chemicals"}
    assert "after_aftershock" in opened_in(again)
    assert suspended(signal) == {"search.1"}


def test_what_the_shock_sets_off_calls_for_its_own_plan(plans: dict[str, Plan]) -> None:
    quake = Run(plans["earthquake"], Level.II, MORNING)

    found = [*quake.record("geology", "slopes_sliding", "true"), *quake.record("water_bureau", "dam_failed", "true")]
    found += quake.record("environment", "chemicals_leaking", "true")

    assert linked(found) == [
        ("landslide", None, {}),
        ("flood", Level.III, {"reservoir_failed": True}),
        ("hazmat_spill", None, {"leaking": True}),
    ]


def test_the_level_falls_to_what_is_counted_once_the_losses_are_counted(plans: dict[str, Plan]) -> None:
    quake = Run(plans["earthquake"], Level.II, MORNING)
    quake.record("seismology", "magnitude", "6.2")
    quake.record("relief", "deaths", "2")

    counted = quake.record("relief", "losses_counted", "true")

    assert [each.level for each in only(LevelProposed, [*counted, *quake.forward(HOUR)])] == [Level.IV]


# --- fire in a coal mine


def test_the_mine_is_emptied_and_the_squads_leave_before_the_report_is_verified(plans: dict[str, Plan]) -> None:
    fire = Run(plans["coal_mine_fire"], Level.III, MORNING)

    burning = fire.record("mine", "fire", "true")

    assert fire.opened >= {"bring_out", "verify"}
    assert "alarm" in opened_in(burning)


def squads_inside(plan: Plan, **answers: str) -> Run:
    fire = Run(plan, Level.III, MORNING, {"methane": "0.6", "carbon_monoxide": "80", "oxygen": "19", **answers})
    fire.report("wave")
    fire.finish("alarm")
    fire.finish("gas_readings", "stand_by")
    return fire


def test_squads_come_out_when_nobody_has_read_the_gas_for_half_an_hour_and_go_on_after_a_reading(
    plans: dict[str, Plan],
) -> None:
    fire = squads_inside(plans["coal_mine_fire"])

    old = fire.forward(minutes(45))
    read = fire.record("mine_rescue", "methane", "0.7") + fire.record("mine_rescue", "carbon_monoxide", "90")

    assert "explore.1" in suspended(old)
    assert "explore.1" in {each.assignment for each in only(TaskResumed, read)}


def test_methane_over_its_limit_stops_the_work_and_has_the_area_explored_anew(plans: dict[str, Plan]) -> None:
    fire = squads_inside(plans["coal_mine_fire"])
    fire.finish("explore")
    fire.report("group")

    over = fire.record("mine_rescue", "methane", "2.1")

    assert {"gas_over_limit", "explore"} <= opened_in(over)
    assert "rescue.1" in suspended(over)


def test_nobody_goes_back_before_every_gas_is_below_its_limit(plans: dict[str, Plan]) -> None:
    fire = squads_inside(plans["coal_mine_fire"], fire="false")
    fire.finish("explore", "verify")
    fire.finish("judge")
    fire.finish("approve")
    fire.finish("on_site_hq")
    fire.finish("scheme")

    put_out = fire.finish("fight")
    methane = fire.record("mine_rescue", "methane", "0.3") + fire.record("mine_rescue", "oxygen", "20.6")
    monoxide = fire.record("mine_rescue", "carbon_monoxide", "10")

    assert "allow_return" not in put_out | opened_in(methane)
    assert "allow_return" in opened_in(monoxide)


def test_a_withdrawal_underground_stops_all_who_are_inside(plans: dict[str, Plan]) -> None:
    fire = squads_inside(plans["coal_mine_fire"])
    fire.finish("explore")
    fire.report("group")

    sent = fire.submit(SendSignal(by="mine_rescue", signal="withdraw", reason="风流逆转"))

    assert suspended(sent) == {"rescue.1"}


def test_the_mine_has_an_hour_from_the_fire_to_report(plans: dict[str, Plan]) -> None:
    fire = Run(plans["coal_mine_fire"], Level.IV, MORNING)
    fire.forward(minutes(15))
    fire.finish("verify")

    (report,) = (each for each in only(TaskOpened, fire.history) if each.task == "mine_report")

    assert report.done_by == MORNING + HOUR


def test_squads_are_relieved_every_eight_hours(plans: dict[str, Plan]) -> None:
    fire = Run(plans["coal_mine_fire"], Level.III, MORNING)

    fire.forward(24 * HOUR)

    assert len(fire.state.of_task("rotate")) == 4


# --- snow and ice


def test_a_held_tanker_is_parked_apart_and_looked_after_until_the_road_is_open(plans: dict[str, Plan]) -> None:
    road = Run(plans["snow_ice_road"], Level.III, MORNING, {"road_state": "closed"})
    road.report("hazmat_vehicle")

    parked = road.finish("park_apart")
    road.finish("watch_vehicle")
    watched_again = opened_in(road.forward(2 * HOUR))
    road.record("traffic_police", "road_state", "open")
    road.finish("watch_vehicle")

    assert "watch_vehicle" in parked
    assert "watch_vehicle" in watched_again
    assert "watch_vehicle" not in opened_in(road.forward(4 * HOUR))


def test_a_held_tanker_that_leaks_calls_for_the_hazmat_plan(plans: dict[str, Plan]) -> None:
    road = Run(plans["snow_ice_road"], Level.III, MORNING, {"hazmat_leaking": "true"})
    road.report("hazmat_vehicle")
    road.finish("park_apart")

    road.finish("watch_vehicle")

    assert linked(road.history) == [("hazmat_spill", None, {"leaking": True})]


def test_a_convoy_checked_in_the_evening_waits_for_daylight_unless_the_commander_allows_the_night(plans: dict[str, Plan]) -> None:
    road = Run(plans["snow_ice_road"], Level.III, MORNING + 9 * HOUR)
    road.finish("verify")
    road.finish("control")
    road.report("convoy")

    road.finish("check_convoy")
    held = suspended(road.history)
    allowed = road.record("on_scene_commander", "night_convoy", "true")

    assert "lead_convoy.1" in held
    assert {each.assignment for each in only(TaskResumed, allowed)} == {"lead_convoy.1"}


def test_salt_that_runs_low_is_sent_for_without_being_asked(plans: dict[str, Plan]) -> None:
    road = Run(plans["snow_ice_road"], Level.IV, MORNING, {"salt_stock": "30"})
    road.finish("verify")

    assert "send_salt" in road.finish("spread_salt")


def test_a_closed_road_has_its_holding_point_and_its_blockage_report(plans: dict[str, Plan]) -> None:
    road = Run(plans["snow_ice_road"], Level.III, MORNING, {"road_state": "closed", "stranded": "300", "hazmat_held": "4"})

    closed = road.finish("verify")
    controlled = road.finish("control")

    assert "open_holding_point" in closed
    assert {"blockage_report", "count_queue", "road_news"} <= controlled
    assert "care" in road.finish("count_queue")


# --- supplies


def test_a_request_is_checked_reviewed_and_signed_by_two_before_anything_leaves(plans: dict[str, Plan]) -> None:
    supplies = Run(plans["epidemic_supplies"], Level.III, MORNING)

    steps = [opened_in(supplies.report("request"))]
    for task in ("check_request", "review_request", "approve_request"):
        steps.append(supplies.finish(task))
    steps.append(supplies.finish("pick_and_load") | supplies.finish("priority_pass"))
    steps.append(supplies.finish("deliver"))

    assert steps == [
        {"check_request"},
        {"review_request"},
        {"approve_request"},
        {"pick_and_load", "priority_pass"},
        {"deliver"},
        {"receive"},
    ]
    assert plans["epidemic_supplies"].tasks["review_request"].role != plans["epidemic_supplies"].tasks["approve_request"].role


def test_two_requests_do_not_wait_for_each_other(plans: dict[str, Plan]) -> None:
    supplies = Run(plans["epidemic_supplies"], Level.III, MORNING)
    supplies.report("request", "市中心医院")
    supplies.finish("check_request")

    second = supplies.report("request", "眉县")

    assert [(each.task, each.finding) for each in only(TaskOpened, second)] == [("check_request", "request-2")]
    assert [each.id for each in supplies.state.assignments.unended if each.task == "review_request"] == ["review_request.1"]


def test_stock_for_two_days_goes_up_to_the_province_at_once(plans: dict[str, Plan]) -> None:
    supplies = Run(plans["epidemic_supplies"], Level.III, MORNING)

    short = supplies.record("supply", "stock_days", "2")

    assert {"ask_province", "buy", "raise_production", "shortage_report"} <= opened_in(short)
    assert Level.II in {each.level for each in only(LevelProposed, short)}


def test_a_bad_batch_stops_what_is_being_loaded_and_delivered(plans: dict[str, Plan]) -> None:
    supplies = Run(plans["epidemic_supplies"], Level.III, MORNING)
    supplies.report("request")
    for task in ("check_request", "review_request", "approve_request"):
        supplies.finish(task)

    sent = supplies.submit(SendSignal(by="market_supervision", signal="stop_batch", reason="防护服批次不合格"))

    assert suspended(sent) == {"pick_and_load.1"}


def test_supplies_are_reported_every_day_also_when_there_is_nothing(plans: dict[str, Plan]) -> None:
    supplies = Run(plans["epidemic_supplies"], Level.III, MORNING)
    for task in ("verify", "count_stock", "judge", "approve", "dispatch_desk", "daily_zero"):
        supplies.finish(task)

    report = plans["epidemic_supplies"].tasks["daily_zero"].report

    assert report is not None
    assert report.zero
    assert "daily_zero" in opened_in(supplies.forward(24 * HOUR))


# --- holiday


@pytest.mark.parametrize(
    ("kind", "plan"),
    [
        ("flood", "flood"),
        ("landslide", "landslide"),
        ("hazmat_spill", "hazmat_spill"),
        ("water_pollution", "water_pollution"),
        ("earthquake", "earthquake"),
        ("coal_mine_fire", "coal_mine_fire"),
        ("snow_ice_road", "snow_ice_road"),
        ("epidemic", "epidemic_supplies"),
    ],
)
def test_an_incident_during_the_holiday_calls_for_the_plan_of_its_kind(plans: dict[str, Plan], kind: str, plan: str) -> None:
    holiday = Run(plans["holiday_duty"], Level.IV, MORNING, {"incident_kind": kind})

    reported = opened_in(holiday.report("event"))
    holiday.finish("handle_event")

    assert {"handle_event", "event_report"} <= reported
    assert [named for named, _, _ in linked(holiday.history)] == [plan]


def test_posts_are_checked_more_often_by_night(plans: dict[str, Plan]) -> None:
    holiday = Run(plans["holiday_duty"], Level.IV, MORNING)
    for task in ("verify", "judge", "approve", "notify", "spot_checks"):
        holiday.finish(task)

    seen = holiday.forward(13 * HOUR)

    # opened at 10:00 and due again at 22:00; from sunset on eight hours count
    (second,) = (each for each in only(TaskOpened, seen) if each.task == "spot_checks")
    assert second.at - MORNING < 12 * HOUR


def test_each_shift_is_handed_over_and_an_empty_post_reaches_the_leader(plans: dict[str, Plan]) -> None:
    holiday = Run(plans["holiday_duty"], Level.IV, MORNING)

    shift = opened_in(holiday.forward(12 * HOUR))
    empty = opened_in(holiday.report("empty_post"))
    told = [
        told.person for each in only(StepFired, holiday.forward(HOUR)) if each.assignment == "fill_post.1" for told in each.told
    ]

    assert "hand_over" in shift
    assert "fill_post" in empty
    assert "office_head" in told


def test_everybody_called_to_their_post_answers_for_themselves(plans: dict[str, Plan]) -> None:
    holiday = Run(plans["holiday_duty"], Level.IV, MORNING)
    for task in ("verify", "judge", "approve", "notify"):
        holiday.finish(task)

    sent = holiday.submit(SendSignal(by="duty_leader", signal="all_on_post", reason="突发事件"))

    (called,) = (each for each in only(TaskOpened, sent) if each.task == "all_on_post")
    assert {"county_hq", "tourism", "transport", "supply"} <= set(called.assignees)


def test_a_red_warning_calls_for_the_special_guarantee(plans: dict[str, Plan]) -> None:
    holiday = Run(plans["holiday_duty"], Level.IV, MORNING)
    holiday.record("hq_office", "days", "3")

    warned = holiday.record("meteorology", "warning_color", "red")

    assert [each.level for each in only(LevelProposed, warned)] == [Level.I]


# --- hazards


def test_a_hazard_goes_from_its_find_to_its_close_for_itself(plans: dict[str, Plan]) -> None:
    hazards = Run(plans["hazard_inspection"], Level.IV, MORNING, {"overdue": "0", "passed": "true"})

    steps = [opened_in(hazards.report("hazard"))]
    for task in ("grade_hazard", "order", "rectify", "inspect_again", "close_hazard"):
        steps.append(hazards.finish(task))

    assert steps == [{"secure", "grade_hazard"}, {"order"}, {"rectify"}, {"inspect_again"}, {"close_hazard"}, set()]


def test_a_major_hazard_is_listed_published_supervised_and_taken_off_by_experts(plans: dict[str, Plan]) -> None:
    hazards = Run(plans["hazard_inspection"], Level.III, MORNING, {"grade": "major"})
    hazards.report("hazard")

    steps = [hazards.finish(task) for task in ("grade_hazard", "list_hazard", "supervise", "accept")]

    assert steps == [{"order", "list_hazard", "major_hazard_report"}, {"publish_listing", "supervise"}, {"accept"}, set()]


def test_a_hazard_that_fails_its_second_look_is_put_right_and_looked_at_until_it_passes(plans: dict[str, Plan]) -> None:
    hazards = Run(plans["hazard_inspection"], Level.IV, MORNING, {"overdue": "0", "passed": "false"})
    hazards.report("hazard")
    hazards.finish("grade_hazard", "order")
    hazards.finish("order")

    failed = [hazards.finish(task) for _ in range(3) for task in ("rectify", "inspect_again")]
    hazards.answers["passed"] = "true"
    passed = [hazards.finish(task) for task in ("rectify", "inspect_again", "close_hazard")]

    assert failed == [{"inspect_again"}, {"rectify"}] * 3
    assert passed == [{"inspect_again"}, {"close_hazard"}, set()]


def test_a_hazard_past_its_date_goes_up_from_the_bureau_of_its_sector_to_the_office(plans: dict[str, Plan]) -> None:
    hazards = Run(plans["hazard_inspection"], Level.IV, MORNING)
    hazards.report("hazard")
    hazards.finish("grade_hazard")
    hazards.finish("order")

    seen = hazards.forward(timedelta(days=34), 6 * HOUR)

    assert "rectify.1" in {each.assignment for each in only(DeadlineMissed, seen)}
    late = [each for each in only(StepFired, seen) if each.assignment == "rectify.1" and each.clock == "done"]
    assert [told.person for each in late for told in each.told] == [
        *("enterprise", "enterprise", "sector_bureau", "county_hq", "hq_office")
    ]


def test_what_is_late_is_urged_and_then_summoned(plans: dict[str, Plan]) -> None:
    hazards = Run(plans["hazard_inspection"], Level.IV, MORNING)

    late = hazards.record("hq_office", "overdue", "3")

    assert opened_in(late) == {"urge"}
    assert "talk" in hazards.finish("urge")


def test_what_is_being_put_right_outlives_the_campaign(plans: dict[str, Plan]) -> None:
    hazards = Run(plans["hazard_inspection"], Level.III, MORNING)
    hazards.report("hazard")
    hazards.finish("grade_hazard")
    hazards.finish("order")

    ended = hazards.stand_down()

    withdrawn = {each.assignment for each in only(TaskWithdrawn, ended)}
    assert "rectify.1" not in withdrawn
    assert "carry_over" in hazards.finish("end") | hazards.opened


def test_statistics_come_every_thirty_days(plans: dict[str, Plan]) -> None:
    hazards = Run(plans["hazard_inspection"], Level.IV, MORNING)
    for task in ("verify", "judge", "approve", "notify", "register", "monthly_statistics"):
        hazards.finish(task)

    seen = hazards.forward(timedelta(days=31), 6 * HOUR)

    assert [each.task for each in only(TaskOpened, seen) if each.task == "monthly_statistics"] == ["monthly_statistics"]


def test_an_inspector_who_finds_a_leak_calls_for_the_hazmat_plan(plans: dict[str, Plan]) -> None:
    hazards = Run(plans["hazard_inspection"], Level.IV, MORNING, {"goods_leaking": "true"})
    for task in ("verify", "judge", "approve", "notify"):
        hazards.finish(task)
    hazards.report("inspection")

    hazards.finish("inspect")

    assert linked(hazards.history) == [("hazmat_spill", None, {"leaking": True})]


# --- all of them


@pytest.mark.parametrize(
    ("plan", "kept"),
    [
        ("earthquake", {"search", "roll_call", "medical_care"}),
        ("coal_mine_fire", {"bring_out", "gas_readings", "stand_by"}),
        ("snow_ice_road", {"care", "count_queue", "park_apart"}),
        ("epidemic_supplies", {"check_request", "ask_province"}),
        ("holiday_duty", {"fill_post", "handle_event"}),
        ("hazard_inspection", {"secure", "urge"}),
    ],
)
def test_a_lower_level_leaves_what_must_go_on(plans: dict[str, Plan], plan: str, kept: set[str]) -> None:
    response = Run(plans[plan], Level.I, MORNING)
    response.finish("verify")
    for kind in plans[plan].findings:
        response.report(kind)
    response.finish("alarm", "control")

    lowered = response.submit(ChangeLevel(by="duty_officer", level=Level.IV, reason="形势趋稳", approved_by="commander"))

    withdrawn = {each.assignment.partition(".")[0] for each in only(TaskWithdrawn, lowered)}
    assert {each.task for each in response.state.assignments.unended} >= kept
    assert not withdrawn & kept
