"""Replies that wait for a person at the desk: what was written, what the sender is called for, what the desk made of it."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, RowMapping

from notifications import inbound, say_back
from notifications.codes import OpenCode, code_of, last_code_at, open_codes_at
from notifications.message import Answer
from notifications.say_back import SaidTo, Sentence

_MEANING = "desk"


@dataclass(frozen=True, slots=True)
class Made:
    """What the desk made of a reply. `verb` is `acknowledge`, `decline`, `note`, or empty: nothing came of it."""

    verb: str = ""
    response: str = ""
    assignment: str = ""
    person: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DeskReply:
    """`number` is what the desk calls it by. `calls`: what it may be about, the open ones, else the last."""

    number: int
    channel: str
    address: str
    text: str
    at: datetime
    why: str
    calls: tuple[OpenCode, ...]
    still_open: bool
    settled_at: datetime | None
    settled_by: str
    made: Made


def for_desk(connection: Connection) -> tuple[DeskReply, ...]:
    """What people wrote that only a person can understand, oldest first."""
    return tuple(_of(connection, row) for row in inbound.unsettled(connection, _MEANING))


def desk_reply(connection: Connection, number: int) -> DeskReply | None:
    """Waiting or settled; None when no reply for the desk has that number."""
    row = inbound.numbered(connection, number)
    return _of(connection, row) if row and row["meaning"] == _MEANING else None


def settle(connection: Connection, reply: DeskReply, by: str, made: Made, now: datetime) -> bool:
    """The desk has dealt with it; False, and nothing is changed, when somebody had before."""
    row = inbound.numbered(connection, reply.number)
    if row is None or not inbound.settle(connection, row["channel"], row["external_id"], now, by):
        return False
    inbound.explain(connection, row["channel"], row["external_id"], asdict(made))
    return True


def confirm(connection: Connection, reply: DeskReply, answer: Answer, sentence: Sentence, now: datetime) -> None:
    """Tell the sender what the desk has recorded for them."""
    if code := code_of(connection, answer.response, answer.assignment, answer.person):
        to = SaidTo(f"desk/{reply.number}", reply.channel, reply.address)
        say_back.queue(connection, to, [code], sentence, now)


def _of(connection: Connection, row: RowMapping) -> DeskReply:
    calls = open_codes_at(connection, row["address"])
    last = None if calls else last_code_at(connection, row["address"])
    return DeskReply(
        row["id"],
        row["channel"],
        row["address"],
        row["text"],
        row["at"],
        row["why"],
        calls or ((last,) if last else ()),
        bool(calls),
        row["settled_at"],
        row["settled_by"],
        Made(*(row[name] for name in ("verb", "response", "assignment", "person", "reason"))),
    )
