"""The directory and the roster in the database: replaced as a whole, read as a whole, with a number that tells of a change.

Nothing may refer to these rows: a response keeps copies of what it needs, so that a new roster never changes an old record.
"""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Column, Connection, Row, delete, func, insert, select
from sqlmodel import Field, SQLModel, col

from resources.model import Duty, Person, Shift
from store.types import Json, Moment


class PersonRow(SQLModel, table=True):
    __tablename__: ClassVar[str] = "person"

    id: str = Field(primary_key=True)
    position: int
    """The file's order, which is also the order of calls."""
    name: str
    addresses: dict[str, str] = Field(sa_column=Column(Json, nullable=False))
    language: str
    post: str
    organisation: str
    deputy: str
    exercises: bool


class ShiftRow(SQLModel, table=True):
    __tablename__: ClassVar[str] = "shift"

    position: int = Field(primary_key=True)
    role: str
    person: str = Field(foreign_key="person.id")
    start: datetime | None = Field(sa_column=Column(Moment))
    end: datetime | None = Field(sa_column=Column(Moment))


class RosterVersionRow(SQLModel, table=True):
    """One row for each import; the last one's number is the version."""

    __tablename__: ClassVar[str] = "roster_version"

    version: int | None = Field(default=None, primary_key=True)
    imported: datetime = Field(sa_column=Column(Moment, nullable=False))
    people: int
    shifts: int


def replace(connection: Connection, duty: Duty, now: datetime) -> int:
    """Put `duty` in place of what was there, in the caller's transaction; the new version."""
    connection.execute(delete(ShiftRow))
    connection.execute(delete(PersonRow))
    if duty.people:
        connection.execute(insert(PersonRow), [_person_values(at, person) for at, person in enumerate(duty.people.values())])
    if duty.shifts:
        connection.execute(insert(ShiftRow), [_shift_values(at, shift) for at, shift in enumerate(duty.shifts)])
    connection.execute(insert(RosterVersionRow), {"imported": now, "people": len(duty.people), "shifts": len(duty.shifts)})
    return version(connection)


def load(connection: Connection) -> Duty:
    people = connection.execute(select(PersonRow).order_by(col(PersonRow.position)))
    shifts = connection.execute(select(ShiftRow).order_by(col(ShiftRow.position)))
    return Duty({row.id: _person(row) for row in people}, tuple(_shift(row) for row in shifts))


def version(connection: Connection) -> int:
    """Grows with each import; 0 before the first. A `Duty` in memory is good while it stays the same."""
    return connection.execute(select(func.max(RosterVersionRow.version))).scalar_one() or 0


def _person_values(position: int, person: Person) -> dict[str, object]:
    return {
        "id": person.id,
        "position": position,
        "name": person.name,
        "addresses": dict(person.addresses),
        "language": person.language,
        "post": person.post,
        "organisation": person.organisation,
        "deputy": person.deputy,
        "exercises": person.exercises,
    }


def _shift_values(position: int, shift: Shift) -> dict[str, object]:
    return {"position": position, "role": shift.role, "person": shift.person, "start": shift.start, "end": shift.end}


def _person(row: Row[tuple[PersonRow]]) -> Person:
    return Person(row.id, row.name, row.addresses, row.language, row.post, row.organisation, row.deputy, row.exercises)


def _shift(row: Row[tuple[ShiftRow]]) -> Shift:
    return Shift(row.role, row.person, row.start, row.end)
