"""The tables of the alert ledger. Raw bytes are never changed; messages point to the bytes they were read from."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Table
from sqlmodel import Field, SQLModel

from store.types import Json, Moment


class AlertRaw(SQLModel, table=True):
    """What came in, before anybody read it."""

    __tablename__ = "alert_raw"

    sha256: str = Field(primary_key=True)
    body: bytes
    size: int
    """Of what came in; more than `body` holds when it was over the limit."""
    received: datetime = Field(sa_type=Moment)
    quarantine: list[Any] | None = Field(default=None, sa_type=Json)
    """Why nothing, or not everything, of it became a message."""


class AlertSighting(SQLModel, table=True):
    """Which source brought which bytes, and how often."""

    __tablename__ = "alert_sighting"

    sha256: str = Field(primary_key=True)
    source: str = Field(primary_key=True)
    seen: int
    first_seen: datetime = Field(sa_type=Moment)
    last_seen: datetime = Field(sa_type=Moment)


class AlertMessage(SQLModel, table=True):
    """A message. `identity` is the key of (sender, identifier, sent); `key` differs from it only for a conflicting second."""

    __tablename__ = "alert_message"
    __table_args__ = (
        Index("alert_message_identity", "identity"),
        Index("alert_message_fingerprint", "fingerprint"),
        Index("alert_message_wakes", "wakes"),
        Index("alert_message_received", "received"),
    )

    key: str = Field(primary_key=True)
    identity: str
    sender: str
    identifier: str
    sent: str
    raw: str = Field(foreign_key="alert_raw.sha256")
    place: str
    source: str
    received: datetime = Field(sa_type=Moment)
    seen: int = 1
    last_seen: datetime = Field(sa_type=Moment)
    digest: str
    fingerprint: str
    withheld: str
    """Code of the reason, decided on arrival; empty: it acts."""
    signature: str
    alert: dict[str, Any] | None = Field(default=None, sa_type=Json)
    """None when it has no usable time of sending."""
    policy: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    """What the profile of the source decided, kept so that a later change of the profile does not rewrite the past."""
    defects: list[Any] = Field(default_factory=list, sa_type=Json)
    wakes: datetime | None = Field(default=None, sa_type=Moment)
    """When time alone next changes its state."""


class AlertReference(SQLModel, table=True):
    __tablename__ = "alert_reference"
    __table_args__ = (Index("alert_reference_target", "target"),)

    message: str = Field(primary_key=True, foreign_key="alert_message.key")
    target: str = Field(primary_key=True)


raws: Table = AlertRaw.__table__  # type: ignore[attr-defined]
sightings: Table = AlertSighting.__table__  # type: ignore[attr-defined]
messages: Table = AlertMessage.__table__  # type: ignore[attr-defined]
references: Table = AlertReference.__table__  # type: ignore[attr-defined]
