"""What an alert proposes to a person: a plan at a level, with facts, areas and the whole why. Nothing here starts anything."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from plans.model import Level, Text

Value = float | bool | str
News = Literal["changed", "source_cancelled", "source_ended"]


class ProposalState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Why:
    """Everything that led to a proposal, so that it can be audited without the plan or the alert at hand."""

    rule: str
    condition: str
    values: Mapping[str, str]
    message: str
    """Key of the alert message whose block matched."""
    sender: str
    identifier: str
    headline: str
    defects: tuple[Text, ...]
    overlap: str
    share: float | None
    note: Text | None
    """What went before: an earlier cancel, an earlier decline."""


@dataclass(frozen=True, slots=True)
class Content:
    """What is proposed. `messages` are the keys of the alert messages it stands on."""

    level: Level
    facts: Mapping[str, Value]
    areas: tuple[str, ...]
    why: Why
    until: datetime | None
    """None: until the alert is lifted."""
    question: Text | None
    """What a person must look at first; None: nothing is unclear."""
    messages: tuple[str, ...]
    is_silent: bool = False
    """Nobody is called: the alert had already expired when a person handed it in."""

    @property
    def needs_confirmation(self) -> bool:
        return self.question is not None


@dataclass(frozen=True, slots=True)
class Proposal:
    """`told` is the last thing that was said of it to the response it became, see `flows.proposals.reconcile`."""

    id: str
    plan: str
    plan_digest: str
    content: Content
    state: ProposalState
    opened: datetime
    messages: frozenset[str]
    """Every message it ever stood on."""
    told: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None
    reason: str = ""
    response: str = ""
    rise: int = 1
    """How often it has opened or risen: each begins a new series of calls."""
    round: int = 0
    """Calls made in this series."""
    called_at: datetime | None = None

    @property
    def level(self) -> Level:
        return self.content.level

    @property
    def is_open(self) -> bool:
        return self.state is ProposalState.OPEN


@dataclass(frozen=True, slots=True)
class RunningResponse:
    """A response that is not closed, and the proposal it came from."""

    id: str
    plan: str
    proposal: str


@dataclass(frozen=True, slots=True)
class Propose:
    plan: str
    plan_digest: str
    content: Content


@dataclass(frozen=True, slots=True)
class Revise:
    """The same proposal with other content; `rises` calls people again."""

    proposal: str
    plan_digest: str
    content: Content
    change: Text
    rises: bool


@dataclass(frozen=True, slots=True)
class Withdraw:
    """`state` is `withdrawn`, or `expired` when only time ended it."""

    proposal: str
    state: ProposalState
    reason: Text


@dataclass(frozen=True, slots=True)
class TellResponse:
    """News for a running response. Ending it stays a person's decision; `content` is None when the source ended it."""

    response: str
    proposal: str
    kind: News
    change: Text
    told: str
    content: Content | None = None


Effect = Propose | Revise | Withdraw | TellResponse
