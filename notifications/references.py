"""The names that providers and we have for one delivery: ours, its beginning where a provider keeps only that, and theirs."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Connection, Table, select

from notifications.tables import message_table
from store.kinds import Kind

_KEPT = 15
"""Bytes that a provider of voice calls keeps of our reference; 13 random figures are among them."""
_AFTER_EVERY_FIGURE = "g"


def shortened(delivery: str) -> str:
    return delivery[:_KEPT]


def find(connection: Connection, reference: str) -> tuple[Table, str] | None:
    """Which delivery is meant: its table and our identifier."""
    for kind in Kind:
        table = message_table(kind)
        for named in _names(table, reference):
            found = connection.execute(select(table.c.id).where(named).limit(2)).scalars().all()
            if found:
                return table, found[0]
    return None


def _names(table: Table, reference: str) -> Iterator[ColumnElement[bool]]:
    yield table.c.id == reference
    yield table.c.provider_id == reference
    if len(reference) == _KEPT:
        yield table.c.id.between(reference, reference + _AFTER_EVERY_FIGURE)
