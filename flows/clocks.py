"""Every time at which a response wants to be looked at, as values: they become rows, and a row is compared with the state."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flows.climbing import CLOCKS, deadline, next_rung
from flows.opening import upcoming_rounds
from flows.state import ResponseState, Status
from flows.suspending import watches_daylight
from plans.model import Plan


@dataclass(frozen=True, slots=True)
class ClockRow:
    """`name` is the rung, `deadline`, `round`, `sunrise`, `sunset` or `end`; with `epoch`, a moved clock is another row."""

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
    return min((row.due for row in clocks(plan, state)), default=None)


def _clocks(plan: Plan, state: ResponseState) -> Iterator[ClockRow]:
    for assignment in state.assignments.unended:
        for clock in CLOCKS:
            climb = assignment.climb(clock)
            if rung := next_rung(plan, assignment, clock):
                yield ClockRow(assignment.id, clock, rung[0].name, climb.epoch, rung[1])
            if limit := deadline(assignment, clock):
                yield ClockRow(assignment.id, clock, "deadline", climb.epoch, limit)
    for assignment, due in upcoming_rounds(plan, state):
        yield ClockRow(assignment.id, "round", "round", assignment.round, due)
    if state.night_changes_at and watches_daylight(plan, state):
        yield ClockRow("", "daylight", "sunrise" if state.night else "sunset", 1, state.night_changes_at)
    if state.status is Status.OPEN and state.propose_end_at and state.end_proposed_at is None:
        yield ClockRow("", "end", "end", 1, state.propose_end_at)
