"""duty.csv to shifts: who holds which role from when to when, every fault collected."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime, tzinfo

from resources.model import Shift
from resources.moments import EXPECTED, read_moment
from resources.people_csv import nearest_person
from resources.sheet import Column, Row, Sheet, nearest, read_sheet

COLUMNS = (
    Column("role", "角色", required=True),
    Column("person", "人员", required=True),
    Column("from", "开始"),
    Column("to", "结束"),
)

_ROLE = re.compile(r"[a-z][a-z0-9_]*")


def read_duty(
    file: str, content: bytes, names: Mapping[str, str], zone: tzinfo, roles: Collection[str] = ()
) -> tuple[Sheet, tuple[Shift, ...]]:
    """The shifts in the file's order.

    `names` are the known people by id (empty: not known who is), `roles` those that plans speak of (empty: not known which).
    """
    sheet = read_sheet(file, content, COLUMNS)
    first: dict[Shift, int] = {}
    for row in sheet.whole_rows:
        shift = _read_shift(sheet, row, names, zone)
        if shift is None:
            continue
        _warn_of_misspelt_role(sheet, row, roles)
        if first.setdefault(shift, row.line) != row.line:
            sheet.fault(row.line, "", f"the same shift is already in line {first[shift]}; it counts once", warning=True)
    return sheet, tuple(first)


def _read_shift(sheet: Sheet, row: Row, names: Mapping[str, str], zone: tzinfo) -> Shift | None:
    before = len(sheet.faults)
    role, person = _read_role(sheet, row), _read_person(sheet, row, names)
    start, end = _read_time(sheet, row, "from", zone), _read_time(sheet, row, "to", zone)
    if start and end and start >= end:
        text = f"the shift ends at {row.cells['to']} but begins at {row.cells['from']}; one over midnight ends on the next day"
        sheet.fault(row.line, "to", text)
    return Shift(role, person, start, end) if len(sheet.faults) == before else None


def _read_role(sheet: Sheet, row: Row) -> str:
    role = row.cells["role"]
    if not role:
        sheet.fault(row.line, "role", "there is no role; expected one of a plan, as in duty_officer")
    elif not _ROLE.fullmatch(role):
        text = f"{role!r} is no role; expected the name that plans use: lower-case letters, digits and '_', as in duty_officer"
        sheet.fault(row.line, "role", text)
    return role


def _read_person(sheet: Sheet, row: Row, names: Mapping[str, str]) -> str:
    person = row.cells["person"]
    if not person:
        sheet.fault(row.line, "person", "nobody is named; expected the id of a person, or no row at all")
    elif names and person not in names:
        sheet.fault(
            row.line, "person", f"there is no person {person!r}; expected an id of the people file{nearest_person(person, names)}"
        )
    return person


def _read_time(sheet: Sheet, row: Row, column: str, zone: tzinfo) -> datetime | None:
    """An empty cell leaves that end open."""
    written = row.cells.get(column, "")
    moment = read_moment(written, zone)
    if written and moment is None:
        sheet.fault(row.line, column, f"{written!r} is no time; expected {EXPECTED}, or nothing for an open end")
    return moment


def _warn_of_misspelt_role(sheet: Sheet, row: Row, roles: Collection[str]) -> None:
    # a role that is like none may belong to a plan that comes later
    role = row.cells["role"]
    if role not in roles and (near := nearest(role, list(roles))):
        sheet.fault(row.line, "role", f"no plan speaks of {role!r}{near}", warning=True)
