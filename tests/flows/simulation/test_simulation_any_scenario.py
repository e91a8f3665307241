"""Whatever a scenario says, a checked plan runs through it: nothing is raised, and every open task has a way to end."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.deciding.clocks import next_due
from flows.deciding.decisions import decide
from flows.model.commands import RecordDecision
from flows.model.state import fold
from flows.simulation.roster import invented
from flows.simulation.run import Run, simulate
from plans.catalog import known, load
from plans.model import Fact, FactType, Level, Plan, Text
from plans.scenario_model import (
    Approvals,
    ClosingAt,
    Constant,
    Distribution,
    FactAt,
    FindingAt,
    Happening,
    Manual,
    Never,
    Night,
    People,
    Roster,
    Scenario,
    SignalAt,
    Spread,
    Triangle,
    Value,
    Work,
)
from resources.model import Duty

ZONE = ZoneInfo("Asia/Shanghai")
STOP = timedelta(hours=10)
PLANS = {name: load(name) for name in known()}


def distributions(most: float) -> st.SearchStrategy[Distribution]:
    amounts = st.floats(0, most, allow_nan=False)
    return st.one_of(
        st.just(Never()),
        st.builds(Constant, amounts),
        st.builds(Spread, amounts, st.floats(1, 4)),
        st.lists(amounts, min_size=3, max_size=3).map(lambda three: Triangle(*sorted(three))),
    )


shares, moments = st.floats(0, 1), st.integers(0, int(STOP.total_seconds())).map(lambda seconds: timedelta(seconds=seconds))


def values(fact: Fact) -> st.SearchStrategy[Value]:
    match fact.type:
        case FactType.NUMBER:
            low = 0.0 if fact.low is None else fact.low
            return st.floats(low, low + 10_000 if fact.high is None else fact.high)
        case FactType.BOOLEAN:
            return st.booleans()
        case FactType.CHOICE:
            return st.sampled_from(fact.choices)
        case FactType.TEXT:
            return st.sampled_from(["东风路", "K1"])


def happenings(plan: Plan) -> Iterator[st.SearchStrategy[Happening]]:
    for fact in plan.facts.values():
        yield st.builds(FactAt, moments, st.just(fact.name), values(fact), st.booleans() if fact.forecast else st.just(False))
    for kind in plan.findings.values():
        by = (*kind.report, *plan.activate)[0]
        yield st.builds(FindingAt, moments, st.just(kind.name), st.sampled_from(["K1", "K2"]), st.just(by))
        yield st.builds(ClosingAt, moments, st.just(f"{kind.name}-1"), st.just(by), st.just("over"))
    for task in plan.tasks.values():
        if task.signal and not task.signal.ends_drill:
            yield st.builds(SignalAt, moments, st.just(task.name), st.sampled_from(task.signal.send), st.just("now"), moments)


def scenarios(plan: Plan) -> st.SearchStrategy[Scenario]:
    outside = st.lists(st.one_of(*happenings(plan)), max_size=12)
    return st.builds(
        Scenario,
        name=st.just("any"),
        plan=st.just(plan.name),
        title=st.just(Text("任意", "any")),
        begins=st.just(datetime(2026, 7, 1, 12, tzinfo=UTC)),
        stop=st.just(STOP),
        level=st.one_of(st.none(), st.sampled_from(sorted(plan.levels))),
        happenings=outside.map(lambda several: tuple(sorted(several, key=lambda each: each.after))),
        roster=st.builds(Roster, st.integers(1, 2), deputies=st.booleans()),
        people=st.builds(
            People,
            answer=distributions(3600),
            no_answer=shares,
            decline=shares,
            dead_phones=shares,
            noticed=distributions(3600),
            travel=distributions(3600),
            night=st.builds(Night, st.just(time(22)), st.just(time(6)), st.floats(0.5, 4), shares),
        ),
        work=st.builds(Work, default=distributions(2), forgets_progress=shares),
        approvals=st.builds(
            Approvals,
            distributions(3600),
            distributions(3600).map(lambda thinks: dict.fromkeys(Level, thinks)),
            distributions(3600),
        ),
        manual=st.builds(Manual, distributions(3600), shares, distributions(7200)),
        teams=st.dictionaries(st.sampled_from(sorted(plan.roles)), st.integers(1, 3), max_size=3),
    )


@pytest.mark.parametrize("name", sorted(PLANS))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_any_scenario_runs_to_its_end_and_every_open_task_can_be_ended(name: str, data: st.DataObject):
    plan = PLANS[name]
    scenario = data.draw(scenarios(plan))
    duty = invented(plan, scenario.roster or Roster())

    run = simulate(plan, scenario, duty, ZONE, data.draw(st.integers(0, 99)), 0)

    moments = [event.at for event in run.history]
    assert moments == sorted(moments), "a journal never goes back in time"
    if run.state is not None:
        assert fold(list(run.history)) == run.state
        due = next_due(plan, run.state)
        assert due is None or due > run.ended or run.ended < scenario.begins + scenario.stop
        end_all(plan, duty, run)


@pytest.mark.parametrize("name", sorted(PLANS))
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.integers(0, 10_000), st.sampled_from(sorted(Level)))
def test_journal_of_slow_people_never_goes_back_in_time(name: str, seed: int, level: Level):
    """Reports open after their limit here, and progress is asked for late."""
    plan = PLANS[name]
    slow = Work(default=Spread(2.5, 3.0))
    begins = datetime(2026, 7, 1, 12, tzinfo=UTC)
    given_level = level if level in plan.levels else min(plan.levels)
    scenario = Scenario("slow", plan.name, Text("慢", "slow"), begins, stop=STOP, level=given_level, roster=Roster(), work=slow)

    run = simulate(plan, scenario, invented(plan, Roster()), ZONE, seed, 0)

    moments = [event.at for event in run.history]
    assert moments == sorted(moments)


def end_all(plan: Plan, duty: Duty, run: Run) -> None:
    """Whoever is in charge can end each task that is open, with a reason, by hand."""
    assert run.state is not None
    by = duty.holders(plan.activate[0], run.ended)[0].id
    for assignment in run.state.assignments.unended:
        command = RecordDecision(by=by, assignment=assignment.id, decision="skip", reason="the night is over")
        after = fold(decide(plan, duty, run.state, command, run.ended), run.state)
        assert after.assignments[assignment.id].has_ended
