"""What people and the clock may ask of a response. A real response and a drill are opened by different commands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from flows.model.events import ClockName, Reason, Value
from flows.model.level_commands import ChangeLevel as ChangeLevel
from flows.model.level_commands import Close as Close
from flows.model.level_commands import FilePaper as FilePaper
from flows.model.level_commands import NoticeLinked as NoticeLinked
from flows.model.level_commands import ProposeEnd as ProposeEnd
from flows.model.level_commands import ProposeLevel as ProposeLevel
from flows.model.level_commands import RefuseEnd as RefuseEnd
from flows.model.level_commands import RefuseLevel as RefuseLevel
from flows.model.level_commands import StandDown as StandDown
from flows.model.order import ByPerson
from plans.model import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opening:
    """`level` None: the facts decide. `facts` are checked values, see `flows.deciding.facts`.

    Reports count from when the event happened, when the bureau learned of it or received the request; None: from the opening.
    """

    incident: str
    place: str = ""
    level: Level | None = None
    facts: Mapping[str, Value] = field(default_factory=dict)
    forecasts: Mapping[str, float] = field(default_factory=dict)
    reason: str = ""
    occurred_at: datetime | None = None
    learned_at: datetime | None = None
    received_at: datetime | None = None
    by: str
    via: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenResponse(_Opening):
    """`approved_by` is whoever the plan lets approve the level; empty: `by` approves. `oral`: the paper follows."""

    approved_by: str = ""
    oral: bool = False
    proposal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDrill(_Opening):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFact(ByPerson):
    name: str
    value: Value
    forecast: bool = False
    observed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _OnTask(ByPerson):
    """`at` is when it happened, if that is earlier than now (entered by the desk for somebody out of reach)."""

    assignment: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledge(_OnTask):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Decline(_OnTask):
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Start(_OnTask):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportProgress(_OnTask):
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Complete(_OnTask):
    """`reason` stands in for evidence that is missing."""

    evidence: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport(_OnTask):
    """A report as it went out; `assignment` may be the name of the report. `evidence` and `reason` as for other tasks."""

    text: str
    signed_by: str = ""
    receipt: str = ""
    evidence: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectReport(ByPerson):
    """`text` is the whole report as corrected."""

    assignment: str
    text: str
    reason: str
    signed_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendBack(ByPerson):
    """Whoever is to confirm a task returns it, with the reason, to those who did it."""

    assignment: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reassign(ByPerson):
    """Counts from when it is entered: the new people are called then."""

    assignment: str
    to: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspendTask(ByPerson):
    """Its clocks stand still until somebody resumes it."""

    assignment: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeTask(ByPerson):
    assignment: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDecision(_OnTask):
    decision: Literal["courier", "skip"]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFinding(ByPerson):
    """`of` is the kind of finding, `label` says where or which it is; `at` when it was found, if that is earlier than now.

    `another`: it only looks like one that was reported a moment ago.
    """

    of: str
    label: str
    values: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    at: datetime | None = None
    another: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateFinding(ByPerson):
    finding: str
    # what is not named stays as it is
    values: Mapping[str, str | tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseFinding(ByPerson):
    finding: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SendSignal(ByPerson):
    """Outranks everything: everybody at work is told at once."""

    signal: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeAlert(ByPerson):
    news: Literal["changed", "source_cancelled", "source_ended"]
    text: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class AddNote(ByPerson):
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TellPublic(ByPerson):
    """People outside the directory are told; their messages are queued beside this. `audience`: what the list is called."""

    text: str
    audience: str
    people: int
    step: str
    """The deliveries' step; the same for the same words to the same list."""
    approved_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndDrill(ByPerson):
    """Ends a drill at once, without recovery: its people are needed elsewhere."""

    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordEndedDrills(ByPerson):
    """Tells a real response which drills it has ended."""

    drills: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportUnreached:
    """No channel reaches this person with the call of that rung and epoch, and none will: `reason` says why."""

    assignment: str
    clock: ClockName
    step: str
    epoch: int
    person: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has come: fire what is due."""


Opening = OpenResponse | OpenDrill
Command = (
    RecordFact
    | Acknowledge
    | Decline
    | Start
    | ReportProgress
    | Complete
    | FileReport
    | CorrectReport
    | SendBack
    | Reassign
    | SuspendTask
    | ResumeTask
    | RecordDecision
    | ChangeLevel
    | ProposeLevel
    | RefuseLevel
    | ProposeEnd
    | RefuseEnd
    | FilePaper
    | ReportFinding
    | UpdateFinding
    | CloseFinding
    | SendSignal
    | NoticeAlert
    | NoticeLinked
    | StandDown
    | Close
    | AddNote
    | TellPublic
    | EndDrill
    | RecordEndedDrills
    | ReportUnreached
    | Tick
)
