"""What the HTTP API takes in: unknown keys are refused, and times without their zone."""

from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

Scalar = float | bool | str


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ActivationBody(Body):
    """`level` may be left out where the facts decide it; reports count from the moments given, or from now."""

    plan: str
    level: str = ""
    facts: dict[str, Scalar] = Field(default_factory=dict)
    incident: str = Field(default="", max_length=500)
    place: str = Field(default="", max_length=500)
    reason: str = Field(default="", max_length=2000)
    by: str = ""
    approved_by: str = ""
    oral: bool = False
    occurred_at: AwareDatetime | None = None
    learned_at: AwareDatetime | None = None
    received_at: AwareDatetime | None = None


class DrillBody(Body):
    plan: str
    level: str = ""
    facts: dict[str, Scalar] = Field(default_factory=dict)
    incident: str = Field(default="", max_length=500)
    place: str = Field(default="", max_length=500)
    reason: str = Field(default="", max_length=2000)
    by: str = ""
    occurred_at: AwareDatetime | None = None
    learned_at: AwareDatetime | None = None
    received_at: AwareDatetime | None = None


class AcceptBody(Body):
    """`level` and `facts` given here go before the proposal's."""

    by: str
    approved_by: str = ""
    oral: bool = False
    level: str = ""
    facts: dict[str, Scalar] = Field(default_factory=dict)
    incident: str = Field(default="", max_length=500)
    place: str = Field(default="", max_length=500)
    confirm: bool = False
    """The question of a proposal that asks one has been looked at."""
    occurred_at: AwareDatetime | None = None
    learned_at: AwareDatetime | None = None
    received_at: AwareDatetime | None = None


class ReasonBody(Body):
    by: str
    reason: str = Field(default="", max_length=2000)
    approved_by: str = ""


class CloseBody(ReasonBody):
    although: str = Field(default="", max_length=2000)
    """What speaks against it has been looked at, and why it is done all the same."""


class ApprovalBody(CloseBody):
    oral: bool = False
    """The paper follows."""


class LevelBody(ApprovalBody):
    level: str


class FactsBody(Body):
    by: str
    facts: dict[str, Scalar]
    observed_at: AwareDatetime | None = None


class NoteBody(Body):
    by: str
    text: str = Field(min_length=1, max_length=10_000)


class TaskBody(Body):
    """One body for every verb on a task; each verb says what it needs of it."""

    by: str
    at: AwareDatetime | None = None
    reason: str = Field(default="", max_length=2000)
    text: str = Field(default="", max_length=10_000)
    evidence: dict[str, str | tuple[str, ...]] = Field(default_factory=dict)
    to: tuple[str, ...] = ()
    decision: Literal["courier", "skip"] | None = None


TaskVerb = Literal[
    "acknowledge", "decline", "start", "progress", "complete", "send_back", "reassign", "decide", "suspend", "resume"
]
