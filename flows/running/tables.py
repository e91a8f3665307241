"""The rows of responses: head and snapshot, journal, assignments, clocks, names. Real and drill have tables of their own.

A CHECK on the identifier keeps each kind in its table, and triggers keep the journal append-only.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CheckConstraint, Index, LargeBinary, Table
from sqlmodel import Field, SQLModel

from store.append_only import keep_append_only
from store.kinds import Kind
from store.types import Json, Moment


class PlanVersion(SQLModel, table=True):
    """A checked plan by its digest: what a running response keeps."""

    __tablename__ = "plan_version"

    digest: str = Field(primary_key=True)
    name: str = Field(index=True)
    canonical: bytes = Field(sa_type=LargeBinary)
    """As JSON in the order of the file: what has no digest of its own, the order of tasks, must survive too."""
    stored_at: datetime = Field(sa_type=Moment)


class _Head(SQLModel):
    id: str = Field(primary_key=True)
    key: str = Field(unique=True)
    """Idempotency key: asking twice gives this response."""
    asked: str
    """Digest of what was asked with the key; other words with it are refused."""
    plan: str
    digest: str
    incident: str
    place: str
    level: int
    status: str = Field(index=True)
    opened_at: datetime = Field(sa_type=Moment)
    closed_at: datetime | None = Field(default=None, sa_type=Moment)
    version: int
    """Number of the last entry; a writer names the one it read."""
    hash: str
    """Of the last entry."""
    flow_run: str | None = None


class _Entry(SQLModel):
    response: str = Field(primary_key=True)
    entry: int = Field(primary_key=True)
    kind: str
    at: datetime = Field(sa_type=Moment)
    """When it happened."""
    recorded_at: datetime = Field(sa_type=Moment)
    """When it was written down."""
    by: str
    via: str
    body: str
    """The event as canonical JSON: what the hash covers."""
    hash: str


class _AssignmentRow(SQLModel):
    response: str = Field(primary_key=True)
    assignment: str = Field(primary_key=True)
    task: str
    finding: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """For which finding; empty: for the whole response."""
    status: str
    assignees: list[str] = Field(sa_type=Json)
    opened_at: datetime = Field(sa_type=Moment)
    acknowledge_by: datetime = Field(sa_type=Moment)
    done_by: datetime = Field(sa_type=Moment)
    awaits_decision: bool


class _Clock(SQLModel):
    response: str = Field(primary_key=True)
    assignment: str = Field(primary_key=True)
    clock: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    epoch: int = Field(primary_key=True)
    due: datetime = Field(sa_type=Moment, index=True)


def _only(kind: Kind, column: str) -> CheckConstraint:
    return CheckConstraint(f"{column} LIKE '{kind.prefix}%'", name=f"{kind.value}_only")


class _Snapshot(SQLModel):
    """The state of a response after entry `version`, whole."""

    response: str = Field(primary_key=True)
    version: int
    state: bytes = Field(sa_type=LargeBinary)


class _Name(SQLModel):
    """A name that the entries of a response have a token for; the row with the empty token is the salt."""

    response: str = Field(primary_key=True)
    token: str = Field(primary_key=True)
    name: str


class RealResponse(_Head, table=True):
    __tablename__ = "real_response"
    __table_args__ = (_only(Kind.REAL, "id"), Index("real_response_incident", "plan", "incident", "status"))


class DrillResponse(_Head, table=True):
    __tablename__ = "drill_response"
    __table_args__ = (_only(Kind.DRILL, "id"),)


class RealEntry(_Entry, table=True):
    __tablename__ = "real_entry"
    __table_args__ = (_only(Kind.REAL, "response"),)


class DrillEntry(_Entry, table=True):
    __tablename__ = "drill_entry"
    __table_args__ = (_only(Kind.DRILL, "response"),)


class RealAssignment(_AssignmentRow, table=True):
    __tablename__ = "real_assignment"
    __table_args__ = (_only(Kind.REAL, "response"),)


class DrillAssignment(_AssignmentRow, table=True):
    __tablename__ = "drill_assignment"
    __table_args__ = (_only(Kind.DRILL, "response"),)


class RealClock(_Clock, table=True):
    __tablename__ = "real_clock"
    __table_args__ = (_only(Kind.REAL, "response"),)


class DrillClock(_Clock, table=True):
    __tablename__ = "drill_clock"
    __table_args__ = (_only(Kind.DRILL, "response"),)


class RealSnapshot(_Snapshot, table=True):
    __tablename__ = "real_snapshot"
    __table_args__ = (_only(Kind.REAL, "response"),)


class DrillSnapshot(_Snapshot, table=True):
    __tablename__ = "drill_snapshot"
    __table_args__ = (_only(Kind.DRILL, "response"),)


class RealName(_Name, table=True):
    __tablename__ = "real_name"
    __table_args__ = (_only(Kind.REAL, "response"),)


class DrillName(_Name, table=True):
    __tablename__ = "drill_name"
    __table_args__ = (_only(Kind.DRILL, "response"),)


@dataclass(frozen=True, slots=True)
class Book:
    """The tables of one kind."""

    heads: Table
    entries: Table
    assignments: Table
    clocks: Table
    names: Table
    snapshots: Table


def _table(model: type[SQLModel]) -> Table:
    table = model.__table__  # type: ignore[attr-defined]  # SQLModel adds it at run time
    assert isinstance(table, Table)
    return table


def _book_with(*models: type[SQLModel]) -> Book:
    return Book(*(_table(model) for model in models))


BOOKS = {
    Kind.REAL: _book_with(RealResponse, RealEntry, RealAssignment, RealClock, RealName, RealSnapshot),
    Kind.DRILL: _book_with(DrillResponse, DrillEntry, DrillAssignment, DrillClock, DrillName, DrillSnapshot),
}
PLAN_VERSIONS = _table(PlanVersion)


def book_of(response: str) -> Book:
    return BOOKS[Kind.of(response)]


for _book in BOOKS.values():
    keep_append_only(_book.entries)
