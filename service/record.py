"""The record of a response as one self-contained HTML file that prints well: what an auditor or a reviewer is handed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

from sqlalchemy import Connection

from flows import journal
from flows.engine import Engine
from flows.errors import BrokenJournalError
from flows.events import DrillOpened, Event, ResponseOpened, StepFired, events
from flows.journal import Entry, Head
from flows.state import Assignment, ResponseState
from notifications import outbox
from notifications.outbox import DeliveryView
from plans.model import Plan, Text
from service.html import template
from service.sentences import LATE, Teller
from store.kinds import Kind


@dataclass(frozen=True, slots=True)
class Line:
    """One journal entry as the record shows it."""

    number: int
    at: str
    recorded_at: str
    """Empty when it was written down as it happened."""
    told: Text
    kind: str
    is_late: bool
    body: str
    hash: str


@dataclass(frozen=True, slots=True)
class TaskLine:
    assignment: str
    code: str
    title: Text
    status: str
    people: str
    opened: str
    acknowledged: str
    done: str
    late: tuple[str, ...]
    evidence: Mapping[str, str]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    assignment: str
    step: str
    name: str
    channel: str
    state: str
    times: str
    in_doubt: bool
    provider_id: str
    detail: str


@dataclass(frozen=True, slots=True)
class Chain:
    whole: bool
    entries: int
    words: str


def write_record(engine: Engine, response: str, zone: tzinfo, output: Path) -> None:
    """Errors: `UnknownNameError`, `OSError`."""
    output.write_text(render_record(engine, response, zone), "utf-8")


def render_record(engine: Engine, response: str, zone: tzinfo) -> str:
    """Error: `UnknownNameError`. A broken chain is shown, not raised."""
    head = engine.head(response)
    plan = engine.plan_of(head)
    with engine.database.read() as connection:
        entries = list(journal.entries(connection, response))
        deliveries = outbox.deliveries(connection, response)
        chain = _chain(connection, response, head)
    names = _names(entries, deliveries)
    writer = _Writer(plan, head.state, zone, names)
    return template("record.html").render(
        response=response,
        plan=plan,
        state=head.state,
        is_drill=head.state.kind is Kind.DRILL,
        opening=writer.opening(entries),
        chain=chain,
        lines=[writer.line(entry) for entry in entries],
        tasks=[writer.task(each) for each in head.state.assignments.values()],
        deliveries=[writer.delivery(each) for each in deliveries],
        facts=[(plan.facts[name], value) for name, value in head.state.facts.items()],
        flow_run=head.flow_run,
        time=writer.time,
    )


class _Writer:
    def __init__(self, plan: Plan, state: ResponseState, zone: tzinfo, names: Mapping[str, str]) -> None:
        self._plan, self._zone, self._names = plan, zone, names
        self._teller = Teller(plan, state, zone, self._name)

    def opening(self, entries: list[Entry]) -> dict[str, str]:
        first = entries[0].event if entries else None
        if not isinstance(first, ResponseOpened | DrillOpened):
            return {"by": "", "approved": "", "rule": "", "reason": ""}
        approved = ""
        if isinstance(first, ResponseOpened):
            approved = self._name(first.approved_by) + ("（口头 / oral）" if first.oral else "")
        return {"by": self._name(first.by), "approved": approved, "rule": first.rule, "reason": first.reason}

    def line(self, entry: Entry) -> Line:
        event = entry.event
        was_entered_later = entry.recorded_at - event.at > LATE
        return Line(
            number=entry.number,
            at=self.time(event.at),
            recorded_at=self.time(entry.recorded_at) if was_entered_later else "",
            told=self._teller.tell(event),
            kind=event.kind,
            is_late=isinstance(event, StepFired) and event.late > LATE,
            body=events.dump_json(event, indent=1).decode(),
            hash=entry.hash,
        )

    def task(self, assignment: Assignment) -> TaskLine:
        task = self._plan.tasks[assignment.task]
        first = min(assignment.acknowledged.values(), default=None)
        limits = (("确认超时 late to acknowledge", assignment.acknowledge), ("办结超时 late to complete", assignment.done))
        return TaskLine(
            assignment=assignment.id,
            code=task.code,
            title=task.title,
            status=assignment.status.value,
            people="、".join(self._name(person) for person in assignment.assignees) or "无人 nobody",
            opened=self.time(assignment.opened_at),
            acknowledged=_after(assignment.opened_at, first),
            done=_after(assignment.opened_at, assignment.ended_at),
            late=tuple(words for words, climb in limits if climb.missed),
            evidence={name: _spoken(value) for name, value in assignment.evidence.items()},
            missing=assignment.missing,
        )

    def delivery(self, view: DeliveryView) -> DeliveryLine:
        moments = ("queued", "accepted", "delivered", "read", "answered")
        times = " · ".join(f"{name} {self.time(at)}" for name in moments if (at := getattr(view, f"{name}_at")))
        return DeliveryLine(
            assignment=view.assignment,
            step=view.step,
            name=view.name,
            channel=view.channel or "–",
            state=view.state.value,
            times=times,
            in_doubt=view.in_doubt,
            provider_id=view.provider_id,
            detail=view.detail,
        )

    def time(self, moment: datetime | None) -> str:
        return moment.astimezone(self._zone).strftime("%m-%d %H:%M:%S") if moment else ""

    def _name(self, person: str) -> str:
        return self._names.get(person, person)


def _chain(connection: Connection, response: str, head: Head) -> Chain:
    try:
        count = journal.verify(connection, response)
    except BrokenJournalError as fault:
        return Chain(whole=False, entries=head.version, words=str(fault))
    return Chain(whole=True, entries=count, words=head.hash)


def _names(entries: list[Entry], deliveries: tuple[DeliveryView, ...]) -> dict[str, str]:
    """From what the record itself holds: a directory changes, a record does not."""
    names = {each.person: each.name for each in deliveries}
    for entry in entries:
        event: Event = entry.event
        names |= {told.person: told.name for told in getattr(event, "told", ())}
    return names


def _after(start: datetime, end: datetime | None) -> str:
    if end is None:
        return ""
    seconds = int((end - start) / timedelta(seconds=1))
    return f"+{seconds // 60}:{seconds % 60:02d}"


def _spoken(value: object) -> str:
    return "、".join(map(str, value)) if isinstance(value, tuple) else str(value)
