"""A simulated run is the engine's own decisions in virtual time: reproducible, and the same journal."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from flows.model.commands import OpenResponse
from flows.model.events import (
    DeadlineMissed,
    Event,
    FindingUpdated,
    LevelChanged,
    ManualDecisionRecorded,
    PersonUnreached,
    StepFired,
    TaskAcknowledged,
    TaskCompleted,
    TaskOpened,
    TaskResumed,
    TaskStarted,
    TaskSuspended,
)
from flows.model.state import Status
from flows.running import journal
from flows.running.engine import Engine
from flows.simulation.roster import invented
from flows.simulation.run import MOST_OPENINGS, EndlessSimulationError, Run, simulate
from flows.testing.night import ALL, OnePlan, minutes, only, small_plan, task
from plans.catalog import load
from plans.model import EvidenceField, EvidenceType, FindingKind, Level, Plan, Signal, Text
from plans.scenario import find_scenario, load_scenario
from plans.scenario_model import (
    Approvals,
    Behaviour,
    Constant,
    FactAt,
    FindingAt,
    Manual,
    Never,
    Night,
    People,
    Roster,
    Scenario,
    SignalAt,
    Spread,
    Work,
)
from store.clock import MovableClock
from store.database import Database

ZONE = ZoneInfo("Asia/Shanghai")
BEGINS = datetime(2026, 7, 1, 18, tzinfo=UTC)
PROMPT = People(answer=Constant(60), no_answer=0.0)


def scenario(**more: object) -> Scenario:
    """A level III night of six hours in which everybody answers after a minute and works half of the time allowed."""
    given: dict[str, object] = {
        "stop": timedelta(hours=6),
        "level": Level.III,
        "facts": {"flow": 2200.0},
        "roster": Roster(),
        "people": PROMPT,
        "work": Work(default=Constant(0.5)),
        "approvals": Approvals(levels=dict.fromkeys(Level, Constant(300)), end=Constant(600)),
    }
    words = Text("夜", "night")
    return Scenario("night", "small", words, BEGINS, **{**given, **more})  # type: ignore[arg-type]


def run(plan: Plan, told: Scenario, seed: int = 1, number: int = 0) -> Run:
    return simulate(plan, told, invented(plan, told.roster or Roster()), ZONE, seed, number)


def after(result: Run, event: Event) -> timedelta:
    return event.at - result.begins


def shipped() -> tuple[Plan, Scenario]:
    plan = load("flood")
    return plan, load_scenario(find_scenario("flood_night"), load, plan)


def replayed(folder: Path, plan: Plan, told: Scenario, result: Run) -> list[Event]:
    """What a real engine on a real database makes of the same inputs at the same moments."""
    clock, duty = MovableClock(result.begins), invented(plan, told.roster or Roster())
    database = Database(folder / "tocsin.db")
    engine = Engine(database, OnePlan(plan), lambda: duty, clock, ZONE)
    response = ""
    for moment, command in result.inputs:
        clock.forward(moment - clock.now())
        if isinstance(command, OpenResponse):
            response = engine.open(plan.name, command).response
        else:
            engine.submit(response, command)
    with database.read() as connection:
        history = [entry.event for entry in journal.entries(connection, response)]
    database.close()
    return history


def test_simulated_night_writes_the_journal_of_the_engine(tmp_path: Path):
    plan, told = shipped()
    told = replace(told, stop=timedelta(hours=16), people=replace(told.people, noticed=Constant(120.0), decline=0.1))

    result = run(plan, told, seed=3)

    assert len(result.history) > 500
    assert replayed(tmp_path, plan, told, result) == list(result.history)


def test_signal_and_its_end_write_the_journal_of_the_engine(tmp_path: Path):
    plan, told = withdrawal()

    result = run(plan, told)

    assert replayed(tmp_path, plan, told, result) == list(result.history)


def test_same_seed_and_number_give_the_same_run():
    plan, told = shipped()
    told = replace(told, stop=timedelta(hours=8))

    assert run(plan, told, 5, 2) == run(plan, told, 5, 2)
    assert run(plan, told, 5, 2).history != run(plan, told, 5, 3).history
    assert run(plan, told, 5, 2).history != run(plan, told, 6, 2).history


def test_people_answer_start_and_complete_when_the_scenario_says():
    result = run(small_plan([task("verify", "duty_officer")]), scenario())

    acknowledged, started, done = (only(kind, result.history)[0] for kind in (TaskAcknowledged, TaskStarted, TaskCompleted))

    assert after(result, acknowledged) == minutes(1)
    assert after(result, started) == minutes(1)
    assert after(result, done) == minutes(16)


def test_travel_comes_before_the_work():
    told = scenario(roles={"duty_officer": Behaviour(travel=Constant(600))})

    result = run(small_plan([task("verify", "duty_officer")]), told)

    assert after(result, only(TaskStarted, result.history)[0]) == minutes(11)
    assert after(result, only(TaskCompleted, result.history)[0]) == minutes(26)


def test_one_person_works_on_one_thing_at_a_time():
    plan = small_plan([task("north", "town"), task("south", "town")])

    result = run(plan, scenario())

    assert [after(result, event) for event in only(TaskCompleted, result.history)] == [minutes(16), minutes(31)]
    assert result.loads["town"].waited == minutes(15)
    assert result.loads["town"].held_up == 1


def test_two_teams_are_in_two_places():
    plan = small_plan([task("north", "town"), task("south", "town")])

    result = run(plan, scenario(teams={"town": 2}))

    assert [after(result, event) for event in only(TaskCompleted, result.history)] == [minutes(16), minutes(16)]
    assert result.loads["town"].held_up == 0


def test_life_safety_goes_before_what_waited_longer():
    plan = small_plan(
        [
            task("first", "town"),
            task("paper", "town", life_safety=False),
            task("rescue", "town", after=("verify",)),
            task("verify", "duty_officer", done=minutes(10)),
        ]
    )

    result = run(plan, scenario())

    started = [event.assignment for event in only(TaskStarted, result.history) if event.assignment != "verify.1"]
    assert started == ["first.1", "rescue.1", "paper.1"]


def test_dead_phone_lets_the_ladder_climb_to_whoever_hears():
    told = scenario(roles={"patrol": Behaviour(dead_phones=1.0)}, roster=Roster(deputies=False))

    result = run(small_plan([task("patrol", "patrol")]), told)

    assert [event.step for event in only(StepFired, result.history)] == ["call", "again", "leader"]
    assert only(TaskAcknowledged, result.history)[0].person == "duty_leader-1"


def test_dead_phone_that_the_gateway_notices_brings_the_ladder_forward():
    told = scenario(
        people=replace(PROMPT, noticed=Constant(30)),
        roles={"patrol": Behaviour(dead_phones=1.0)},
        roster=Roster(deputies=False),
    )

    result = run(small_plan([task("patrol", "patrol")]), told)

    unreached = only(PersonUnreached, result.history)
    assert after(result, unreached[0]) == timedelta(seconds=30)
    assert after(result, only(TaskAcknowledged, result.history)[0]) == timedelta(minutes=2)


def test_courier_reaches_those_whom_no_phone_reaches():
    told = scenario(
        people=replace(PROMPT, dead_phones=1.0),
        roles={"duty_officer": Behaviour(dead_phones=0.0)},
        manual=Manual(decide=Constant(120), courier=Constant(1800)),
    )

    result = run(small_plan([task("patrol", "patrol")]), told)

    decided = only(ManualDecisionRecorded, result.history)[0]
    acknowledged = only(TaskAcknowledged, result.history)[0]
    assert (decided.decision, after(result, decided)) == ("courier", minutes(23))
    assert (acknowledged.via, acknowledged.person, acknowledged.at - decided.at) == ("courier", "patrol-1", minutes(30))


def test_task_that_nobody_holds_is_skipped_by_hand():
    nobody = Roster(roles={"town": 0, "duty_leader": 0})
    told = scenario(roster=nobody, roles={"deputy_commander": Behaviour(decline=1.0)})

    result = run(small_plan([task("clear", "town")]), told)

    assert only(ManualDecisionRecorded, result.history)[0].decision == "skip"
    assert result.state is not None
    assert result.state.assignments["clear.1"].has_ended


def test_nobody_opens_anything_before_the_facts_call_for_a_level():
    rising = tuple(FactAt(minutes(30 * step), "flow", 800.0 + 100 * step) for step in range(1, 6))
    told = scenario(level=None, facts={"flow": 800.0}, happenings=rising, approvals=Approvals(opening=Constant(600)))

    result = run(small_plan([task("verify", "duty_officer")]), told)

    assert after(result, result.history[0]) == minutes(60 + 10)


def test_facts_that_never_call_for_a_level_open_nothing():
    result = run(small_plan(), scenario(level=None, facts={"flow": 800.0}))

    assert (result.state, result.history, result.ended) == (None, (), BEGINS + timedelta(hours=6))


def test_level_is_approved_when_whoever_may_has_heard_and_thought():
    told = scenario(happenings=(FactAt(minutes(30), "flow", 3500.0),))

    result = run(small_plan([task("verify", "duty_officer")]), told)

    changed = only(LevelChanged, result.history)[0]
    assert (changed.level, after(result, changed)) == (Level.II, minutes(30 + 1 + 5))


def test_level_that_nobody_approves_stays_proposed():
    told = scenario(happenings=(FactAt(minutes(30), "flow", 3500.0),), approvals=Approvals(levels=dict.fromkeys(Level, Never())))

    result = run(small_plan([task("verify", "duty_officer")]), told)

    assert not only(LevelChanged, result.history)
    assert result.state is not None
    assert result.state.proposed_level is Level.II


def test_run_ends_when_recovery_has_begun():
    told = scenario(happenings=(FactAt(minutes(60), "flow", 300.0),))

    result = run(small_plan(), told)

    assert result.state is not None
    assert result.state.status is Status.STOOD_DOWN
    # an hour of water below the line, a minute to hear, ten to think
    assert result.ended == BEGINS + minutes(60 + 60 + 1 + 10)


def withdrawal() -> tuple[Plan, Scenario]:
    plan = small_plan(
        [
            task("fight", "town", each="danger", done=timedelta(hours=2)),
            task(
                "withdraw", "duty_officer", need="all", done=minutes(10), signal=Signal(("deputy_commander",), stops=("fight",))
            ),
        ],
        findings={"danger": FindingKind("danger", Text("险情", "danger"), report=("town",))},
    )
    happenings = (
        FindingAt(minutes(5), "danger", "K1", "town"),
        SignalAt(minutes(30), "withdraw", "deputy_commander", "the slope moves", lasts=minutes(60)),
    )
    return plan, scenario(happenings=happenings)


def test_what_a_signal_stops_goes_on_with_the_work_that_was_left():
    plan, told = withdrawal()

    result = run(plan, told)

    assert after(result, only(TaskSuspended, result.history)[0]) == minutes(30)
    assert after(result, only(TaskResumed, result.history)[0]) == minutes(90)
    done = {event.assignment: after(result, event) for event in only(TaskCompleted, result.history)}
    # an hour of work: 24 minutes before the signal, the rest after it
    assert done["fight.1"] == minutes(90 + 36)


@pytest.mark.parametrize(("reported", "found"), [({"grade": "major"}, "major"), ({}, "minor")])
def test_whoever_grades_a_danger_finds_what_was_reported_of_it(reported: dict[str, str], found: str):
    grade = EvidenceField("grade", Text("等级", "grade"), EvidenceType.CHOICE, choices=("minor", "major"))
    plan = small_plan(
        [task("classify", "patrol", each="danger", evidence=(replace(grade, finding="grade"),))],
        findings={"danger": FindingKind("danger", Text("险情", "danger"), fields=(replace(grade, required=False),))},
    )
    told = scenario(happenings=(FindingAt(minutes(10), "danger", "K12", "patrol", reported),))

    result = run(plan, told)

    assert [each.values for each in only(FindingUpdated, result.history)] == [{"grade": found}]


def test_night_makes_people_slower():
    dark = Night(time(22), time(6), slower=3.0)

    slow = run(small_plan([task("verify", "duty_officer")]), scenario(people=replace(PROMPT, night=dark)))
    by_day = run(
        small_plan([task("verify", "duty_officer")]), scenario(people=replace(PROMPT, night=replace(dark, begins=time(4))))
    )

    # it is two in the morning in Shanghai
    assert after(slow, only(TaskAcknowledged, slow.history)[0]) == minutes(3)
    assert after(by_day, only(TaskAcknowledged, by_day.history)[0]) == minutes(1)


def test_late_work_misses_its_limit():
    result = run(small_plan([task("verify", "duty_officer")]), scenario(work=Work(default=Constant(1.2))))

    assert [event.clock for event in only(DeadlineMissed, result.history)] == ["done"]


def test_rounds_that_come_too_often_are_refused_with_words():
    plan, told = small_plan([task("patrol", "patrol", every=dict.fromkeys(ALL, timedelta(seconds=1)))]), scenario()

    with pytest.raises(EndlessSimulationError, match=r"after 101 turns, at \+.*: task 'patrol' has opened") as refused:
        simulate(plan, told, invented(plan, Roster()), ZONE, 1, 0, most_turns=100)
    assert "make its 'every' longer" in str(refused.value)


def test_rounds_every_second_for_three_days_end_with_words_before_anybody_wonders():
    often = task("patrol", "patrol", every=dict.fromkeys(ALL, timedelta(seconds=1)), ack=timedelta(seconds=1))
    plan, told = small_plan([often]), scenario(stop=timedelta(hours=72))

    with pytest.raises(EndlessSimulationError) as refused:
        simulate(plan, told, invented(plan, Roster()), ZONE, 1, 0)

    assert (refused.value.task, refused.value.openings) == ("patrol", MOST_OPENINGS + 1)
    assert refused.value.after < timedelta(hours=2)


def test_a_run_says_how_far_it_is_and_comes_to_one_whole():
    plan, heard = small_plan([task("patrol", "patrol", every=dict.fromkeys(ALL, minutes(1)))]), list[float]()

    simulate(plan, scenario(stop=timedelta(hours=6)), invented(plan, Roster()), ZONE, 1, 0, moved=heard.append)

    assert len(heard) > 3
    assert sum(heard) == pytest.approx(1)


def test_chance_spreads_the_answers():
    told = scenario(people=People(answer=Spread(120, 2.0), no_answer=0.0), stop=minutes(4))
    plan = small_plan([task("verify", "duty_officer")])

    answers = [
        after(result, event).total_seconds()
        for result in (run(plan, told, number=number) for number in range(60))
        for event in only(TaskAcknowledged, result.history)
    ]

    assert len(set(answers)) > 20
    # three channels, the first that is heard: sooner than the median of one
    assert sorted(answers)[len(answers) // 2] < 120


def test_opened_tasks_are_those_of_the_plan():
    plan, told = shipped()

    result = run(plan, replace(told, stop=timedelta(hours=8)))

    assert {event.task for event in only(TaskOpened, result.history)} <= plan.tasks.keys()
