"""Replies as they came in, kept before anyone understands them, with what was made of each. Once for each reply."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, func, select, update
from sqlalchemy.dialects.sqlite import insert

from notifications.message import Reply
from notifications.tables import inbound


def store(connection: Connection, reply: Reply, address: str, now: datetime) -> RowMapping | None:
    """Keep a reply; the row of the same reply if it came before."""
    values = {
        "channel": reply.channel,
        "external_id": reply.external_id,
        "address": address,
        "text": reply.text,
        "at": reply.at,
        "delivery": reply.delivery,
        "extra": dict(reply.extra),
        "received_at": now,
    }
    empty = dict.fromkeys(("meaning", "why", "response", "assignment", "person", "verb", "reason", "say_back"), "")
    done = connection.execute(insert(inbound).values(values | empty).on_conflict_do_nothing())
    return None if done.rowcount else _row(connection, reply)


def explain(connection: Connection, reply: Reply, values: dict[str, str]) -> None:
    """Keep what was made of a reply."""
    connection.execute(update(inbound).where(*_this(reply)).values(values))


def settle(connection: Connection, channel: str, external_id: str, now: datetime) -> None:
    """The answer is in the journal, or the desk has dealt with it."""
    this = (inbound.c.channel == channel, inbound.c.external_id == external_id, inbound.c.settled_at.is_(None))
    connection.execute(update(inbound).where(*this).values(settled_at=now))


def unsettled(connection: Connection, meaning: str) -> tuple[RowMapping, ...]:
    """What of this meaning still waits, oldest first."""
    waiting = (inbound.c.meaning == meaning, inbound.c.settled_at.is_(None))
    return tuple(connection.execute(select(inbound).where(*waiting).order_by(inbound.c.id)).mappings())


def said_back_since(connection: Connection, address: str, since: datetime) -> int:
    """How many automatic answers an address got."""
    these = (inbound.c.address == address, inbound.c.received_at > since, inbound.c.say_back != "")
    return int(connection.execute(select(func.count()).select_from(inbound).where(*these)).scalar_one())


def _row(connection: Connection, reply: Reply) -> RowMapping:
    return connection.execute(select(inbound).where(*_this(reply))).mappings().one()


def _this(reply: Reply) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return inbound.c.channel == reply.channel, inbound.c.external_id == reply.external_id
