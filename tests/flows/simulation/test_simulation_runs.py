"""Many runs: the same figures however they are shared out, honest intervals, and what they say about people and tasks."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from flows.simulation.outcome import Outcome
from flows.simulation.roster import invented
from flows.simulation.runs import Experiment
from flows.simulation.summary import Share, Summary, summary
from flows.testing.night import minutes, small_plan, task
from plans.catalog import load
from plans.model import Level, Plan, Text
from plans.scenario import find_scenario, load_scenario
from plans.scenario_model import Behaviour, Constant, People, Roster, Scenario, Work

ZONE = ZoneInfo("Asia/Shanghai")
NIGHT = Scenario(
    "night",
    "small",
    Text("夜", "night"),
    datetime(2026, 7, 1, 18, tzinfo=UTC),
    timedelta(hours=4),
    level=Level.III,
    facts={"flow": 2200.0},
    people=People(answer=Constant(60), no_answer=0.0),
    work=Work(default=Constant(0.5)),
)


def experiment(plan: Plan, scenario: Scenario, seed: int = 1) -> Experiment:
    return Experiment(plan, scenario, invented(plan, scenario.roster or Roster()), ZONE, seed)


def figures(plan: Plan, scenario: Scenario, runs: int) -> Summary:
    tried = experiment(plan, scenario)
    return summary(plan, scenario, tried.duty, tried.outcomes(runs))


def test_sure_limits_are_met_in_every_run():
    found = figures(small_plan([task("verify", "duty_officer")]), NIGHT, 8)

    assert [(each.task, each.clock, each.runs.value, each.median) for each in found.limits] == [
        ("verify", "acknowledge", 1.0, 60.0),
        ("verify", "done", 1.0, 960.0),
    ]
    assert (found.no_limit_missed.value, found.manual.value, found.escalations) == (1.0, 0.0, ())


def test_half_of_the_phones_dead_is_half_of_the_runs_escalated():
    scenario = replace(NIGHT, roster=Roster(deputies=False), roles={"patrol": Behaviour(dead_phones=0.5)})

    found = figures(small_plan([task("patrol", "patrol")]), scenario, 200)

    escalation = found.escalations[0]
    low, high = escalation.runs.interval
    assert low < 0.5 < high
    assert (escalation.task, escalation.to[0][0]) == ("patrol", "duty_leader")


def test_bottleneck_is_the_role_that_keeps_work_waiting():
    plan = small_plan([task("north", "town"), task("south", "town"), task("verify", "duty_officer")])

    found = figures(plan, NIGHT, 4)

    town = found.roles[0]
    assert (town.role, town.waited, town.held_up) == ("town", 15.0, Share(4, 8))
    # two tasks of fifteen minutes in four hours
    assert town.utilisation == pytest.approx(0.125)


def test_hours_count_people_and_messages():
    found = figures(small_plan([task("verify", "duty_officer"), task("later", "town", after=("verify",))]), NIGHT, 2)

    # each is called once, over two channels
    assert [(each.hour, each.people, each.messages) for each in found.hours] == [(0, 2.0, 4.0)]


def test_ladder_that_ends_in_a_manual_decision_is_counted_once_a_run():
    scenario = replace(
        NIGHT, people=replace(NIGHT.people, dead_phones=1.0), roles={"duty_officer": Behaviour(dead_phones=0.0)}, stop=minutes(40)
    )

    found = figures(small_plan([task("north", "town"), task("south", "town")]), scenario, 5)

    assert found.manual == Share(5, 5)


@pytest.mark.parametrize(
    ("share", "low", "high"),
    [
        # figures of Wilson's interval as printed in textbooks
        (Share(0, 10), 0.0, 0.2775),
        (Share(10, 10), 0.7225, 1.0),
        (Share(50, 100), 0.4038, 0.5962),
        (Share(81, 263), 0.2553, 0.3662),
    ],
)
def test_interval_is_wilsons(share: Share, low: float, high: float):
    assert share.interval == pytest.approx((low, high), abs=5e-5)


def test_interval_of_nothing_says_nothing():
    assert (Share(0, 0).value, Share(0, 0).interval) == (None, (0.0, 1.0))


def flood(stop: timedelta) -> Experiment:
    plan = load("flood")
    return experiment(plan, replace(load_scenario(find_scenario("flood_night"), load, plan), stop=stop), seed=9)


@pytest.mark.slow
def test_processes_give_the_same_outcomes_in_the_same_order():
    tried, moved = flood(timedelta(hours=7)), list[int]()

    alone = tried.outcomes(10)
    shared = tried.outcomes(10, processes=2, moved=moved.append)

    assert shared == alone
    assert [each.number for each in shared] == list(range(10))
    assert sum(moved) == 10


def test_first_runs_of_many_are_the_runs_of_few():
    tried = flood(timedelta(hours=6))

    few: list[Outcome] = tried.outcomes(2)

    assert tried.outcomes(5)[:2] == few
