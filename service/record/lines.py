"""The rows of the record's tables: plain words for the template, from state, journal and outbox."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial

from pydantic import ValidationError
from sqlalchemy import RowMapping

from flows.model.events import DrillOpened, Event, ResponseOpened, StepFired, both, events
from flows.model.state import Assignment, ResponseState
from flows.running.names import Names
from notifications.outbox import DeliveryView
from plans.model import Plan, Text
from service.record import words
from service.record.ground import GroundWriter
from service.record.sentences import LATE, Teller
from service.record.standing_sentences import spell

_MOMENTS = ("queued", "accepted", "sent", "delivered", "read", "answered")


@dataclass(frozen=True, slots=True)
class Line:
    """One journal entry. `body` and `recorded_utc` are exactly what its hash covers."""

    number: int
    kind: str
    at: str
    entered: str
    """Empty when it was written down as it happened."""
    told: Text
    is_late: bool
    recorded_utc: str
    body: str
    hash: str


@dataclass(frozen=True, slots=True)
class Opening:
    by: str
    approved: str
    rule: Text
    condition: str
    reason: str


@dataclass(frozen=True, slots=True)
class TaskLine:
    assignment: str
    code: str
    title: Text
    status: Text
    people: str
    opened: str
    acknowledged: str
    ended: str
    late: tuple[Text, ...]
    stood_still: Text
    """Empty, or for how long its clocks stood still."""
    evidence: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    name: str
    assignment: str
    step: str
    channel: Text
    state: Text
    times: tuple[str, ...]
    in_doubt: bool
    provider_id: str
    detail: str


class Writer:
    """`names` are those the record itself holds: a directory changes, a record does not."""

    def __init__(self, plan: Plan, state: ResponseState, zone: tzinfo, names: Mapping[str, str]) -> None:
        self._plan, self._zone, self._names = plan, zone, names
        self._teller = Teller(plan, state, zone, self._name)
        self.ground = GroundWriter(plan, state, self.moment, self._name)

    def opening(self, event: Event | None) -> Opening | None:
        if not isinstance(event, ResponseOpened | DrillOpened):
            return None
        approved = ""
        if isinstance(event, ResponseOpened):
            approved = self._name(event.approved_by) + ("（口头 oral）" if event.oral else "")
        return Opening(self._name(event.by), approved, both(event.rule), event.condition, event.reason)

    def line(self, row: RowMapping, event: Event | None) -> Line:
        """`event` is None where the row cannot be read."""
        at: datetime = event.at if event else row["at"]
        recorded: datetime = row["recorded_at"]
        return Line(
            number=row["entry"],
            kind=row["kind"],
            at=self.moment(at),
            entered=self.moment(recorded) if recorded - at > LATE else "",
            told=self._told(event),
            is_late=isinstance(event, StepFired) and event.late > LATE,
            recorded_utc=recorded.astimezone(UTC).isoformat(),
            body=row["body"],
            hash=row["hash"],
        )

    def task(self, assignment: Assignment) -> TaskLine:
        task = self._plan.tasks[assignment.task]
        fields = {each.name: each for each in task.evidence}
        first = min(assignment.acknowledged.values(), default=None)
        return TaskLine(
            assignment=f"{assignment.id} {assignment.finding}".rstrip(),
            code=task.code,
            title=task.title,
            status=words.TASK[assignment.status.value],
            people="、".join(self._name(person) for person in assignment.assignees) or "无人 nobody",
            opened=self.moment(assignment.opened_at),
            acknowledged=_after(assignment.opened_at, first),
            ended=_after(assignment.opened_at, assignment.ended_at),
            late=tuple(_late(assignment)),
            stood_still=_stood_still(assignment),
            evidence=words.filled(fields, assignment.evidence),
            missing=tuple(fields[name].title.zh if name in fields else name for name in assignment.missing),
        )

    def delivery(self, view: DeliveryView) -> DeliveryLine:
        named = partial(words.delivery, is_only_written=view.is_only_written)
        times = (f"{named(name).zh} {self._short(at)}" for name in _MOMENTS if (at := getattr(view, f"{name}_at")) is not None)
        return DeliveryLine(
            name=view.name,
            assignment=view.assignment,
            step=view.step,
            channel=words.CHANNEL.get(view.channel, Text(view.channel, "")),
            state=named(view.state.value),
            times=tuple(times),
            in_doubt=view.in_doubt,
            provider_id=view.provider_id,
            # a gateway may quote the number it was given
            detail=view.detail.replace(view.address, "…") if view.address else view.detail,
        )

    def moment(self, moment: datetime | None) -> str:
        return moment.astimezone(self._zone).strftime("%Y-%m-%d %H:%M:%S") if moment else ""

    def _short(self, moment: datetime) -> str:
        return moment.astimezone(self._zone).strftime("%m-%d %H:%M:%S")

    def _told(self, event: Event | None) -> Text:
        try:
            return self._teller.tell(event) if event else words.UNREADABLE
        except LookupError:  # an altered entry may name what never was
            return words.UNREADABLE

    def _name(self, person: str) -> str:
        return self._names.get(person, person)


def read(row: RowMapping, known: Names) -> Event | None:
    """None for a row that was altered so that it cannot be read any more."""
    try:
        return events.validate_json(known.restored(row["body"]))
    except ValidationError:
        return None


def _late(assignment: Assignment) -> Iterator[Text]:
    if assignment.acknowledge.missed:
        yield words.NOT_ACKNOWLEDGED
    if assignment.done.missed:
        yield words.NOT_DONE


def _stood_still(assignment: Assignment) -> Text:
    if assignment.is_suspended:
        return words.SUSPENDED
    if not assignment.stood_still:
        return Text("", "")
    zh, en = spell(assignment.stood_still)
    return Text(f"曾暂停{zh}", f"stood still for {en}")


def _after(start: datetime, end: datetime | None) -> str:
    """Minutes and seconds, with hours where there are any."""
    if end is None:
        return ""
    minutes, seconds = divmod(int((end - start) / timedelta(seconds=1)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"+{hours}:{minutes:02d}:{seconds:02d}" if hours else f"+{minutes}:{seconds:02d}"
