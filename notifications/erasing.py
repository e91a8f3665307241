"""Takes people out of messages and replies that are not needed any more: names, addresses, texts. That they went out stays."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, func, not_, or_, select, update

from notifications.tables import inbound, message_table, short_codes, unmatched_receipts
from store.kinds import Kind


@dataclass(frozen=True, slots=True)
class Held:
    """How much of people there is."""

    messages: int = 0
    replies: int = 0
    codes: int = 0

    def __add__(self, other: "Held") -> "Held":
        return Held(self.messages + other.messages, self.replies + other.replies, self.codes + other.codes)

    def __bool__(self) -> bool:
        return bool(self.messages or self.replies or self.codes)


def of_response(connection: Connection, response: str) -> Held:
    """What there is still to erase of it."""
    return Held(
        _count(connection, message_table(Kind.of(response)), _told(response)),
        _count(connection, inbound, _heard(response)),
        _count(connection, short_codes, short_codes.c.response == response),
    )


def erase_response(connection: Connection, response: str) -> Held:
    table = message_table(Kind.of(response))
    return Held(
        _blank_messages(connection, table, _told(response)),
        _blank_replies(connection, _heard(response)),
        connection.execute(delete(short_codes).where(short_codes.c.response == response)).rowcount,
    )


def of_no_response(connection: Connection, before: datetime) -> Held:
    """Of messages about proposals, trials, and replies that belonged to nothing, older than `before`."""
    return Held(_count(connection, message_table(Kind.REAL), _elsewhere(before)), _count(connection, inbound, _stray(before)))


def erase_of_no_response(connection: Connection, before: datetime) -> Held:
    connection.execute(delete(unmatched_receipts).where(unmatched_receipts.c.received_at < before))
    return Held(
        _blank_messages(connection, message_table(Kind.REAL), _elsewhere(before)),
        _blank_replies(connection, _stray(before)),
    )


def _told(response: str) -> ColumnElement[bool]:
    table = message_table(Kind.of(response))
    return and_(table.c.response == response, _has_people(table))


def _elsewhere(before: datetime) -> ColumnElement[bool]:
    table = message_table(Kind.REAL)
    return and_(not_(table.c.response.startswith(Kind.REAL.prefix)), table.c.queued_at < before, _has_people(table))


def _has_people(table: Table) -> ColumnElement[bool]:
    return or_(table.c.address != "", table.c.name != table.c.person)


def _heard(response: str) -> ColumnElement[bool]:
    return and_(inbound.c.response == response, _has_words())


def _stray(before: datetime) -> ColumnElement[bool]:
    return and_(inbound.c.response == "", inbound.c.received_at < before, _has_words())


def _has_words() -> ColumnElement[bool]:
    return or_(inbound.c.address != "", inbound.c.text != "")


def _count(connection: Connection, table: Table, which: ColumnElement[bool]) -> int:
    return int(connection.execute(select(func.count()).select_from(table).where(which)).scalar_one())


def _blank_messages(connection: Connection, table: Table, which: ColumnElement[bool]) -> int:
    """Who by identifier, when, over what, how far: that stays."""
    blank: dict[str, object] = {"name": table.c.person, "address": "", "parameters": {}, "detail": "", "next_at": None}
    return connection.execute(update(table).where(which).values(blank)).rowcount


def _blank_replies(connection: Connection, which: ColumnElement[bool]) -> int:
    blank = {"address": "", "text": "", "extra": {}, "reason": "", "say_back": ""}
    return connection.execute(update(inbound).where(which).values(blank)).rowcount
