"""What can happen to one task of a response, and what every event has; `flows.model.events` has the whole list."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from plans.basics import Text

Value = float | bool | str
ClockName = Literal["acknowledge", "done"]
ENGINE = "engine"

Reason = str | Text
"""A person's words as they wrote them, or the engine's own in both languages (`flows.model.reasons`)."""


def both(reason: Reason) -> Text:
    """A person's words are the same in either language."""
    return reason if isinstance(reason, Text) else Text(reason, reason)


@dataclass(frozen=True, slots=True)
class Told:
    """One person told at a step, for which assignees they answer, and by which channel kinds (empty: all they have)."""

    person: str
    name: str
    role: str
    stands_for: tuple[str, ...]
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    at: datetime
    by: str = ENGINE
    via: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskOpened(Happening):
    assignment: str
    task: str
    round: int
    assignees: tuple[str, ...]
    acknowledge_by: datetime
    done_by: datetime
    next_round: datetime | None = None
    due: datetime | None = None
    """When this round was due; None when the task opens for the first time."""
    finding: str = ""
    """For which finding; `round` counts within it."""
    because: str = ""
    """Why it opens again out of turn: `level`, `fact NAME`, or the id of the instance that reopens it."""
    again: str = ""
    """The instance it repeats."""
    reason: str = ""
    """What the sender of a signal says, or whoever sent it back."""
    without: tuple[str, ...] = ()
    """Predecessors that were waited for long enough."""
    kind: Literal["task_opened"] = "task_opened"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFired(Happening):
    """A rung of a ladder was climbed; `due` against `at` shows how late."""

    assignment: str
    clock: ClockName
    step: str
    epoch: int
    due: datetime
    told: tuple[Told, ...]
    manual: bool = False
    kind: Literal["step_fired"] = "step_fired"

    @property
    def late(self) -> timedelta:
        return self.at - self.due


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPassed(Happening):
    """A rung was passed at once because nobody could be told there."""

    assignment: str
    clock: ClockName
    step: str
    due: datetime
    reason: Reason
    kind: Literal["step_passed"] = "step_passed"


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderAdvanced(Happening):
    """The rest of a ladder comes `earlier` by that much; raises its epoch so that old clocks cannot fire."""

    assignment: str
    clock: ClockName
    earlier: timedelta
    reason: Reason
    kind: Literal["ladder_advanced"] = "ladder_advanced"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonUnreached(Happening):
    """No channel reaches a person who was told at this step; the ladder does not wait for them."""

    assignment: str
    clock: ClockName
    step: str
    person: str
    reason: Reason
    kind: Literal["person_unreached"] = "person_unreached"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineMissed(Happening):
    assignment: str
    clock: ClockName
    due: datetime
    kind: Literal["deadline_missed"] = "deadline_missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskAcknowledged(Happening):
    assignment: str
    person: str
    answers_ladder: bool
    """Enough people have now acknowledged: the ladder stops."""
    answers_for: tuple[str, ...] = ()
    """The assignees this acknowledgement counts for."""
    kind: Literal["task_acknowledged"] = "task_acknowledged"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDeclined(Happening):
    assignment: str
    person: str
    reason: Reason
    kind: Literal["task_declined"] = "task_declined"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCalledAnew(Happening):
    """Whoever had taken the task on cannot: its ladder begins again, with a higher epoch."""

    assignment: str
    acknowledge_by: datetime
    reason: Reason
    kind: Literal["task_called_anew"] = "task_called_anew"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskStarted(Happening):
    assignment: str
    person: str
    kind: Literal["task_started"] = "task_started"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressReported(Happening):
    assignment: str
    person: str
    text: str
    kind: Literal["progress_reported"] = "progress_reported"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCompleted(Happening):
    assignment: str
    person: str
    evidence: Mapping[str, Value | tuple[Value, ...]]
    missing: tuple[str, ...] = ()
    reason: str = ""
    kind: Literal["task_completed"] = "task_completed"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskReassigned(Happening):
    assignment: str
    assignees: tuple[str, ...]
    reason: Reason
    acknowledge_by: datetime
    released: tuple[Told, ...] = ()
    """Who had been called and is not needed any more."""
    kind: Literal["task_reassigned"] = "task_reassigned"


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualDecisionRecorded(Happening):
    """What a person decided when the ladder had ended: `skip` ends the task, `courier` leaves it open."""

    assignment: str
    decision: Literal["courier", "skip"]
    reason: str
    kind: Literal["manual_decision_recorded"] = "manual_decision_recorded"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskWithdrawn(Happening):
    assignment: str
    reason: Reason
    released: tuple[Told, ...] = ()
    """Who had been called and is told that they are not needed any more; empty where the next round calls them again."""
    sent_back: str = ""
    """The instance that whoever was to confirm it returns to those who did it."""
    kind: Literal["task_withdrawn"] = "task_withdrawn"


Cause = Literal["pause", "order"]
"""Why a task stands still: a condition of its plan, or somebody's order; it goes on when neither holds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSuspended(Happening):
    """No clock of the task runs until it is resumed."""

    assignment: str
    cause: Cause
    reason: Reason
    told: tuple[Told, ...] = ()
    kind: Literal["task_suspended"] = "task_suspended"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskResumed(Happening):
    """`stood_still` is by how much its clocks move; zero while another cause still holds it."""

    assignment: str
    cause: Cause
    reason: Reason
    stood_still: timedelta
    told: tuple[Told, ...] = ()
    kind: Literal["task_resumed"] = "task_resumed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressMissed(Happening):
    """Whoever works on it has not said how far they are: the `misses`th time in a row."""

    assignment: str
    due: datetime
    misses: int
    told: tuple[Told, ...]
    kind: Literal["progress_missed"] = "progress_missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitMoved(Happening):
    """A report is due earlier than it was: the level has risen."""

    assignment: str
    before: datetime
    done_by: datetime
    reason: Reason
    kind: Literal["limit_moved"] = "limit_moved"


TaskEvent = (
    StepFired
    | StepPassed
    | LadderAdvanced
    | PersonUnreached
    | DeadlineMissed
    | TaskAcknowledged
    | TaskDeclined
    | TaskCalledAnew
    | TaskStarted
    | ProgressReported
    | TaskCompleted
    | TaskReassigned
    | ManualDecisionRecorded
    | TaskWithdrawn
    | TaskSuspended
    | TaskResumed
    | ProgressMissed
    | LimitMoved
)
"""What can happen to a task once it has opened."""
