"""What a turn writes to the outbox: new calls, and what an answer or an end takes back."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from flows.model import events as happened
from flows.model.events import Event
from flows.running.journal import Head
from notifications import outbox
from notifications.message import Call


def write(connection: Connection, head: Head, history: Sequence[Event], calls: Sequence[Call], now: datetime) -> None:
    """First takes back what this turn has settled, then queues what it calls for."""
    for event in history:
        _take_back(connection, head.response, event, now)
    if calls:
        outbox.add(connection, calls, now)


def _take_back(connection: Connection, response: str, event: Event, now: datetime) -> None:
    match event:
        case happened.TaskAcknowledged():
            outbox.answered(connection, response, event.assignment, event.person, now)
            if event.answers_ladder:
                outbox.withdraw(connection, response, now, event.assignment)
        case happened.TaskDeclined() | happened.ProgressReported():
            outbox.answered(connection, response, event.assignment, event.person, now)
        case happened.TaskReassigned():
            outbox.withdraw(connection, response, now, event.assignment)
        case happened.TaskCompleted() | happened.TaskWithdrawn() | happened.ManualDecisionRecorded(decision="skip"):
            outbox.withdraw(connection, response, now, event.assignment)
            outbox.close_codes(connection, response, event.assignment)
        case happened.Closed():
            # proposals have no object any more; who is released must still hear it
            outbox.withdraw(connection, response, now, "")
            outbox.close_codes(connection, response)
        case _:
            pass
