"""people.csv to people: one row each, every fault collected.

A person who cannot be called by phone is a fault, not a gap: the night it matters is too late to find out.
"""

import re
from collections.abc import Mapping
from unicodedata import normalize

from resources.model import Person
from resources.sheet import Column, Row, Sheet, nearest, read_sheet

COLUMNS = (
    Column("id", "编号", required=True),
    Column("name", "姓名", required=True),
    Column("phone", "手机", required=True),
    Column("wecom", "企业微信"),
    Column("email", "邮箱"),
    Column("language", "语言"),
    Column("post", "职务"),
    Column("organisation", "单位"),
    Column("deputy", "代理人"),
    Column("exercises", "参演"),
)

_LANGUAGES = {"": "zh", "zh": "zh", "zh-cn": "zh", "中文": "zh", "汉语": "zh", "en": "en", "英文": "en", "英语": "en"}
_YES = {"yes", "y", "true", "1", "是"}
_NO = {"", "no", "n", "false", "0", "否"}
_ID = re.compile(r"[\w.-]{1,64}")
_WECOM = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}")
_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;.]+")
_PHONE = re.compile(r"1[3-9]\d{9}|\+[1-9]\d{6,14}")
_CHINESE_PHONE = re.compile(r"\+86(1[3-9]\d{9})")
_REWRITTEN_BY_EXCEL = re.compile(r"\d([.]\d+)?E[+]?\d+", re.IGNORECASE)


def read_people(file: str, content: bytes) -> tuple[Sheet, Mapping[str, Person]]:
    """The people by id, whoever's row was right; the sheet holds the faults."""
    sheet = read_sheet(file, content, COLUMNS)
    people = {person.id: person for row in sheet.whole_rows if (person := _read_person(sheet, row)) is not None}
    _check_repeated(sheet, "id", "each person needs an id of their own")
    _check_deputies(sheet)
    _warn_of_shared_phones(sheet)
    return sheet, people


def ids_and_names(sheet: Sheet) -> Mapping[str, str]:
    """Names by id, from rows right and wrong: a person with a bad phone is still a known person."""
    return {row.cells["id"]: row.cells["name"] for row in sheet.rows if row.cells["id"]}


def nearest_person(word: str, names: Mapping[str, str]) -> str:
    """A name where an id was expected points to that id."""
    for identifier, name in names.items():
        if word == name:
            return f"; {name} has the id {identifier!r}"
    return nearest(word, list(names))


def canonical_phone(text: str) -> str | None:
    """11 digits for China, +E.164 for elsewhere; None for what is neither."""
    digits = re.sub(r"[\s().-]", "", normalize("NFKC", text))
    chinese = _CHINESE_PHONE.fullmatch(digits)
    if chinese:
        return chinese[1]
    return digits if _PHONE.fullmatch(digits) and not digits.startswith("+86") else None


def language_of(written: str) -> str | None:
    """`zh` or `en`; Chinese where nothing is said, None for a language that messages are not written in."""
    return _LANGUAGES.get(written.lower())


def _read_person(sheet: Sheet, row: Row) -> Person | None:
    before = len(sheet.faults)
    cells = row.cells
    identifier, name = _read_id(sheet, row), _read_name(sheet, row)
    addresses = _read_addresses(sheet, row)
    language, exercises = _read_language(sheet, row), _read_exercises(sheet, row)
    if len(sheet.faults) > before:
        return None
    post, organisation, deputy = (cells.get(column, "") for column in ("post", "organisation", "deputy"))
    return Person(identifier, name, addresses, language, post, organisation, deputy, exercises)


def _read_id(sheet: Sheet, row: Row) -> str:
    identifier = row.cells["id"]
    if not identifier:
        sheet.fault(row.line, "id", "there is no id; expected a short name that stays the same, as in zhangwei")
    elif not _ID.fullmatch(identifier):
        sheet.fault(row.line, "id", f"{identifier!r} is no id; expected letters, digits, '-', '_' or '.', without spaces")
    return identifier


def _read_name(sheet: Sheet, row: Row) -> str:
    if not row.cells["name"]:
        sheet.fault(row.line, "name", "there is no name; expected the name that a message begins with")
    return row.cells["name"]


def _read_addresses(sheet: Sheet, row: Row) -> Mapping[str, str]:
    """By channel kind; SMS and voice share the phone."""
    phone = _read_phone(sheet, row)
    addresses = {"sms": phone, "voice": phone}
    wecom, email = row.cells.get("wecom", ""), row.cells.get("email", "")
    if wecom and not _WECOM.fullmatch(wecom):
        sheet.fault(
            row.line, "wecom", f"{wecom!r} is no WeCom id; expected the userid of the WeCom directory (letters, digits, _ - . @)"
        )
    if email and not _EMAIL.fullmatch(email):
        sheet.fault(row.line, "email", f"{email!r} is no address; expected one, as in name@example.org")
    return addresses | {kind: address for kind, address in (("wechat", wecom), ("email", email)) if address}


def _read_phone(sheet: Sheet, row: Row) -> str:
    written = row.cells["phone"]
    phone = canonical_phone(written)
    expected = "expected 11 digits that begin with 13 to 19, or + and the country code"
    if not written:
        sheet.fault(row.line, "phone", f"there is no phone, so nobody can call {row.cells['name'] or 'this person'}; {expected}")
    elif _REWRITTEN_BY_EXCEL.fullmatch(written):
        sheet.fault(
            row.line, "phone", f"{written!r} was rewritten by a spreadsheet; format the column as text and enter it again"
        )
    elif phone is None:
        sheet.fault(row.line, "phone", f"{written!r} is no mobile phone; {expected}")
    return phone or ""


def _read_language(sheet: Sheet, row: Row) -> str:
    written = row.cells.get("language", "")
    language = language_of(written)
    if language is None:
        sheet.fault(row.line, "language", f"messages are not written in {written!r}; expected zh or en (中文, 英文)")
    return language or ""


def _read_exercises(sheet: Sheet, row: Row) -> bool:
    written = row.cells.get("exercises", "").lower()
    if written not in _YES | _NO:
        sheet.fault(
            row.line,
            "exercises",
            f"{written!r} does not say whether this person takes part in drills; expected yes or no (是, 否)",
        )
    return written in _YES


def _check_repeated(sheet: Sheet, column: str, rule: str) -> None:
    first: dict[str, int] = {}
    for row in sheet.whole_rows:
        value = row.cells[column]
        if value in first:
            sheet.fault(row.line, column, f"{value!r} is already in line {first[value]}; {rule}")
        elif value:
            first[value] = row.line


def _check_deputies(sheet: Sheet) -> None:
    names = ids_and_names(sheet)
    for row in sheet.whole_rows:
        deputy = row.cells.get("deputy", "")
        if deputy and deputy == row.cells["id"]:
            sheet.fault(row.line, "deputy", f"{deputy!r} cannot stand in for themselves; name somebody else or leave it empty")
        elif deputy and deputy not in names:
            sheet.fault(
                row.line, "deputy", f"there is no person {deputy!r}; expected an id of this file{nearest_person(deputy, names)}"
            )


def _warn_of_shared_phones(sheet: Sheet) -> None:
    first: dict[str, Row] = {}
    for row in sheet.whole_rows:
        phone = canonical_phone(row.cells["phone"])
        if phone is None:
            continue
        other = first.setdefault(phone, row)
        if other is not row:
            text = f"{phone} is also the phone of {other.cells['name']} (line {other.line}); correct one unless they share it"
            sheet.fault(row.line, "phone", text, warning=True)
