"""Receipts of providers, written down and told to whoever measures how long they take."""

from collections.abc import Sequence
from datetime import timedelta

from notifications import receipts
from notifications.message import Receipt
from service.wiring import Home
from store import watching

HAPPENED = "receipt"


def keep_receipts(home: Home, found: Sequence[Receipt]) -> None:
    """Error: `StoreError`; the provider then delivers them again."""
    now = home.clock.now()
    with home.database.write() as connection:
        views = [receipts.record(connection, each, now) for each in found]
    for view, receipt in zip(views, found, strict=True):
        if view and view.accepted_at:
            delay = max(receipt.at - view.accepted_at, timedelta(0))
            watching.happened(HAPPENED, channel=view.channel, state=receipt.state.value, delay=delay)
