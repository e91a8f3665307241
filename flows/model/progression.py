"""How each event of a task moves its assignment on; nothing here decides."""

from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar, assert_never

from flows.model import task_events as happened
from flows.model.assignment import Assignment, Climb, TaskStatus
from flows.model.replacing import replace
from flows.model.task_events import ClockName, TaskEvent, Told

V = TypeVar("V")


def opened(event: happened.TaskOpened) -> Assignment:
    continues = event.due is not None or (event.again and "." not in event.because)
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
        finding=event.finding,
        because=event.because,
        reason=event.reason,
        since=None if continues else event.at,
    )


def progressed(assignment: Assignment, event: TaskEvent) -> Assignment:
    match event:
        case happened.StepFired():
            return _step_fired(assignment, event)
        case happened.StepPassed():
            return _climbed(assignment, event.clock, event.step)
        case happened.LadderAdvanced():
            climb = assignment.climb(event.clock)
            return assignment.with_climb(event.clock, replace(climb, start=climb.start - event.earlier, epoch=climb.epoch + 1))
        case happened.PersonUnreached():
            return replace(assignment, unreached={**assignment.unreached, event.person: event.reason})
        case happened.DeadlineMissed():
            return assignment.with_climb(event.clock, replace(assignment.climb(event.clock), missed=True))
        case happened.TaskAcknowledged():
            return _acknowledged(assignment, event)
        case happened.TaskDeclined():
            return _declined(assignment, event)
        case happened.TaskCalledAnew():
            return _called_anew(assignment, event)
        case happened.TaskStarted():
            return _heard(replace(assignment, status=TaskStatus.STARTED), event.at)
        case happened.ProgressReported():
            return _heard(assignment, event.at)
        case happened.ProgressMissed():
            return replace(assignment, progress_from=event.at, progress_misses=event.misses)
        case happened.TaskSuspended():
            causes = tuple(dict.fromkeys((*assignment.suspended_for, event.cause)))
            return replace(assignment, suspended_at=assignment.suspended_at or event.at, suspended_for=causes)
        case happened.TaskResumed():
            return _resumed(assignment, event)
        case happened.LimitMoved():
            moved = replace(assignment.done, start=event.done_by, epoch=assignment.done.epoch + 1)
            return replace(assignment, done_by=event.done_by, done=moved)
        case happened.TaskCompleted():
            done = replace(assignment, status=TaskStatus.DONE, evidence=event.evidence, missing=event.missing)
            return replace(done, ended_at=event.at, awaits_decision=False)
        case happened.TaskReassigned():
            return _reassigned(assignment, event)
        case happened.ManualDecisionRecorded():
            decided = replace(assignment, awaits_decision=False)
            return replace(decided, status=TaskStatus.SKIPPED, ended_at=event.at) if event.decision == "skip" else decided
        case happened.TaskWithdrawn():
            ended = replace(assignment, status=TaskStatus.WITHDRAWN, ended_at=event.at, awaits_decision=False)
            return replace(ended, sent_back=event.sent_back)
        case _:
            assert_never(event)


def _step_fired(assignment: Assignment, event: happened.StepFired) -> Assignment:
    climbed = _climbed(assignment, event.clock, event.step)
    now_told = tuple(told.person for told in event.told)
    climbed = climbed.with_climb(event.clock, replace(climbed.climb(event.clock), told=now_told))
    unreached = {person: why for person, why in climbed.unreached.items() if person not in now_told}
    told = {**climbed.told, **{told.person: _merged(climbed.told.get(told.person), told) for told in event.told}}
    status = TaskStatus.CALLED if climbed.status is TaskStatus.OPEN else climbed.status
    awaits = climbed.awaits_decision or (event.manual and event.clock == "acknowledge")
    return replace(climbed, told=told, unreached=unreached, status=status, awaits_decision=awaits)


def _merged(before: Told | None, now: Told) -> Told:
    """A person told twice answers for everybody they were told for."""
    if before is None:
        return now
    return Told(now.person, now.name, now.role, tuple(dict.fromkeys((*before.stands_for, *now.stands_for))), now.channels)


def _climbed(assignment: Assignment, clock: ClockName, step: str) -> Assignment:
    climb = assignment.climb(clock)
    return assignment.with_climb(clock, replace(climb, steps=(*climb.steps, step)))


def _acknowledged(assignment: Assignment, event: happened.TaskAcknowledged) -> Assignment:
    answered = assignment.is_answered or event.answers_ladder
    status = (
        TaskStatus.ACKNOWLEDGED if answered and assignment.status in (TaskStatus.OPEN, TaskStatus.CALLED) else assignment.status
    )
    acknowledged = {**assignment.acknowledged, event.person: event.at}
    return replace(
        _heard(assignment, event.at) if answered else assignment,
        acknowledged=acknowledged,
        answers={**assignment.answers, event.person: event.answers_for},
        declined=_without(assignment.declined, event.person),
        is_answered=answered,
        status=status,
        awaits_decision=assignment.awaits_decision and not answered,
    )


def _heard(assignment: Assignment, at: datetime) -> Assignment:
    """News entered late does not put back what was said since."""
    latest = max(at, assignment.progress_from) if assignment.progress_from else at
    return replace(assignment, progress_from=latest, progress_misses=0)


def _resumed(assignment: Assignment, event: happened.TaskResumed) -> Assignment:
    causes = tuple(cause for cause in assignment.suspended_for if cause != event.cause)
    if causes:
        return replace(assignment, suspended_for=causes)
    still = event.stood_still
    acknowledge, done = assignment.acknowledge, assignment.done
    return replace(
        assignment,
        suspended_at=None,
        suspended_for=(),
        stood_still=assignment.stood_still + still,
        # a limit that had passed before stays where it was
        acknowledge_by=assignment.acknowledge_by if acknowledge.missed else assignment.acknowledge_by + still,
        done_by=assignment.done_by if done.missed else assignment.done_by + still,
        next_round=assignment.next_round + still if assignment.next_round else None,
        acknowledge=replace(acknowledge, start=acknowledge.start + still, epoch=acknowledge.epoch + 1),
        done=replace(done, start=done.start + still, epoch=done.epoch + 1),
        progress_from=assignment.progress_from + still if assignment.progress_from else None,
    )


def _declined(assignment: Assignment, event: happened.TaskDeclined) -> Assignment:
    return replace(
        assignment,
        acknowledged=_without(assignment.acknowledged, event.person),
        answers=_without(assignment.answers, event.person),
        declined={**assignment.declined, event.person: event.reason},
    )


def _called_anew(assignment: Assignment, event: happened.TaskCalledAnew) -> Assignment:
    return replace(
        assignment,
        acknowledge_by=event.acknowledge_by,
        acknowledge=Climb(event.at, epoch=assignment.acknowledge.epoch + 1),
        status=TaskStatus.CALLED,
        progress_from=None,
        progress_misses=0,
        unreached={},
        is_answered=False,
        awaits_decision=False,
    )


def _reassigned(assignment: Assignment, event: happened.TaskReassigned) -> Assignment:
    return replace(
        assignment,
        assignees=event.assignees,
        acknowledge_by=event.acknowledge_by,
        acknowledge=Climb(event.at, epoch=assignment.acknowledge.epoch + 1),
        status=TaskStatus.OPEN,
        progress_from=None,
        progress_misses=0,
        told={},
        acknowledged={},
        answers={},
        declined={},
        unreached={},
        is_answered=False,
        awaits_decision=False,
    )


def _without(mapping: Mapping[str, V], person: str) -> dict[str, V]:
    return {name: value for name, value in mapping.items() if name != person}
