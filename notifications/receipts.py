"""Later news of a delivery (sent, delivered, read, failed): in any order, and even before the provider's own answer."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, case, delete, func, insert, literal, select, update

from notifications.message import Receipt, ReceiptState
from notifications.outbox import DeliveryView, view_of
from notifications.references import find
from notifications.states import State
from notifications.tables import unmatched_receipts
from store.faults import Point, reached
from store.types import Moment

KEPT = timedelta(hours=72)
"""How long a receipt may wait for its delivery."""
_STAMPS = {ReceiptState.SENT: "sent_at", ReceiptState.DELIVERED: "delivered_at", ReceiptState.READ: "read_at"}


def record(connection: Connection, receipt: Receipt, now: datetime) -> DeliveryView | None:
    """The delivery as it stands with this receipt; None when no delivery is known by it yet: it is kept and matched later.

    `receipt.delivery` is our identifier or the provider's.
    """
    reached(Point.BEFORE_RECEIPT)
    found = _recorded(connection, receipt, now)
    reached(Point.AFTER_RECEIPT)
    return found


def _recorded(connection: Connection, receipt: Receipt, now: datetime) -> DeliveryView | None:
    place = find(connection, receipt.delivery)
    if place is None:
        _keep(connection, receipt, now)
        return None
    table, identifier = place
    connection.execute(update(table).where(table.c.id == identifier, table.c.attempts > 0).values(_changes(table, receipt)))
    return view_of(connection.execute(select(table).where(table.c.id == identifier)).mappings().one())


def match(connection: Connection, provider_ids: Iterable[str], now: datetime) -> None:
    """Apply what came early for deliveries whose provider identifiers have just become known."""
    table = unmatched_receipts
    statement = select(table).where(table.c.delivery.in_(list(provider_ids))).order_by(table.c.id)
    for row in connection.execute(statement).mappings().all():
        connection.execute(delete(table).where(table.c.id == row["id"]))
        record(connection, Receipt(row["delivery"], ReceiptState(row["state"]), row["at"], row["code"]), now)


def unmatched(connection: Connection) -> tuple[Receipt, ...]:
    """Receipts that no delivery is known by, oldest first."""
    rows = connection.execute(select(unmatched_receipts).order_by(unmatched_receipts.c.id)).mappings()
    return tuple(Receipt(row["delivery"], ReceiptState(row["state"]), row["at"], row["code"]) for row in rows)


def _keep(connection: Connection, receipt: Receipt, now: datetime) -> None:
    connection.execute(delete(unmatched_receipts).where(unmatched_receipts.c.received_at < now - KEPT))
    connection.execute(
        insert(unmatched_receipts).values(
            delivery=receipt.delivery, state=receipt.state, at=receipt.at, code=receipt.code, received_at=now
        )
    )


def _changes(table: Table, receipt: Receipt) -> dict[str, Any]:
    state = State(receipt.state)
    # a failed first copy must not stop a second one that waits to be sent
    may = state.behind if state is not State.FAILED else tuple(s for s in state.behind if s is not State.QUEUED)
    moves = table.c.state.in_(may)
    changes: dict[str, Any] = {
        "state": case((moves, state), else_=table.c.state),
        "next_at": case((moves, None), else_=table.c.next_at),
    }
    at = literal(receipt.at, Moment)
    if state is State.FAILED:
        return changes | {
            "provider_code": case((moves, receipt.code), else_=table.c.provider_code),
            "ended_at": case((moves, at), else_=table.c.ended_at),
            "detail": case((moves, receipt.detail or table.c.detail), else_=table.c.detail),
        }
    stamp = table.c[_STAMPS[receipt.state]]
    # it is certain now that it went out, but not that it went out once
    doubt = case((table.c.attempts > 1, table.c.in_doubt), else_=False)
    said = {"detail": receipt.detail} if receipt.detail else {}
    return changes | {stamp.name: func.coalesce(stamp, at), "in_doubt": doubt} | said
