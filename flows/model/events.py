"""What can happen in a response: past tense, frozen, complete enough to replay without plan, roster or clock.

Every event says when it happened (`at`), who did it (`by`: a person's id, or `engine`) and through which door (`via`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Discriminator, TypeAdapter

from flows.model.finding_events import FindingCause as FindingCause
from flows.model.finding_events import FindingClosed as FindingClosed
from flows.model.finding_events import FindingConditionBroken as FindingConditionBroken
from flows.model.finding_events import FindingEvent as FindingEvent
from flows.model.finding_events import FindingReported as FindingReported
from flows.model.finding_events import FindingUpdated as FindingUpdated
from flows.model.finding_events import SignalSent as SignalSent
from flows.model.level_events import EndRefused as EndRefused
from flows.model.level_events import FactStale as FactStale
from flows.model.level_events import Heard as Heard
from flows.model.level_events import LevelChanged as LevelChanged
from flows.model.level_events import LevelConditionBroken as LevelConditionBroken
from flows.model.level_events import LevelConditionMet as LevelConditionMet
from flows.model.level_events import LevelEvent as LevelEvent
from flows.model.level_events import LevelProposalLapsed as LevelProposalLapsed
from flows.model.level_events import LevelProposed as LevelProposed
from flows.model.level_events import LevelRefused as LevelRefused
from flows.model.level_events import LinkConditionBroken as LinkConditionBroken
from flows.model.level_events import LinkedNoticed as LinkedNoticed
from flows.model.level_events import LinkProposed as LinkProposed
from flows.model.level_events import PaperFiled as PaperFiled
from flows.model.level_events import PaperMissed as PaperMissed
from flows.model.level_events import ProposalStepFired as ProposalStepFired
from flows.model.level_events import ProposalStepPassed as ProposalStepPassed
from flows.model.level_events import Subject as Subject
from flows.model.report_events import ReportCorrected as ReportCorrected
from flows.model.report_events import ReportEvent as ReportEvent
from flows.model.report_events import ReportFiled as ReportFiled
from flows.model.task_events import ENGINE as ENGINE
from flows.model.task_events import Cause as Cause
from flows.model.task_events import ClockName as ClockName
from flows.model.task_events import DeadlineMissed as DeadlineMissed
from flows.model.task_events import Happening
from flows.model.task_events import LadderAdvanced as LadderAdvanced
from flows.model.task_events import LimitMoved as LimitMoved
from flows.model.task_events import ManualDecisionRecorded as ManualDecisionRecorded
from flows.model.task_events import PersonUnreached as PersonUnreached
from flows.model.task_events import ProgressMissed as ProgressMissed
from flows.model.task_events import ProgressReported as ProgressReported
from flows.model.task_events import Reason as Reason
from flows.model.task_events import StepFired as StepFired
from flows.model.task_events import StepPassed as StepPassed
from flows.model.task_events import TaskAcknowledged as TaskAcknowledged
from flows.model.task_events import TaskCalledAnew as TaskCalledAnew
from flows.model.task_events import TaskCompleted as TaskCompleted
from flows.model.task_events import TaskDeclined as TaskDeclined
from flows.model.task_events import TaskEvent as TaskEvent
from flows.model.task_events import TaskOpened as TaskOpened
from flows.model.task_events import TaskReassigned as TaskReassigned
from flows.model.task_events import TaskResumed as TaskResumed
from flows.model.task_events import TaskStarted as TaskStarted
from flows.model.task_events import TaskSuspended as TaskSuspended
from flows.model.task_events import TaskWithdrawn as TaskWithdrawn
from flows.model.task_events import Told as Told
from flows.model.task_events import Value as Value
from flows.model.task_events import both as both
from plans.model import Level, Text

SCHEDULE = "schedule"
"""Who opens a drill that nobody opened by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opening(Happening):
    plan: str
    digest: str
    incident: str
    place: str
    level: Level
    facts: Mapping[str, Value]
    forecasts: Mapping[str, float]
    reason: str
    rule: Reason
    """The level's condition in words, and what the facts alone call for."""
    condition: str = ""
    """The same condition as the plan has it."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Of those who opened and approved it, for a record that outlives the directory."""
    occurred_at: datetime | None = None
    learned_at: datetime | None = None
    received_at: datetime | None = None
    """Where the clocks of reports begin; None: at the opening."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseOpened(_Opening):
    approved_by: str
    oral: bool
    proposal: str = ""
    paper_by: datetime | None = None
    """It was approved orally, and the paper is due then."""
    kind: Literal["response_opened"] = "response_opened"


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillOpened(_Opening):
    kind: Literal["drill_opened"] = "drill_opened"


@dataclass(frozen=True, slots=True, kw_only=True)
class FactRecorded(Happening):
    name: str
    value: Value
    forecast: bool
    observed_at: datetime
    is_old: bool = False
    """Older than the plan lets it be: a fact that was already unknown stays so."""
    kind: Literal["fact_recorded"] = "fact_recorded"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertNoticed(Happening):
    """The alert behind this response changed, ended or was cancelled at its source."""

    news: Literal["changed", "source_cancelled", "source_ended"]
    text: Reason
    told: tuple[Told, ...]
    kind: Literal["alert_noticed"] = "alert_noticed"


@dataclass(frozen=True, slots=True, kw_only=True)
class DaylightNoted(Happening):
    """Whether it is night where the plan is, for the tasks that pause with it, and until when."""

    night: bool
    until: datetime | None
    kind: Literal["daylight_noted"] = "daylight_noted"


@dataclass(frozen=True, slots=True, kw_only=True)
class EndConditionMet(Happening):
    """The end condition began to hold; the end is proposed if it still does at `propose_at`."""

    propose_at: datetime
    kind: Literal["end_condition_met"] = "end_condition_met"


@dataclass(frozen=True, slots=True, kw_only=True)
class EndConditionBroken(Happening):
    kind: Literal["end_condition_broken"] = "end_condition_broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class EndProposed(Happening):
    reason: Reason
    told: tuple[Told, ...]
    kind: Literal["end_proposed"] = "end_proposed"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoodDown(Happening):
    approved_by: str
    reason: Reason
    names: Mapping[str, str] = field(default_factory=dict)
    oral: bool = False
    paper_by: datetime | None = None
    objections: tuple[Text, ...] = ()
    """What spoke against it, and `although` why it was done all the same."""
    although: str = ""
    kind: Literal["stood_down"] = "stood_down"


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed(Happening):
    reason: Reason
    objections: tuple[Text, ...] = ()
    although: str = ""
    kind: Literal["closed"] = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillsEnded(Happening):
    """This response needs people who took part in these drills, so the drills were ended."""

    drills: tuple[str, ...]
    kind: Literal["drills_ended"] = "drills_ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanChanged(Happening):
    """The response goes on under another version of its plan; digests, and the versions as their authors call them."""

    before: str
    digest: str
    version_before: str
    version: str
    reason: str
    names: Mapping[str, str] = field(default_factory=dict)
    kind: Literal["plan_changed"] = "plan_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicTold(Happening):
    text: str
    audience: str
    people: int
    step: str
    approved_by: str
    names: Mapping[str, str] = field(default_factory=dict)
    kind: Literal["public_told"] = "public_told"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteAdded(Happening):
    text: Reason
    kind: Literal["note_added"] = "note_added"


Event = (
    TaskEvent
    | TaskOpened
    | ResponseOpened
    | DrillOpened
    | FactRecorded
    | LevelEvent
    | FindingEvent
    | ReportEvent
    | AlertNoticed
    | DaylightNoted
    | EndConditionMet
    | EndConditionBroken
    | EndProposed
    | StoodDown
    | Closed
    | DrillsEnded
    | PlanChanged
    | NoteAdded
    | PublicTold
)

# to and from JSON; told which by `kind`, it does not try all of them
events: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Discriminator("kind")])
