"""The state of a response as the fold of its events; nothing here decides."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import reduce
from typing import assert_never

from pydantic import TypeAdapter

from flows import events as happened
from flows.events import ClockName, Event, Told, Value
from plans.model import Level
from store.kinds import Kind


class Status(StrEnum):
    OPEN = "open"
    STOOD_DOWN = "stood_down"
    CLOSED = "closed"


class TaskStatus(StrEnum):
    OPEN = "open"
    CALLED = "called"
    ACKNOWLEDGED = "acknowledged"
    STARTED = "started"
    DONE = "done"
    SKIPPED = "skipped"
    WITHDRAWN = "withdrawn"


ENDED = frozenset({TaskStatus.DONE, TaskStatus.SKIPPED, TaskStatus.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class Climb:
    """How far a ladder has been climbed. `steps` are fired or passed rungs; `epoch` rises when its times move."""

    start: datetime
    steps: tuple[str, ...] = ()
    epoch: int = 1
    missed: bool = False


@dataclass(frozen=True, slots=True)
class Assignment:
    """One instance of a task, given to named people."""

    id: str
    task: str
    round: int
    assignees: tuple[str, ...]
    opened_at: datetime
    acknowledge_by: datetime
    done_by: datetime
    next_round: datetime | None
    acknowledge: Climb
    done: Climb
    status: TaskStatus = TaskStatus.OPEN
    told: Mapping[str, Told] = field(default_factory=dict)
    acknowledged: Mapping[str, datetime] = field(default_factory=dict)
    declined: Mapping[str, str] = field(default_factory=dict)
    is_answered: bool = False
    """Enough people have acknowledged: the acknowledge ladder rests."""
    awaits_decision: bool = False
    """The ladder has ended without an answer: a person must record a manual decision."""
    evidence: Mapping[str, Value | tuple[Value, ...]] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    ended_at: datetime | None = None

    @property
    def has_ended(self) -> bool:
        return self.status in ENDED

    def climb(self, clock: ClockName) -> Climb:
        return self.acknowledge if clock == "acknowledge" else self.done

    def with_climb(self, clock: ClockName, climb: Climb) -> "Assignment":
        return replace(self, acknowledge=climb) if clock == "acknowledge" else replace(self, done=climb)


@dataclass(frozen=True, slots=True)
class ResponseState:
    kind: Kind
    plan: str
    digest: str
    incident: str
    place: str
    level: Level
    opened_at: datetime
    status: Status = Status.OPEN
    facts: Mapping[str, Value] = field(default_factory=dict)
    forecasts: Mapping[str, float] = field(default_factory=dict)
    assignments: Mapping[str, Assignment] = field(default_factory=dict)
    proposed_level: Level | None = None
    end_proposed_at: datetime | None = None
    propose_end_at: datetime | None = None
    closed_at: datetime | None = None

    def of_task(self, task: str) -> tuple[Assignment, ...]:
        """Every instance of a task, oldest first."""
        return tuple(assignment for assignment in self.assignments.values() if assignment.task == task)


state_adapter: TypeAdapter[ResponseState] = TypeAdapter(ResponseState)


def fold(history: list[Event], state: ResponseState | None = None) -> ResponseState:
    """The state after `history`; the first event of a response opens it."""
    folded = reduce(evolve, history, state)
    assert folded is not None, "a history has at least its opening"
    return folded


def evolve(state: ResponseState | None, event: Event) -> ResponseState:
    """The state after one more event."""
    if isinstance(event, happened.ResponseOpened | happened.DrillOpened):
        return _opened(event)
    assert state is not None, "a response begins with its opening"
    match event:
        case happened.FactRecorded(forecast=True):
            return replace(state, forecasts={**state.forecasts, event.name: float(event.value)})
        case happened.FactRecorded():
            return replace(state, facts={**state.facts, event.name: event.value})
        case happened.LevelProposed():
            return replace(state, proposed_level=event.level)
        case happened.LevelChanged():
            return _level_changed(state, event)
        case happened.EndConditionMet():
            return replace(state, propose_end_at=event.propose_at)
        case happened.EndConditionBroken():
            return replace(state, propose_end_at=None, end_proposed_at=None)
        case happened.EndProposed():
            return replace(state, end_proposed_at=event.at)
        case happened.StoodDown():
            return replace(state, status=Status.STOOD_DOWN)
        case happened.Closed():
            return replace(state, status=Status.CLOSED, closed_at=event.at)
        case happened.AlertNoticed() | happened.NoteAdded():
            return state
        case happened.TaskOpened():
            return _with(state, _task_opened(event))
        case _:
            return _with(state, _progressed(state.assignments[event.assignment], event))


TaskEvent = (
    happened.StepFired
    | happened.StepPassed
    | happened.LadderAdvanced
    | happened.DeadlineMissed
    | happened.TaskAcknowledged
    | happened.TaskDeclined
    | happened.TaskStarted
    | happened.ProgressReported
    | happened.TaskCompleted
    | happened.TaskReassigned
    | happened.ManualDecisionRecorded
    | happened.TaskWithdrawn
)


def _opened(event: happened.ResponseOpened | happened.DrillOpened) -> ResponseState:
    return ResponseState(
        kind=Kind.DRILL if isinstance(event, happened.DrillOpened) else Kind.REAL,
        plan=event.plan,
        digest=event.digest,
        incident=event.incident,
        place=event.place,
        level=event.level,
        opened_at=event.at,
        facts=event.facts,
        forecasts=event.forecasts,
    )


def _level_changed(state: ResponseState, event: happened.LevelChanged) -> ResponseState:
    moved = {
        name: replace(assignment, next_round=event.next_rounds.get(name, assignment.next_round))
        for name, assignment in state.assignments.items()
    }
    return replace(state, level=event.level, proposed_level=None, assignments=moved)


def _task_opened(event: happened.TaskOpened) -> Assignment:
    return Assignment(
        id=event.assignment,
        task=event.task,
        round=event.round,
        assignees=event.assignees,
        opened_at=event.at,
        acknowledge_by=event.acknowledge_by,
        done_by=event.done_by,
        next_round=event.next_round,
        acknowledge=Climb(event.at),
        done=Climb(event.done_by),
    )


def _progressed(assignment: Assignment, event: TaskEvent) -> Assignment:
    match event:
        case happened.StepFired():
            return _step_fired(assignment, event)
        case happened.StepPassed():
            return _climbed(assignment, event.clock, event.step)
        case happened.LadderAdvanced():
            climb = assignment.climb(event.clock)
            return assignment.with_climb(event.clock, replace(climb, start=climb.start - event.earlier, epoch=climb.epoch + 1))
        case happened.DeadlineMissed():
            return assignment.with_climb(event.clock, replace(assignment.climb(event.clock), missed=True))
        case happened.TaskAcknowledged():
            return _acknowledged(assignment, event)
        case happened.TaskDeclined():
            acknowledged = {person: at for person, at in assignment.acknowledged.items() if person != event.person}
            declined = {**assignment.declined, event.person: event.reason}
            return replace(assignment, acknowledged=acknowledged, declined=declined)
        case happened.TaskStarted():
            return replace(assignment, status=TaskStatus.STARTED)
        case happened.ProgressReported():
            return assignment
        case happened.TaskCompleted():
            done = replace(assignment, status=TaskStatus.DONE, evidence=event.evidence, missing=event.missing)
            return replace(done, ended_at=event.at, awaits_decision=False)
        case happened.TaskReassigned():
            return _reassigned(assignment, event)
        case happened.ManualDecisionRecorded():
            decided = replace(assignment, awaits_decision=False)
            return replace(decided, status=TaskStatus.SKIPPED, ended_at=event.at) if event.decision == "skip" else decided
        case happened.TaskWithdrawn():
            return replace(assignment, status=TaskStatus.WITHDRAWN, ended_at=event.at, awaits_decision=False)
        case _:
            assert_never(event)


def _step_fired(assignment: Assignment, event: happened.StepFired) -> Assignment:
    climbed = _climbed(assignment, event.clock, event.step)
    told = {**climbed.told, **{told.person: _merged(climbed.told.get(told.person), told) for told in event.told}}
    status = TaskStatus.CALLED if climbed.status is TaskStatus.OPEN else climbed.status
    awaits = climbed.awaits_decision or (event.manual and event.clock == "acknowledge")
    return replace(climbed, told=told, status=status, awaits_decision=awaits)


def _merged(before: Told | None, now: Told) -> Told:
    """A person told twice answers for everybody they were told for."""
    if before is None:
        return now
    return replace(now, stands_for=tuple(dict.fromkeys((*before.stands_for, *now.stands_for))))


def _climbed(assignment: Assignment, clock: ClockName, step: str) -> Assignment:
    climb = assignment.climb(clock)
    return assignment.with_climb(clock, replace(climb, steps=(*climb.steps, step)))


def _acknowledged(assignment: Assignment, event: happened.TaskAcknowledged) -> Assignment:
    answered = assignment.is_answered or event.answers_ladder
    status = (
        TaskStatus.ACKNOWLEDGED if answered and assignment.status in (TaskStatus.OPEN, TaskStatus.CALLED) else assignment.status
    )
    acknowledged = {**assignment.acknowledged, event.person: event.at}
    declined = {person: reason for person, reason in assignment.declined.items() if person != event.person}
    return replace(
        assignment,
        acknowledged=acknowledged,
        declined=declined,
        is_answered=answered,
        status=status,
        awaits_decision=assignment.awaits_decision and not answered,
    )


def _reassigned(assignment: Assignment, event: happened.TaskReassigned) -> Assignment:
    return replace(
        assignment,
        assignees=event.assignees,
        acknowledge_by=event.acknowledge_by,
        acknowledge=Climb(event.at, epoch=assignment.acknowledge.epoch + 1),
        status=TaskStatus.OPEN,
        told={},
        acknowledged={},
        declined={},
        is_answered=False,
        awaits_decision=False,
    )


def _with(state: ResponseState, assignment: Assignment) -> ResponseState:
    return replace(state, assignments={**state.assignments, assignment.id: assignment})
