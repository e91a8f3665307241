"""The tables of the outbox and of what comes back. A CHECK keeps a message of one kind out of the other kind's table."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, Index, Table, TextClause, UniqueConstraint, literal, text
from sqlmodel import Field, SQLModel

from notifications.states import State
from store.kinds import Kind
from store.types import Json, Moment


def _where(sqlite: str, postgresql: str = "") -> dict[str, Any]:
    """The rows that an index holds."""
    return {"sqlite_where": text(sqlite), "postgresql_where": text(postgresql or sqlite)}


_QUEUED = f"state = '{State.QUEUED}'"
_HELD = f"state IN ('{State.SENDING}', '{State.UNKNOWN}')"


class MessageColumns(SQLModel):
    """One delivery: what is to be said to one person over one channel, and how far it has come."""

    id: str = Field(primary_key=True)
    response: str
    plan_digest: str
    assignment: str
    step: str
    epoch: int
    person: str
    channel: str
    """Empty when the person has no address that the call could use."""
    address: str
    name: str
    language: str
    template: str
    parameters: dict[str, str] = Field(sa_type=Json)
    priority: int
    answerable: bool
    code: int | None = None
    at: datetime = Field(sa_type=Moment)
    expires: datetime = Field(sa_type=Moment)
    state: str
    attempts: int = 0
    look_ups: int = 0
    next_at: datetime | None = Field(default=None, sa_type=Moment)
    """When something is to be done next: send it, give up the claim on it, or ask the provider. None: nothing."""
    claimed_by: str = ""
    provider_id: str | None = None
    provider: str | None = None
    """Who of several gateways took it, or may have it."""
    provider_code: str = ""
    detail: str = ""
    in_doubt: bool = False
    """It may have been sent twice, or not at all."""
    queued_at: datetime = Field(sa_type=Moment)
    sending_at: datetime | None = Field(default=None, sa_type=Moment)
    accepted_at: datetime | None = Field(default=None, sa_type=Moment)
    sent_at: datetime | None = Field(default=None, sa_type=Moment)
    delivered_at: datetime | None = Field(default=None, sa_type=Moment)
    read_at: datetime | None = Field(default=None, sa_type=Moment)
    answered_at: datetime | None = Field(default=None, sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    """When it failed, was withdrawn or expired."""


def _rules(table: str, own: str) -> tuple[Any, ...]:
    states = ", ".join(f"'{state}'" for state in State)
    return (
        UniqueConstraint("response", "assignment", "step", "epoch", "person", "channel", name=f"{table}_once"),
        CheckConstraint(own, name=f"{table}_kind"),
        CheckConstraint(f"state IN ({states})", name=f"{table}_state"),
        Index(f"{table}_queue", "priority", "channel", "next_at", "at", "id", **_where(_QUEUED)),
        Index(f"{table}_late", "expires", **_where(_QUEUED)),
        Index(f"{table}_held", "next_at", **_where(_HELD)),
        Index(f"{table}_carried", "provider", "accepted_at", **_where("provider IS NOT NULL")),
        Index(f"{table}_provider", "provider_id", **_where("provider_id IS NOT NULL")),
    )


class RealMessage(MessageColumns, table=True):
    __tablename__ = "real_message"
    __table_args__ = _rules("real_message", "response NOT LIKE 'D-%' AND id LIKE 'r-%'")


class DrillMessage(MessageColumns, table=True):
    __tablename__ = "drill_message"
    __table_args__ = _rules("drill_message", "response LIKE 'D-%' AND id LIKE 'd-%'")


class ShortCode(SQLModel, table=True):
    """The number a person answers an assignment by; lowest free one, taken again only after the close.

    One table for both kinds, so that a drill and a real response never share a number in one person's hands.
    """

    __tablename__ = "short_code"
    __table_args__ = (
        Index("short_code_person", "person", "code", unique=True, **_where("is_open = 1", "is_open")),
        Index("short_code_address", "address", "code", unique=True, **_where("is_open = 1", "is_open")),
        Index("short_code_known", "address"),
        Index("short_code_member", "member"),
        Index("short_code_assignment", "response", "assignment", "person", unique=True, **_where("is_open = 1", "is_open")),
    )

    id: int | None = Field(default=None, primary_key=True)
    person: str
    address: str | None = None
    """The phone they would answer from; people who share one get different numbers."""
    member: str | None = None
    """The chat account they would answer from."""
    code: int
    response: str
    assignment: str
    is_open: bool = True


class Inbound(SQLModel, table=True):
    """A reply as it came in, and what was made of it."""

    __tablename__ = "inbound"
    __table_args__ = (
        UniqueConstraint("channel", "external_id", name="inbound_once"),
        Index("inbound_address", "address", "received_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    channel: str
    external_id: str
    address: str
    text: str
    at: datetime = Field(sa_type=Moment)
    delivery: str
    extra: dict[str, str] = Field(sa_type=Json)
    received_at: datetime = Field(sa_type=Moment)
    meaning: str = ""
    """`answer`, `desk` or `ignored`; empty only within the transaction that stores it."""
    why: str = ""
    """Why it led to nothing, or needs a person; empty for an answer that did something."""
    response: str = ""
    assignment: str = ""
    person: str = ""
    verb: str = ""
    reason: str = ""
    say_back: str = ""
    settled_at: datetime | None = Field(default=None, sa_type=Moment)
    """When the answer reached the journal, or the desk dealt with it."""
    settled_by: str = ""
    """Who at the desk dealt with it; empty where nobody had to."""


class UnmatchedReceipt(SQLModel, table=True):
    """A receipt that came before we knew the provider's identifier, or that is not ours."""

    __tablename__ = "unmatched_receipt"
    __table_args__ = (Index("unmatched_receipt_delivery", "delivery"),)

    id: int | None = Field(default=None, primary_key=True)
    delivery: str
    state: str
    at: datetime = Field(sa_type=Moment)
    code: str
    received_at: datetime = Field(sa_type=Moment)


_TABLES: Mapping[Kind, Table] = {
    Kind.REAL: RealMessage.__table__,  # type: ignore[attr-defined]
    Kind.DRILL: DrillMessage.__table__,  # type: ignore[attr-defined]
}
short_codes: Table = ShortCode.__table__  # type: ignore[attr-defined]
inbound: Table = Inbound.__table__  # type: ignore[attr-defined]
unmatched_receipts: Table = UnmatchedReceipt.__table__  # type: ignore[attr-defined]


def is_queued(table: Table) -> ColumnElement[bool]:
    """Written into the statement as its indexes have it: with a bound value a database could not choose them."""
    return table.c.state == literal(State.QUEUED.value, literal_execute=True)


def is_held(table: Table) -> TextClause:
    """Somebody is sending it, or it is in doubt."""
    return text(f"{table.name}.{_HELD}")


def message_table(kind: Kind) -> Table:
    return _TABLES[kind]


def kind_of_delivery(delivery: str) -> Kind:
    """The kind that a delivery's identifier names."""
    return Kind.DRILL if delivery.startswith("d-") else Kind.REAL
