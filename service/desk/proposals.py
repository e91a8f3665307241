"""Deciding on proposals from alerts: accepting one opens the response in the same transaction."""

from sqlalchemy import Connection

from flows.errors import FlowError, ReasonRequiredError
from flows.proposals.door import decline as decline_proposal
from flows.proposals.door import get_proposal, list_proposals, mark_accepted
from flows.proposals.model import Proposal, ProposalState
from flows.running.drilling import end_drills_in_the_way
from flows.running.engine import Turn
from service.api.bodies import AcceptBody
from service.desk.duty import Activation, Desk
from service.wiring import Home


class UnansweredQuestionError(FlowError):
    """The alert is unclear (it calls itself a drill, say) and nobody has said that they looked."""

    def __init__(self, proposal: str, question: str) -> None:
        super().__init__(proposal, question)
        self.proposal, self.question = proposal, question

    def __str__(self) -> str:
        return f"proposal {self.proposal} asks first: {self.question} Confirm that it is real (--confirm), or decline it"


def listed(home: Home, *, decided: bool) -> list[Proposal]:
    """Newest first; open ones, or all."""
    with home.database.read() as connection:
        return list_proposals(connection, () if decided else (ProposalState.OPEN,))


def shown(home: Home, proposal: str) -> Proposal:
    with home.database.read() as connection:
        return get_proposal(connection, proposal)


def accept(home: Home, name: str, body: AcceptBody, via: str) -> Turn:
    """Opens the response it proposes. The second time gives the same response.

    Errors: `ProposalDecidedError`, `UnansweredQuestionError` and those of an activation.
    """
    proposal, desk = shown(home, name), Desk(home)
    question = proposal.content.question
    if question and proposal.is_open and not body.confirm:
        raise UnansweredQuestionError(name, f"{question.zh} / {question.en}")
    asked = Activation(
        plan=proposal.plan,
        level=body.level or proposal.level.name,
        facts={**proposal.content.facts, **body.facts},
        incident=body.incident or proposal.content.why.headline,
        place=body.place or "、".join(proposal.content.areas),
        reason=f"{proposal.content.why.rule}: {proposal.content.why.sender}",
        by=body.by,
        approved_by=body.approved_by,
        oral=body.oral,
        occurred_at=body.occurred_at,
        learned_at=body.learned_at,
        received_at=body.received_at,
    )

    def mark(connection: Connection, response: str) -> None:
        mark_accepted(connection, name, response, body.by, home.clock.now())

    key = f"proposal:{name}"
    # whoever accepts it second, and however they would have, gets what the first one opened
    turn = desk.engine.open(asked.plan, desk.opening(asked, via, name), key, mark, asked=key)
    return end_drills_in_the_way(desk.engine, turn)


def decline(home: Home, name: str, by: str, reason: str) -> Proposal:
    """Errors: `ProposalDecidedError`, `ReasonRequiredError`."""
    if not reason.strip():
        raise ReasonRequiredError("decline a proposal")
    by = Desk(home).actor(by)
    with home.database.write() as connection:
        return decline_proposal(connection, name, by, reason, home.clock.now())
