"""Short codes: the small number by which a person answers an assignment in an SMS."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, RowMapping, insert, or_, select, update

from notifications.message import Call
from notifications.phones import canonical
from notifications.tables import short_codes

_CHUNK = 500  # bound variables of one statement


@dataclass(frozen=True, slots=True)
class Holder:
    """Who is to get a number, and for what."""

    person: str
    address: str | None
    response: str
    assignment: str
    member: str | None = None

    @staticmethod
    def of(call: Call) -> "Holder":
        phone = call.recipient.addresses.get("sms")
        member = call.recipient.addresses.get("wechat") or None
        return Holder(call.recipient.person, canonical(phone) if phone else None, call.response, call.assignment, member)


@dataclass(frozen=True, slots=True)
class OpenCode:
    person: str
    address: str | None
    code: int
    response: str
    assignment: str
    member: str | None = None


def shown(code: int | None) -> str:
    """A code as people read it: at least two digits."""
    return "" if code is None else f"{code:02d}"


def give_codes(connection: Connection, holders: Iterable[Holder]) -> Mapping[Holder, int]:
    """A number for each, the one it already has if it has one."""
    wanted = list(dict.fromkeys(holders))
    given, new = choose_codes(wanted, _open_codes_of(connection, wanted))
    if new:
        connection.execute(
            insert(short_codes),
            [
                {
                    "person": code.person,
                    "address": code.address,
                    "member": code.member,
                    "code": code.code,
                    "response": code.response,
                    "assignment": code.assignment,
                    "is_open": True,
                }
                for code in new
            ],
        )
    return given


def choose_codes(wanted: Sequence[Holder], taken: Sequence[OpenCode]) -> tuple[Mapping[Holder, int], Sequence[OpenCode]]:
    """The number of each holder and the ones that are new; the lowest that neither the person nor their phone uses."""
    known = {(code.response, code.assignment, code.person): code.code for code in taken}
    used: dict[tuple[str, str], set[int]] = {}
    for code in taken:
        for name in _keys(code.person, code.address):
            used.setdefault(name, set()).add(code.code)
    given: dict[Holder, int] = {}
    new: list[OpenCode] = []
    for holder in wanted:
        key = (holder.response, holder.assignment, holder.person)
        if key not in known:
            number = _lowest_free([used.setdefault(name, set()) for name in _keys(holder.person, holder.address)])
            known[key] = number
            new.append(OpenCode(holder.person, holder.address, number, holder.response, holder.assignment, holder.member))
        given[holder] = known[key]
    return given, new


def close_codes(connection: Connection, response: str, assignment: str | None = None) -> None:
    """Free the numbers of an assignment, or of the whole response."""
    statement = update(short_codes).where(short_codes.c.response == response, short_codes.c.is_open).values(is_open=False)
    if assignment is not None:
        statement = statement.where(short_codes.c.assignment == assignment)
    connection.execute(statement)


def open_codes_at(connection: Connection, address: str) -> tuple[OpenCode, ...]:
    """What may be answered from a phone or a chat account, lowest number first."""
    statement = select(short_codes).where(_reached_at(address), short_codes.c.is_open).order_by(short_codes.c.code)
    return tuple(_as_open_code(row) for row in connection.execute(statement).mappings())


def open_codes_of_responses(connection: Connection, responses: Collection[str]) -> tuple[OpenCode, ...]:
    """The numbers under which tasks of these responses may be answered now."""
    statement = select(short_codes).where(short_codes.c.response.in_(list(responses)), short_codes.c.is_open)
    return tuple(_as_open_code(row) for row in connection.execute(statement).mappings())


def last_code_at(connection: Connection, address: str) -> OpenCode | None:
    """What was last asked of that phone or account, answered long since or not; None: we do not know who that is."""
    statement = select(short_codes).where(_reached_at(address)).order_by(short_codes.c.id.desc()).limit(1)
    row = connection.execute(statement).mappings().first()
    return None if row is None else _as_open_code(row)


def code_of(connection: Connection, response: str, assignment: str, person: str) -> OpenCode | None:
    """The number under which a person was called for an assignment, open or not."""
    c = short_codes.c
    theirs = (c.response == response, c.assignment == assignment, c.person == person)
    row = connection.execute(select(short_codes).where(*theirs).order_by(c.id.desc()).limit(1)).mappings().first()
    return None if row is None else _as_open_code(row)


def _reached_at(address: str) -> ColumnElement[bool]:
    return or_(short_codes.c.address == address, short_codes.c.member == address)


def _lowest_free(used: Sequence[set[int]]) -> int:
    number = 1
    while any(number in numbers for numbers in used):
        number += 1
    for numbers in used:
        numbers.add(number)
    return number


def _keys(person: str, address: str | None) -> tuple[tuple[str, str], ...]:
    by_person = ("person", person)
    return (by_person,) if address is None else (by_person, ("address", address))


def _open_codes_of(connection: Connection, wanted: Sequence[Holder]) -> list[OpenCode]:
    c = short_codes.c
    found: dict[int, OpenCode] = {}
    for start in range(0, len(wanted), _CHUNK):
        part = wanted[start : start + _CHUNK]
        is_theirs = or_(
            c.person.in_([holder.person for holder in part]),
            c.address.in_([holder.address for holder in part if holder.address is not None]),
        )
        # rows by position: in a storm this is read for each activation, and grows with what is open
        statement = select(c.id, c.person, c.address, c.code, c.response, c.assignment).where(c.is_open, is_theirs)
        found |= {identifier: OpenCode(*row) for identifier, *row in connection.execute(statement)}
    return list(found.values())


def _as_open_code(row: RowMapping) -> OpenCode:
    return OpenCode(row["person"], row["address"], row["code"], row["response"], row["assignment"])
