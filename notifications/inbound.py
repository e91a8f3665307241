"""Replies as they came in, kept before anyone understands them, with what was made of each. Once for each reply."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, func, select, update

from notifications.message import Reply
from notifications.tables import inbound
from store.upserts import insert


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
    names = ("meaning", "why", "response", "assignment", "person", "verb", "reason", "say_back", "settled_by")
    empty = dict.fromkeys(names, "")
    once = insert(connection, inbound).values(values | empty).on_conflict_do_nothing().returning(inbound.c.id)
    is_new = connection.execute(once).first() is not None
    return None if is_new else kept(connection, reply.channel, reply.external_id)


def explain(connection: Connection, channel: str, external_id: str, values: Mapping[str, str]) -> None:
    """Keep what was made of a reply."""
    connection.execute(update(inbound).where(*_this(channel, external_id)).values(values))


def settle(connection: Connection, channel: str, external_id: str, now: datetime, by: str = "") -> bool:
    """The answer is in the journal, or the desk has dealt with it; False when that was so before."""
    unsettled = (*_this(channel, external_id), inbound.c.settled_at.is_(None))
    return connection.execute(update(inbound).where(*unsettled).values(settled_at=now, settled_by=by)).rowcount == 1


def unsettled(connection: Connection, meaning: str) -> tuple[RowMapping, ...]:
    """What of this meaning still waits, oldest first."""
    waiting = (inbound.c.meaning == meaning, inbound.c.settled_at.is_(None))
    return tuple(connection.execute(select(inbound).where(*waiting).order_by(inbound.c.id)).mappings())


def kept(connection: Connection, channel: str, external_id: str) -> RowMapping:
    return connection.execute(select(inbound).where(*_this(channel, external_id))).mappings().one()


def numbered(connection: Connection, number: int) -> RowMapping | None:
    """The reply that people at the desk call by this number."""
    return connection.execute(select(inbound).where(inbound.c.id == number)).mappings().one_or_none()


def said_back_since(connection: Connection, address: str, since: datetime) -> int:
    """How many automatic answers an address got to what led to nothing."""
    these = (inbound.c.address == address, inbound.c.received_at > since, inbound.c.say_back != "", inbound.c.why != "")
    return int(connection.execute(select(func.count()).select_from(inbound).where(*these)).scalar_one())


def _this(channel: str, external_id: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return inbound.c.channel == channel, inbound.c.external_id == external_id
