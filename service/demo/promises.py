"""What the demo promises, checked on the record, on the phones' own ledger and in Prefect. Each can fail."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from flows.errors import BrokenJournalError
from flows.model.events import Event, ManualDecisionRecorded, StepFired, TaskAcknowledged
from flows.running import journal
from notifications import outbox
from notifications.outbox import DeliveryView
from notifications.simulators.ledger import Ledger
from notifications.states import State
from service.wiring import Home

DOORS_WITHIN = 3.0
TOLD_WITHIN = 5.0
ACCEPTED = frozenset({State.ACCEPTED, State.SENT, State.DELIVERED, State.READ, State.ANSWERED})
LADDER = ("call", "again", "deputy", "leader", "head", "command", "manual")


@dataclass(frozen=True, slots=True)
class Promise:
    words: str
    holds: bool
    seen: str


class Seen(Protocol):
    """What only the demo itself could see."""

    doors_open: float
    first_message: float
    killed_run: str
    flow_run: str
    flow_state: str


def promises(home: Home, phones: Ledger, response: str, seen: Seen, record: Path) -> list[Promise]:
    """All of them, in the order of the story."""
    if not response:
        return [Promise("a response was opened", holds=False, seen="none")]
    with home.database.read() as connection:
        history = [entry.event for entry in journal.entries(connection, response)]
        deliveries = outbox.deliveries(connection, response)
    return [*_of_the_story(history, seen), *_of_delivery(deliveries, phones), *_of_the_record(home, response, seen, record)]


def _of_the_story(history: Sequence[Event], seen: Seen) -> Iterator[Promise]:
    yield Promise(f"the doors open within {DOORS_WITHIN:g} s", 0 < seen.doors_open <= DOORS_WITHIN, f"{seen.doors_open:.1f} s")
    within = 0 < seen.first_message <= TOLD_WITHIN
    yield Promise(f"a person is told within {TOLD_WITHIN:g} s", within, f"{seen.first_message:.2f} s")
    climbed = tuple(event.step for event in history if isinstance(event, StepFired) and event.assignment == "clear_floodplain.1")
    yield Promise("silence climbs to a manual decision", climbed[: len(LADDER)] == LADDER, " → ".join(climbed))
    decided = [event for event in history if isinstance(event, ManualDecisionRecorded)]
    yield Promise("the manual decision is on record", bool(decided), decided[0].reason if decided else "none")
    doors = {event.via for event in history if isinstance(event, TaskAcknowledged)}
    yield Promise(
        "answers came by button, by SMS and by the phone page", {"wechat", "sms", "link"} <= doors, ", ".join(sorted(doors))
    )
    late = [event.late for event in history if isinstance(event, StepFired) and event.late > timedelta(minutes=3)]
    yield Promise("killed with -9, no clock was lost", bool(seen.killed_run) and not late, f"{len(late)} steps over 3 min late")


def _of_delivery(deliveries: Sequence[DeliveryView], phones: Ledger) -> Iterator[Promise]:
    counts = phones.counts()
    by_phone = [each for each in deliveries if each.channel in ("sms", "wechat")]
    lost = [each.id for each in by_phone if each.state in ACCEPTED and not counts.get(each.id)]
    yield Promise("no accepted message is missing on its phone", not lost, f"{len(by_phone)} messages, {len(lost)} missing")
    twice = [each.id for each in by_phone if counts.get(each.id, 0) > 1 and not each.in_doubt]
    in_doubt = sum(each.in_doubt for each in by_phone)
    yield Promise("none came twice unless marked in doubt", not twice, f"{len(twice)} twice, {in_doubt} in doubt")
    waiting = [each.id for each in deliveries if each.state in (State.QUEUED, State.SENDING)]
    yield Promise("nothing is left in the outbox", not waiting, f"{len(waiting)} waiting")


def _of_the_record(home: Home, response: str, seen: Seen, record: Path) -> Iterator[Promise]:
    with home.database.read() as connection:
        try:
            entries = journal.verify(connection, response)
            yield Promise("the journal's chain is whole", holds=True, seen=f"{entries} entries")
        except BrokenJournalError as fault:
            yield Promise("the journal's chain is whole", holds=False, seen=str(fault))
    completed = seen.flow_state == "COMPLETED" and seen.flow_run == seen.killed_run
    state = f"{seen.flow_run or 'none'}: {seen.flow_state or 'unknown'}"
    yield Promise("the flow run that was killed went on under its id to Completed", completed, state)
    size = record.stat().st_size if record.exists() else 0
    yield Promise("one self-contained record is left", size > 0, f"{record} ({size // 1024} KB)")
