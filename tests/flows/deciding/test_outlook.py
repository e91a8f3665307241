"""What a decision leaves behind spares looking, never doing: who knows nothing of the decision before decides the same."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from flows.deciding.decisions import decide, decide_opening
from flows.model.commands import OpenResponse
from flows.model.events import Event
from flows.model.state import fold
from flows.simulation.roster import invented
from flows.simulation.run import Run, simulate
from plans.catalog import known, load
from plans.model import FactType, Plan
from plans.scenario_model import FactAt, FindingAt, Happening, Manual, People, Roster, Scenario, Spread
from resources.model import Duty

BEGINS = datetime(2026, 7, 1, 12, tzinfo=UTC)


def eventful(plan: Plan) -> Scenario:
    """A day on which findings come, booleans turn and turn back, and many do not answer."""
    happenings: list[Happening] = []
    for number, kind in enumerate(plan.findings.values()):
        by = (*kind.report, *plan.activate)[0]
        happenings += [FindingAt(timedelta(hours=1 + 3 * each, minutes=number), kind.name, f"K{each}", by) for each in (0, 1)]
    for number, fact in enumerate(plan.facts.values()):
        if fact.type is FactType.BOOLEAN:
            happenings += [FactAt(timedelta(hours=hour, minutes=number), fact.name, hour == 4) for hour in (4, 9)]
    return Scenario(
        "eventful",
        plan.name,
        plan.title,
        BEGINS,
        timedelta(hours=24),
        level=max(plan.levels),
        happenings=tuple(sorted(happenings, key=lambda each: each.after)),
        people=People(answer=Spread(300, 2.5), no_answer=0.4, decline=0.1),
        manual=Manual(skip=0.5),
    )


def decided_afresh(plan: Plan, duty: Duty, run: Run) -> list[Event]:
    """The same inputs; a state that is another object is one that nothing is known of."""
    (opened_at, opening), *later = run.inputs
    assert isinstance(opening, OpenResponse)
    history = decide_opening(plan, duty, opening, opened_at)
    state = fold(history)
    for moment, command in later:
        assert not isinstance(command, OpenResponse)
        events = decide(plan, duty, replace(state), command, moment)
        history += events
        state = fold(events, state) if events else state
    return history


@pytest.mark.parametrize("name", sorted(known()))
def test_decision_that_knows_the_one_before_is_that_of_one_who_looks_at_everything(name: str):
    plan = load(name)
    duty = invented(plan, Roster())

    run = simulate(plan, eventful(plan), duty, ZoneInfo("Asia/Shanghai"), 1, 0)

    assert len(run.history) > 50
    assert decided_afresh(plan, duty, run) == list(run.history)
