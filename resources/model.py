"""People and the duty roster as values: who holds which role at a moment. No files, no database."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Person:
    """`addresses` maps channel kinds (`sms`, `wechat`, `voice`, `email`) to addresses."""

    id: str
    name: str
    addresses: Mapping[str, str]
    language: str = "zh"
    post: str = ""
    organisation: str = ""
    deputy: str = ""
    """Person who stands in; empty: nobody."""
    exercises: bool = False
    """Takes part in drills; nobody else is ever told of one."""


@dataclass(frozen=True, slots=True)
class Shift:
    """`person` holds `role` in the half-open time [start, end); an open end is None."""

    role: str
    person: str
    start: datetime | None = None
    end: datetime | None = None

    def covers(self, at: datetime) -> bool:
        return (self.start is None or self.start <= at) and (self.end is None or at < self.end)


@dataclass(frozen=True)
class Duty:
    """The directory and the roster. Lookups are pure; an unknown role has no holders."""

    people: Mapping[str, Person]
    shifts: tuple[Shift, ...]

    @cached_property
    def _by_role(self) -> Mapping[str, tuple[Shift, ...]]:
        roles: dict[str, list[Shift]] = {}
        for shift in self.shifts:
            roles.setdefault(shift.role, []).append(shift)
        return {role: tuple(shifts) for role, shifts in roles.items()}

    def holders(self, role: str, at: datetime) -> tuple[Person, ...]:
        """Who holds `role` at that moment, in roster order, each once."""
        held = {shift.person: None for shift in self._by_role.get(role, ()) if shift.covers(at)}
        return tuple(self.people[person] for person in held if person in self.people)

    def holds(self, person: str, roles: Collection[str], at: datetime) -> bool:
        return any(holder.id == person for role in roles for holder in self.holders(role, at))

    def deputy_of(self, person: str) -> Person | None:
        known = self.people.get(person)
        return self.people.get(known.deputy) if known else None

    def names(self, *people: str) -> dict[str, str]:
        """Of those who are in the directory."""
        return {person: self.people[person].name for person in people if person in self.people}

    def for_drills(self) -> "Duty":
        """The same, with only the people who take part in drills: a drill cannot even name anyone else."""
        return Duty({key: person for key, person in self.people.items() if person.exercises}, self.shifts)
