"""A list of people outside the directory who are told by SMS, as CSV: a phone each, with name and language where known."""

from collections.abc import Mapping
from dataclasses import dataclass

from resources.people_csv import canonical_phone, language_of
from resources.sheet import Column, Sheet, read_sheet

COLUMNS = (Column("phone", "手机", required=True), Column("name", "姓名"), Column("language", "语言"))


@dataclass(frozen=True, slots=True)
class Resident:
    phone: str
    name: str
    language: str


def read_residents(file: str, content: bytes) -> tuple[Sheet, Mapping[str, Resident]]:
    """By phone, each once, whoever's row was right; the sheet holds the faults."""
    sheet = read_sheet(file, content, COLUMNS)
    found: dict[str, Resident] = {}
    for row in sheet.whole_rows:
        written = row.cells["phone"]
        phone, language = canonical_phone(written), language_of(row.cells.get("language", ""))
        if phone is None:
            sheet.fault(row.line, "phone", f"{written!r} is no phone number; expected 11 digits, or + and the country's code")
        elif language is None:
            sheet.fault(row.line, "language", f"messages are not written in {row.cells['language']!r}; expected zh or en")
        else:
            found.setdefault(phone, Resident(phone, row.cells.get("name", ""), language))
    return sheet, found
