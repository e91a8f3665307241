"""Every time at which a response wants to be looked at, as values: they become rows, and a row is compared with the state."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flows.deciding.climbing import dues_of
from flows.deciding.ending import end_proposal_due
from flows.deciding.findings import shift_due
from flows.deciding.freshness import ageing
from flows.deciding.levels.levelling import hold_clocks
from flows.deciding.levels.papers import paper_clocks
from flows.deciding.levels.signing import signing_clocks
from flows.deciding.outlook import outlook
from flows.deciding.tasks.progressing import progress_due
from flows.deciding.tasks.repeating import next_round, upcoming_rounds
from flows.deciding.tasks.suspending import watches_daylight
from flows.deciding.tasks.waiting import ends_of_waiting
from flows.model.state import ResponseState, Status
from plans.model import Plan


@dataclass(frozen=True, slots=True)
class ClockRow:
    """`name` is the rung, `deadline`, `progress`, `round`, `sunrise`, `sunset`, `end`, a level, a paper, a fact, a finding or a
    kind of finding.

    `assignment` of a `wait` is the task that has none yet. With `epoch`, a moved clock is another row.
    """

    assignment: str
    clock: str
    name: str
    epoch: int
    due: datetime


def clocks(plan: Plan, state: ResponseState) -> frozenset[ClockRow]:
    """All clocks that run."""
    return frozenset() if state.status is Status.CLOSED else frozenset(_clocks(plan, state))


def next_due(plan: Plan, state: ResponseState) -> datetime | None:
    """When the response next wants to be looked at; None when it only waits for people."""
    if state.status is Status.CLOSED:
        return None
    known, dues = outlook(plan, state), list(_ladders_due(plan, state))
    watched = (
        known.situation.until if known.situation else situation_due(plan, state),
        known.tasks.until if known.tasks else tasks_due(plan, state),
    )
    return min((*dues, *filter(None, watched)), default=None)


def situation_due(plan: Plan, state: ResponseState) -> datetime | None:
    """When anything comes due that goes by facts, levels, findings or the end."""
    return min((row.due for row in _situation_clocks(plan, state)), default=None)


def tasks_due(plan: Plan, state: ResponseState) -> datetime | None:
    """When a task may open or come round, or the night changes."""
    return next_round(plan, state, min((row.due for row in _task_clocks(plan, state)), default=None))


def _ladders_due(plan: Plan, state: ResponseState) -> Iterator[datetime]:
    for assignment in state.assignments.unended:
        if dues := dues_of(plan, assignment):
            yield dues[0].due
        if asked := progress_due(plan, state, assignment):
            yield asked


def _clocks(plan: Plan, state: ResponseState) -> Iterator[ClockRow]:
    for assignment in state.assignments.unended:
        for due in dues_of(plan, assignment):
            name = due.rung.name if due.rung else "deadline"
            yield ClockRow(assignment.id, due.clock, name, assignment.climb(due.clock).epoch, due.due)
    for latest, round_due in upcoming_rounds(plan, state):
        yield ClockRow(latest.id, "round", "round", latest.round, round_due)
    for assignment in state.assignments.unended:
        if asked := progress_due(plan, state, assignment):
            yield ClockRow(assignment.id, "progress", "progress", assignment.acknowledge.epoch, asked)
    yield from _task_clocks(plan, state)
    yield from _situation_clocks(plan, state)


def _task_clocks(plan: Plan, state: ResponseState) -> Iterator[ClockRow]:
    """Beside ladders, limits, rounds and progress."""
    for task, finding, due in ends_of_waiting(plan, state):
        yield ClockRow(task.name, "wait", finding, 1, due)
    if state.night_changes_at and watches_daylight(plan, state):
        yield ClockRow("", "daylight", "sunrise" if state.night else "sunset", 1, state.night_changes_at)


def _situation_clocks(plan: Plan, state: ResponseState) -> Iterator[ClockRow]:
    for kind in plan.findings.values():
        if begins := shift_due(state, kind):
            yield ClockRow("", "shift", kind.name, 1, begins)
    if ends := end_proposal_due(state):
        yield ClockRow("", "end", "end", 1, ends)
    for level, due in hold_clocks(state).items():
        yield ClockRow("", "level", level.name, 1, due)
    for name, number, due in signing_clocks(plan, state):
        yield ClockRow("", "sign", name, number, due)
    for name, due in paper_clocks(state):
        yield ClockRow("", "paper", name, 1, due)
    for name, due in ageing(plan, state):
        yield ClockRow("", "fresh", name, 1, due)
