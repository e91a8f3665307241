"""What can happen in a response: past tense, frozen, complete enough to replay without plan, roster or clock.

Every event says when it happened (`at`), who did it (`by`: a person's id, or `engine`) and through which door (`via`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from pydantic import TypeAdapter

from plans.model import Level

Value = float | bool | str
ClockName = Literal["acknowledge", "done"]
ENGINE = "engine"
SCHEDULE = "schedule"
"""Who opens a drill that nobody opened by hand."""


@dataclass(frozen=True, slots=True)
class Told:
    """One person told at a step, for which assignees they answer, and by which channel kinds (empty: all they have)."""

    person: str
    name: str
    role: str
    stands_for: tuple[str, ...]
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    at: datetime
    by: str = ENGINE
    via: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opening(_Event):
    plan: str
    digest: str
    incident: str
    place: str
    level: Level
    facts: Mapping[str, Value]
    forecasts: Mapping[str, float]
    reason: str
    rule: str
    """The level's condition, its verdict, and what the facts alone call for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseOpened(_Opening):
    approved_by: str
    oral: bool
    proposal: str = ""
    kind: Literal["response_opened"] = "response_opened"


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillOpened(_Opening):
    kind: Literal["drill_opened"] = "drill_opened"


@dataclass(frozen=True, slots=True, kw_only=True)
class FactRecorded(_Event):
    name: str
    value: Value
    forecast: bool
    observed_at: datetime
    kind: Literal["fact_recorded"] = "fact_recorded"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskOpened(_Event):
    assignment: str
    task: str
    round: int
    assignees: tuple[str, ...]
    acknowledge_by: datetime
    done_by: datetime
    next_round: datetime | None = None
    due: datetime | None = None
    """When this round was due; None when the task opens for the first time."""
    kind: Literal["task_opened"] = "task_opened"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFired(_Event):
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
class StepPassed(_Event):
    """A rung was passed at once because nobody could be told there."""

    assignment: str
    clock: ClockName
    step: str
    due: datetime
    reason: str
    kind: Literal["step_passed"] = "step_passed"


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderAdvanced(_Event):
    """The rest of a ladder comes `earlier` by that much; raises its epoch so that old clocks cannot fire."""

    assignment: str
    clock: ClockName
    earlier: timedelta
    reason: str
    kind: Literal["ladder_advanced"] = "ladder_advanced"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineMissed(_Event):
    assignment: str
    clock: ClockName
    due: datetime
    kind: Literal["deadline_missed"] = "deadline_missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskAcknowledged(_Event):
    assignment: str
    person: str
    answers_ladder: bool
    """Enough people have now acknowledged: the ladder stops."""
    answers_for: tuple[str, ...] = ()
    """The assignees this acknowledgement counts for."""
    kind: Literal["task_acknowledged"] = "task_acknowledged"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDeclined(_Event):
    assignment: str
    person: str
    reason: str
    kind: Literal["task_declined"] = "task_declined"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCalledAnew(_Event):
    """Whoever had taken the task on cannot: its ladder begins again, with a higher epoch."""

    assignment: str
    acknowledge_by: datetime
    reason: str
    kind: Literal["task_called_anew"] = "task_called_anew"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskStarted(_Event):
    assignment: str
    person: str
    kind: Literal["task_started"] = "task_started"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressReported(_Event):
    assignment: str
    person: str
    text: str
    kind: Literal["progress_reported"] = "progress_reported"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCompleted(_Event):
    assignment: str
    person: str
    evidence: Mapping[str, Value | tuple[Value, ...]]
    missing: tuple[str, ...] = ()
    reason: str = ""
    kind: Literal["task_completed"] = "task_completed"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskReassigned(_Event):
    assignment: str
    assignees: tuple[str, ...]
    reason: str
    acknowledge_by: datetime
    kind: Literal["task_reassigned"] = "task_reassigned"


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualDecisionRecorded(_Event):
    """What a person decided when the ladder had ended: `skip` ends the task, `courier` leaves it open."""

    assignment: str
    decision: Literal["courier", "skip"]
    reason: str
    kind: Literal["manual_decision_recorded"] = "manual_decision_recorded"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskWithdrawn(_Event):
    assignment: str
    reason: str
    kind: Literal["task_withdrawn"] = "task_withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelProposed(_Event):
    level: Level
    reason: str
    told: tuple[Told, ...]
    kind: Literal["level_proposed"] = "level_proposed"


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelChanged(_Event):
    before: Level
    level: Level
    approved_by: str
    reason: str
    next_rounds: Mapping[str, datetime] = field(default_factory=dict)
    kind: Literal["level_changed"] = "level_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertNoticed(_Event):
    """The alert behind this response changed, ended or was cancelled at its source."""

    news: Literal["changed", "source_cancelled", "source_ended"]
    text: str
    told: tuple[Told, ...]
    kind: Literal["alert_noticed"] = "alert_noticed"


@dataclass(frozen=True, slots=True, kw_only=True)
class EndConditionMet(_Event):
    """The end condition began to hold; the end is proposed if it still does at `propose_at`."""

    propose_at: datetime
    kind: Literal["end_condition_met"] = "end_condition_met"


@dataclass(frozen=True, slots=True, kw_only=True)
class EndConditionBroken(_Event):
    kind: Literal["end_condition_broken"] = "end_condition_broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class EndProposed(_Event):
    reason: str
    told: tuple[Told, ...]
    kind: Literal["end_proposed"] = "end_proposed"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoodDown(_Event):
    approved_by: str
    reason: str
    kind: Literal["stood_down"] = "stood_down"


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed(_Event):
    reason: str
    kind: Literal["closed"] = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteAdded(_Event):
    text: str
    kind: Literal["note_added"] = "note_added"


Event = (
    ResponseOpened
    | DrillOpened
    | FactRecorded
    | TaskOpened
    | StepFired
    | StepPassed
    | LadderAdvanced
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
    | LevelProposed
    | LevelChanged
    | AlertNoticed
    | EndConditionMet
    | EndConditionBroken
    | EndProposed
    | StoodDown
    | Closed
    | NoteAdded
)

events: TypeAdapter[Event] = TypeAdapter(Event)  # to and from JSON; `kind` tells which
