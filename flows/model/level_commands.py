"""What people may ask about the level of a response, its end and the papers of oral approvals.

`although`: what speaks against it has been looked at, and why it is done all the same.
"""

from dataclasses import dataclass

from flows.model.events import Heard, Reason
from flows.model.order import ByPerson
from plans.model import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLevel(ByPerson):
    """`oral`: it was approved orally, the paper follows."""

    level: Level
    reason: str
    approved_by: str = ""
    oral: bool = False
    although: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeLevel(ByPerson):
    level: Level
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseLevel(ByPerson):
    """Of the level that is proposed."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeEnd(ByPerson):
    """Asks whoever may approve the end to decide it, with a reason of their own."""

    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseEnd(ByPerson):
    """Of the end that is proposed."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePaper(ByPerson):
    """The paper of an oral approval; `paper` may be left out while one is owed. `reference`: its number or file."""

    reference: str
    paper: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StandDown(ByPerson):
    reason: str
    approved_by: str = ""
    oral: bool = False
    although: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Close(ByPerson):
    reason: str = ""
    although: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeLinked:
    """A response that was opened from a link of this one has gone on.

    `after` is the entry of its journal up to which this one has heard; where that is not so, somebody else tells it.
    """

    heard: Heard
    after: int
