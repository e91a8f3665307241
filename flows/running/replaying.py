"""What was known at a moment: the response as its entries up to then lead to it, and its messages as far as they had come.

Known is what had been written down: what somebody entered later, however early it happened, was not known before.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from flows.errors import FlowError
from flows.running import journal
from flows.running.journal import Entry, Head
from notifications import outbox
from notifications.outbox import DeliveryView
from notifications.states import State

_STEPS = (
    (State.SENDING, "sending_at"),
    (State.ACCEPTED, "accepted_at"),
    (State.SENT, "sent_at"),
    (State.DELIVERED, "delivered_at"),
    (State.READ, "read_at"),
    (State.ANSWERED, "answered_at"),
)
_ENDED = (State.FAILED, State.WITHDRAWN, State.EXPIRED)


class NotYetOpenError(FlowError):
    """Nothing of the response had been written down yet."""

    status = 422

    def __init__(self, response: str, at: datetime, first: datetime) -> None:
        super().__init__(response, at, first)
        self.response, self.at, self.first = response, at, first

    def __str__(self) -> str:
        at, first = self.at.isoformat(), self.first.isoformat()
        return f"response {self.response}: nothing was known at {at}; its first entry was written down at {first}"


@dataclass(frozen=True, slots=True)
class Known:
    """`head` stands at the last entry written down by `at`; `entries` is how many there are today."""

    at: datetime
    head: Head
    entries: int
    late: tuple[Entry, ...]
    """Had happened by then, and was written down only afterwards."""
    deliveries: tuple[DeliveryView, ...]


def known_at(connection: Connection, response: str, at: datetime) -> Known:
    """Errors: `UnknownNameError`, `NotYetOpenError`, `BrokenJournalError`."""
    head = journal.load(connection, response)
    entries = list(journal.entries(connection, response))
    written = [each for each in entries if each.recorded_at <= at]
    if not written:
        raise NotYetOpenError(response, at, entries[0].recorded_at)
    state = journal.folded(response, [each.event for each in written])
    then = replace(head, version=len(written), hash=written[-1].hash, state=state)
    late = tuple(each for each in entries[len(written) :] if each.event.at <= at)
    deliveries = (as_known(each, at) for each in outbox.deliveries(connection, response) if each.queued_at <= at)
    return Known(at, then, len(entries), late, tuple(deliveries))


def as_known(view: DeliveryView, at: datetime) -> DeliveryView:
    """By the moments that its provider gave: a receipt may have come in a little later than what it tells of."""

    def by_then(moment: datetime | None) -> datetime | None:
        return moment if moment is not None and moment <= at else None

    reached = [state for state, name in _STEPS if by_then(getattr(view, name))]
    state = max(reached, key=lambda each: each.rank, default=State.QUEUED)
    if (view.state is State.UNKNOWN and reached) or (view.state in _ENDED and by_then(view.ended_at)):
        state = view.state
    return replace(
        view,
        state=state,
        in_doubt=view.in_doubt and bool(reached),
        detail=view.detail if state is view.state else "",
        provider_code=view.provider_code if reached else "",
        provider_id=view.provider_id if by_then(view.accepted_at) else "",
        sending_at=by_then(view.sending_at),
        accepted_at=by_then(view.accepted_at),
        sent_at=by_then(view.sent_at),
        delivered_at=by_then(view.delivered_at),
        read_at=by_then(view.read_at),
        answered_at=by_then(view.answered_at),
        ended_at=by_then(view.ended_at),
    )
