"""The two CSV files of a roster to one `Duty`, all or nothing. No database, no clock."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import tzinfo

from resources.duty_csv import read_duty
from resources.errors import Fault, RosterFaultsError
from resources.model import Duty
from resources.people_csv import ids_and_names, read_people
from resources.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Source:
    """A file's name, as faults show it, and its bytes."""

    file: str
    content: bytes


@dataclass(frozen=True, slots=True)
class FileRead:
    """What was read, and the encoding that it was read in."""

    file: str
    encoding: str
    rows: int


@dataclass(frozen=True, slots=True)
class Roster:
    duty: Duty
    files: tuple[FileRead, ...]
    warnings: tuple[Fault, ...]


def read_roster(people: Source, duty: Source, zone: tzinfo, roles: Collection[str] = ()) -> Roster:
    """Times without an offset are read in `zone`; `roles` are those that plans speak of (others get a warning).

    Errors: `RosterFaultsError` with everything that is wrong in both files.
    """
    people_sheet, persons = read_people(people.file, people.content)
    duty_sheet, shifts = read_duty(duty.file, duty.content, ids_and_names(people_sheet), zone, roles)
    faults = _in_reading_order(people_sheet) + _in_reading_order(duty_sheet)
    if not all(fault.warning for fault in faults):
        raise RosterFaultsError(faults)
    files = tuple(FileRead(sheet.file, sheet.encoding, len(sheet.rows)) for sheet in (people_sheet, duty_sheet))
    return Roster(Duty(persons, shifts), files, faults)


def _in_reading_order(sheet: Sheet) -> tuple[Fault, ...]:
    columns = list(sheet.headers.values())
    return tuple(
        sorted(sheet.faults, key=lambda fault: (fault.line, columns.index(fault.column) if fault.column in columns else -1))
    )
