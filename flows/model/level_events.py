"""What can happen to the level of a response, to approvals and their papers, to facts that grow old and to linked plans."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from flows.model.task_events import Happening, Reason, Told, Value
from plans.model import Level, Text

Subject = Literal["level", "end"]
"""What is proposed: another level, or the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelConditionMet(Happening):
    """The facts began to call for this level; it is proposed if they still do at `propose_at`."""

    level: Level
    propose_at: datetime
    kind: Literal["level_condition_met"] = "level_condition_met"


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelConditionBroken(Happening):
    """The facts no longer call for this level: its time begins anew, and a refusal of it counts no longer."""

    level: Level
    kind: Literal["level_condition_broken"] = "level_condition_broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelProposed(Happening):
    """By the facts (`engine`) or by a person. Nobody is told here where the level has a ladder for it."""

    level: Level
    reason: Reason
    told: tuple[Told, ...]
    names: Mapping[str, str] = field(default_factory=dict)
    kind: Literal["level_proposed"] = "level_proposed"


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelProposalLapsed(Happening):
    """The facts no longer call for the level that was proposed; a second rise proposes it again."""

    level: Level
    kind: Literal["level_proposal_lapsed"] = "level_proposal_lapsed"


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRefused(Happening):
    """Somebody who may approve this level decided against it; the facts do not propose it again until they change.

    Set aside: another level was decided, and nobody said no to this one.
    """

    level: Level
    reason: Reason
    names: Mapping[str, str] = field(default_factory=dict)
    is_set_aside: bool = False
    kind: Literal["level_refused"] = "level_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class EndRefused(Happening):
    """The end is not proposed again until its condition has been broken and met anew."""

    reason: str
    names: Mapping[str, str] = field(default_factory=dict)
    kind: Literal["end_refused"] = "end_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalStepFired(Happening):
    """A proposal that nobody had decided climbed one rung; whom it has reached may sign, whom `manual` reached may not."""

    subject: Subject
    step: str
    epoch: int
    due: datetime
    told: tuple[Told, ...]
    manual: bool = False
    reason: Reason = ""
    kind: Literal["proposal_step_fired"] = "proposal_step_fired"

    @property
    def late(self) -> timedelta:
        return self.at - self.due


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalStepPassed(Happening):
    """A rung told nobody; the rest of the ladder comes `earlier` by that much."""

    subject: Subject
    step: str
    due: datetime
    reason: Reason
    earlier: timedelta = timedelta(0)
    kind: Literal["proposal_step_passed"] = "proposal_step_passed"


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelChanged(Happening):
    """`paper_by`: it was approved orally, and the paper is due then."""

    before: Level
    level: Level
    approved_by: str
    reason: str
    next_rounds: Mapping[str, datetime] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    oral: bool = False
    paper_by: datetime | None = None
    objections: tuple[Text, ...] = ()
    """What spoke against it, and `although` why it was done all the same."""
    although: str = ""
    kind: Literal["level_changed"] = "level_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperFiled(Happening):
    """The paper of an oral approval is there; `reference` names it."""

    paper: str
    reference: str
    kind: Literal["paper_filed"] = "paper_filed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperMissed(Happening):
    """The paper of an oral approval did not come in time."""

    paper: str
    due: datetime
    told: tuple[Told, ...]
    kind: Literal["paper_missed"] = "paper_missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class FactStale(Happening):
    """No newer value has come in time: the fact is unknown from now on. `fact` is a name, or `NAME.forecast`."""

    fact: str
    observed_at: datetime
    told: tuple[Told, ...]
    kind: Literal["fact_stale"] = "fact_stale"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkProposed(Happening):
    """Another plan is called for; a person decides about it. `level` None: its own facts decide. `facts` are the other plan's."""

    link: str
    plan: str
    level: Level | None
    condition: str
    facts: Mapping[str, Value]
    reason: Text
    told: tuple[Told, ...]
    kind: Literal["link_proposed"] = "link_proposed"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkConditionBroken(Happening):
    """The other plan is no longer called for; what was proposed of it stays a person's to decide."""

    link: str
    kind: Literal["link_condition_broken"] = "link_condition_broken"


LinkedNews = Literal["opened", "level_changed", "unanswered", "stood_down", "closed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """News of a response that was opened from a link of this one: what its journal says up to `entry`.

    `title` is that of its plan, `unanswered` of the tasks whose ladders have ended without an answer.
    """

    response: str
    link: str
    entry: int
    happened_at: datetime
    title: Text
    news: LinkedNews
    level: Level
    before: Level | None = None
    unanswered: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedNoticed(Happening):
    """A response that was opened from a link of this one has gone on; nothing here changes by it, people are told."""

    heard: Heard
    told: tuple[Told, ...]
    kind: Literal["linked_noticed"] = "linked_noticed"


LevelEvent = (
    LevelConditionMet
    | LevelConditionBroken
    | LevelProposed
    | LevelProposalLapsed
    | LevelRefused
    | LevelChanged
    | EndRefused
    | ProposalStepFired
    | ProposalStepPassed
    | PaperFiled
    | PaperMissed
    | FactStale
    | LinkProposed
    | LinkConditionBroken
    | LinkedNoticed
)
