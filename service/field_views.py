"""What the phone page shows of one person's task: plain values, in the person's language."""

from dataclasses import dataclass
from datetime import datetime

from flows.calls import spoken
from flows.engine import Engine
from flows.errors import NotCalledError, UnknownNameError
from flows.state import Assignment, Status
from plans.model import EvidenceType, Task
from service.auth import LinkGrant
from service.wiring import Home
from store.kinds import Kind


@dataclass(frozen=True, slots=True)
class Field:
    """One input of the evidence form. `kind` is the HTML input's type."""

    name: str
    title: str
    kind: str
    required: bool
    many: bool


@dataclass(frozen=True, slots=True)
class Colleague:
    name: str
    acknowledged_at: str
    declined: str


@dataclass(frozen=True, slots=True)
class FieldView:
    language: str
    is_drill: bool
    plan: str
    level: str
    code: str
    title: str
    incident: str
    place: str
    person: str
    status: str
    opened: str
    acknowledge_by: str
    done_by: str
    mine: str
    """When this person acknowledged; empty: not yet."""
    my_refusal: str
    is_over: bool
    over_because: str
    others: tuple[Colleague, ...]
    fields: tuple[Field, ...]


_INPUTS = {
    EvidenceType.TEXT: "text",
    EvidenceType.NUMBER: "number",
    EvidenceType.BOOLEAN: "checkbox",
    EvidenceType.TIME: "datetime-local",
    EvidenceType.FILE: "file",
    EvidenceType.IMAGE: "image",
}


def field_view(home: Home, grant: LinkGrant, language: str) -> FieldView:
    """Errors: `UnknownNameError`, `NotCalledError`."""
    engine: Engine = home.engine
    head = engine.head(grant.response)
    if grant.assignment not in head.state.assignments:
        raise UnknownNameError("assignment in this response", grant.assignment, ())
    assignment = head.state.assignments[grant.assignment]
    if grant.person not in assignment.told:
        raise NotCalledError(grant.person, assignment.id, tuple(assignment.told))
    plan = engine.plan_of(head)
    task = plan.tasks[assignment.task]
    people = home.duty().people
    tongue = language or (people[grant.person].language if grant.person in people else "zh")
    clock = _Clock(home)
    return FieldView(
        language=tongue,
        is_drill=head.state.kind is Kind.DRILL,
        plan=spoken(plan.title, tongue),
        level=head.state.level.name,
        code=task.code,
        title=spoken(task.title, tongue),
        incident=head.state.incident,
        place=head.state.place,
        person=assignment.told[grant.person].name,
        status=assignment.status.value,
        opened=clock.read(assignment.opened_at),
        acknowledge_by=clock.read(assignment.acknowledge_by),
        done_by=clock.read(assignment.done_by),
        mine=clock.read(assignment.acknowledged.get(grant.person)),
        my_refusal=assignment.declined.get(grant.person, ""),
        is_over=assignment.has_ended or head.state.status is Status.CLOSED,
        over_because="closed" if head.state.status is Status.CLOSED else assignment.status.value,
        others=_others(assignment, grant.person, clock),
        fields=_fields(task, tongue),
    )


class _Clock:
    def __init__(self, home: Home) -> None:
        self._home = home

    def read(self, moment: datetime | None) -> str:
        return moment.astimezone(self._home.zone).strftime("%m-%d %H:%M") if moment else ""


def _others(assignment: Assignment, person: str, clock: _Clock) -> tuple[Colleague, ...]:
    return tuple(
        Colleague(told.name, clock.read(assignment.acknowledged.get(other)), assignment.declined.get(other, ""))
        for other, told in assignment.told.items()
        if other != person
    )


def _fields(task: Task, language: str) -> tuple[Field, ...]:
    return tuple(
        Field(each.name, spoken(each.title, language), _INPUTS[each.type], each.required, each.many) for each in task.evidence
    )
