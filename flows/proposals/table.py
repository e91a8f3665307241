"""The rows of proposals, their messages, and the news still to be told to running responses. Deciding is done elsewhere."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import CheckConstraint, Connection, Index, RowMapping, Table, insert, select, update
from sqlmodel import Field, SQLModel

from flows.errors import FlowError, UnknownNameError
from flows.proposals.model import Content, Effect, Proposal, ProposalState, Propose, Revise, TellResponse, Withdraw
from flows.proposals.reconcile import marker
from notifications import outbox
from store.clock import new_token
from store.types import Json, Moment
from store.upserts import insert as insert_or_ignore

_content = TypeAdapter(Content)


class ProposalDecidedError(FlowError):
    """Somebody was faster, or the source took the alert back."""

    def __init__(self, proposal: str, state: str, by: str) -> None:
        super().__init__(proposal, state, by)
        self.proposal, self.state, self.by = proposal, state, by

    def __str__(self) -> str:
        by = f" by {self.by}" if self.by else ""
        return f"proposal {self.proposal} is already {self.state}{by}; expected an open one; nothing was changed"


class ProposalRow(SQLModel, table=True):
    __tablename__ = "proposal"
    __table_args__ = (
        CheckConstraint("id LIKE 'P-%'", name="proposal_id"),
        CheckConstraint(f"state IN ({', '.join(repr(state.value) for state in ProposalState)})", name="proposal_state_known"),
        Index("proposal_state", "state"),
    )

    id: str = Field(primary_key=True)
    plan: str
    plan_digest: str
    level: int
    content: dict[str, Any] = Field(sa_type=Json)
    state: str
    opened: datetime = Field(sa_type=Moment)
    told: str = ""
    decided_by: str = ""
    decided_at: datetime | None = Field(default=None, sa_type=Moment)
    reason: str = ""
    response: str = ""
    rise: int = 1
    round: int = 0
    called_at: datetime | None = Field(default=None, sa_type=Moment)


class ProposalMessage(SQLModel, table=True):
    """Which alert messages a proposal has ever stood on."""

    __tablename__ = "proposal_message"
    __table_args__ = (Index("proposal_message_message", "message"),)

    proposal: str = Field(primary_key=True, foreign_key="proposal.id")
    message: str = Field(primary_key=True)


class ProposalNews(SQLModel, table=True):
    """What a running response is still to be told; written with the alert, told right after, again after a crash."""

    __tablename__ = "proposal_news"
    __table_args__ = (Index("proposal_news_told", "told_at"),)

    id: int | None = Field(default=None, primary_key=True)
    response: str
    proposal: str
    kind: str
    zh: str
    en: str
    at: datetime = Field(sa_type=Moment)
    told_at: datetime | None = Field(default=None, sa_type=Moment)


proposals: Table = ProposalRow.__table__  # type: ignore[attr-defined]
proposal_messages: Table = ProposalMessage.__table__  # type: ignore[attr-defined]
proposal_news: Table = ProposalNews.__table__  # type: ignore[attr-defined]


def get_proposal(connection: Connection, proposal: str) -> Proposal:
    """Error: `UnknownNameError`."""
    found = _load(connection, proposals.c.id == proposal)
    if not found:
        known = connection.scalars(select(proposals.c.id).where(proposals.c.state == ProposalState.OPEN)).all()
        raise UnknownNameError("proposal", proposal, known)
    return found[0]


def list_proposals(connection: Connection, states: Collection[ProposalState] = (), limit: int | None = None) -> list[Proposal]:
    """Newest first; of every state unless some are named."""
    condition = proposals.c.state.in_([state.value for state in states or ProposalState])
    return _load(connection, condition, limit)


def proposals_on(connection: Connection, messages: Collection[str]) -> list[Proposal]:
    """Those that have ever stood on one of these alert messages."""
    named = select(proposal_messages.c.proposal).where(proposal_messages.c.message.in_(list(messages)))
    return _load(connection, proposals.c.id.in_(named), None)


def mark_accepted(connection: Connection, proposal: str, response: str, by: str, now: datetime) -> Proposal:
    """In the transaction that opens `response`. Errors: `UnknownNameError`, `ProposalDecidedError`."""
    return _decide(connection, proposal, ProposalState.ACCEPTED, by, "", now, response)


def decline(connection: Connection, proposal: str, by: str, reason: str, now: datetime) -> Proposal:
    """Errors: `UnknownNameError`, `ProposalDecidedError`."""
    return _decide(connection, proposal, ProposalState.DECLINED, by, reason, now)


def mark_called(connection: Connection, proposal: Proposal, now: datetime) -> Proposal:
    """One more round has been called."""
    called = replace(proposal, round=proposal.round + 1, called_at=now)
    _update(connection, proposal.id, {"round": called.round, "called_at": now})
    return called


def carry_out(connection: Connection, effect: Effect, now: datetime) -> Proposal:
    """Writes what was decided; the proposal as it stands then."""
    match effect:
        case Propose():
            return insert_proposal(connection, effect, now)
        case Revise():
            return revise_proposal(connection, effect)
        case Withdraw():
            return withdraw_proposal(connection, effect, now)
        case TellResponse():
            queue_news(connection, effect, now)
            return get_proposal(connection, effect.proposal)


def insert_proposal(connection: Connection, effect: Propose, now: datetime) -> Proposal:
    proposal = Proposal(
        id=f"P-{now:%y%m%d}-{new_token(3)}",
        plan=effect.plan,
        plan_digest=effect.plan_digest,
        content=effect.content,
        state=ProposalState.OPEN,
        opened=now,
        messages=frozenset(effect.content.messages),
    )
    row = {
        "id": proposal.id,
        "plan": proposal.plan,
        "plan_digest": proposal.plan_digest,
        "level": int(proposal.level),
        "content": _content.dump_python(proposal.content, mode="json"),
        "state": proposal.state.value,
        "opened": now,
    }
    connection.execute(insert(proposals).values(row))
    _link(connection, proposal.id, effect.content.messages)
    return proposal


def revise_proposal(connection: Connection, effect: Revise) -> Proposal:
    values = {"plan_digest": effect.plan_digest, **_said(effect.content)}
    if effect.rises:
        values |= {"rise": proposals.c.rise + 1, "round": 0, "called_at": None}
    _update(connection, effect.proposal, values)
    _link(connection, effect.proposal, effect.content.messages)
    return get_proposal(connection, effect.proposal)


def withdraw_proposal(connection: Connection, effect: Withdraw, now: datetime) -> Proposal:
    values = {"state": effect.state.value, "decided_at": now, "reason": f"{effect.reason.zh} / {effect.reason.en}"}
    _update(connection, effect.proposal, values)
    outbox.withdraw(connection, effect.proposal, now)
    return get_proposal(connection, effect.proposal)


def queue_news(connection: Connection, effect: TellResponse, now: datetime) -> None:
    """Remembers what the response is to hear, and that it has been said."""
    row = {
        "response": effect.response,
        "proposal": effect.proposal,
        "kind": effect.kind,
        "zh": effect.change.zh,
        "en": effect.change.en,
        "at": now,
    }
    connection.execute(insert(proposal_news).values(row))
    said = {} if effect.content is None else _said(effect.content)
    _update(connection, effect.proposal, {"told": effect.told, **said})
    _link(connection, effect.proposal, effect.content.messages if effect.content else ())


def untold_news(connection: Connection) -> Sequence[RowMapping]:
    query = select(proposal_news).where(proposal_news.c.told_at.is_(None)).order_by(proposal_news.c.id)
    return connection.execute(query).mappings().all()


def mark_told(connection: Connection, news: int, now: datetime) -> None:
    connection.execute(update(proposal_news).where(proposal_news.c.id == news).values(told_at=now))


def _decide(
    connection: Connection, name: str, state: ProposalState, by: str, reason: str, now: datetime, response: str = ""
) -> Proposal:
    proposal = get_proposal(connection, name)
    if not proposal.is_open:
        raise ProposalDecidedError(name, proposal.state.value, proposal.decided_by)
    told = marker(proposal.content) if response else ""
    decided = replace(proposal, state=state, decided_by=by, decided_at=now, reason=reason, response=response, told=told)
    values = {"state": state.value, "decided_by": by, "decided_at": now, "reason": reason, "response": response, "told": told}
    _update(connection, name, values)
    outbox.withdraw(connection, name, now)
    return decided


def _said(content: Content) -> dict[str, Any]:
    return {"level": int(content.level), "content": _content.dump_python(content, mode="json")}


def _update(connection: Connection, proposal: str, values: dict[str, Any]) -> None:
    connection.execute(update(proposals).where(proposals.c.id == proposal).values(values))


def _link(connection: Connection, proposal: str, messages: Sequence[str]) -> None:
    rows = [{"proposal": proposal, "message": message} for message in messages]
    if rows:
        connection.execute(insert_or_ignore(connection, proposal_messages).on_conflict_do_nothing(), rows)


def _load(connection: Connection, condition: Any, limit: int | None = None) -> list[Proposal]:
    query = select(proposals).where(condition).order_by(proposals.c.opened.desc(), proposals.c.id).limit(limit)
    rows = connection.execute(query).mappings().all()
    links: dict[str, set[str]] = {row["id"]: set() for row in rows}
    named = select(proposal_messages).where(proposal_messages.c.proposal.in_(list(links)))
    for link in connection.execute(named).mappings():
        links[link["proposal"]].add(link["message"])
    return [_proposal(row, links[row["id"]]) for row in rows]


def _proposal(row: RowMapping, messages: set[str]) -> Proposal:
    return Proposal(
        id=row["id"],
        plan=row["plan"],
        plan_digest=row["plan_digest"],
        content=_content.validate_python(row["content"]),
        state=ProposalState(row["state"]),
        opened=row["opened"],
        messages=frozenset(messages),
        told=row["told"],
        decided_by=row["decided_by"],
        decided_at=row["decided_at"],
        reason=row["reason"],
        response=row["response"],
        rise=row["rise"],
        round=row["round"],
        called_at=row["called_at"],
    )
