"""What the phone page shows of one person's task: plain values, in the person's language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select

from flows.deciding.tasks.progressing import progress_due
from flows.errors import NotCalledError, UnknownNameError
from flows.model.events import Event, ProgressReported, TaskAcknowledged, TaskCompleted, TaskStarted, both, events
from flows.model.finding import Finding
from flows.model.state import Assignment, Status
from flows.running.calls import spoken
from flows.running.journal import Head
from flows.running.tables import book_of
from notifications.rendered import clean
from plans.model import Task
from service.auth import LinkGrant
from service.field.forms import Evidence
from service.field.ground import FindingForm, ReportForm, finding_forms, last_found, report_form
from service.field.inputs import Field, field_of
from service.field.words import Language, door, language_of
from service.wiring import Home
from store.kinds import Kind

_TRACED = ("task_acknowledged", "task_started", "progress_reported", "task_completed")


@dataclass(frozen=True, slots=True)
class Colleague:
    name: str
    acknowledged_at: str
    declined: bool


@dataclass(frozen=True, slots=True)
class Deed:
    """Something done to this task: by whom, when, through which door."""

    name: str
    at: str
    via: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Deeds:
    """The latest of each."""

    start: Deed | None = None
    progress: Deed | None = None
    complete: Deed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView:
    language: Language
    is_drill: bool
    plan: str
    level: str
    code: str
    title: str
    reason: str
    """What the sender of a signal says, or whoever sent the task back."""
    confirms: str
    """The task that is to be checked here, in words; empty where there is none."""
    incident: str
    place: str
    person: str
    acknowledge_by: str
    done_by: str
    acknowledge_missed: bool
    done_missed: bool
    mine: Deed | None
    """When this person acknowledged."""
    my_refusal: str
    is_over: bool
    over_because: str
    others: tuple[Colleague, ...]
    fields: tuple[Field, ...]
    deeds: Deeds
    suspended: bool
    progress_by: str
    """Before when they should say how far it is; empty where nobody has to."""
    report: ReportForm | None
    findings: tuple[FindingForm, ...]
    found: Deed | None
    """The finding that this person reported last."""


def field_view(home: Home, grant: LinkGrant, asked: str, given: Evidence | None = None, of: str = "") -> FieldView:
    """`given` is what was just sent and refused: of the task, or of a finding of the kind `of`.

    Errors: `UnknownNameError`, `NotCalledError`, `StoreError`.
    """
    head = home.engine.head(grant.response)
    assignment = called_for(head, grant)
    plan = home.engine.plan_of(head)
    task = plan.tasks[assignment.task]
    people = home.duty().people
    language = language_of(asked, people[grant.person].language if grant.person in people else "zh")
    with home.database.read() as connection:
        traces = tuple(_traces(connection, grant))
    names = {person: told.name for person, told in assignment.told.items()}
    clock = _Clock(home, names, language)
    is_closed = head.state.status is Status.CLOSED
    return FieldView(
        language=language,
        is_drill=head.state.kind is Kind.DRILL,
        plan=spoken(plan.title, language),
        level=head.state.level.name,
        code=task.code,
        title=spoken(task.title, language),
        reason=clean(assignment.reason),
        confirms=spoken(plan.tasks[task.confirms].title, language) if task.confirms else "",
        incident=clean(head.state.incident),
        place=clean(head.state.place),
        person=assignment.told[grant.person].name,
        acknowledge_by=clock.read(assignment.acknowledge_by),
        done_by=clock.read(assignment.done_by),
        acknowledge_missed=assignment.acknowledge.missed,
        done_missed=assignment.done.missed,
        mine=_mine(assignment, grant.person, traces, clock),
        my_refusal=spoken(both(assignment.declined.get(grant.person, "")), language),
        is_over=assignment.has_ended or is_closed,
        over_because="closed" if is_closed else "sent_back" if assignment.sent_back else assignment.status.value,
        others=_others(assignment, grant.person, clock),
        fields=tuple(field_of(each, language, None if of else given) for each in task.evidence),
        deeds=_deeds(traces, clock),
        suspended=assignment.is_suspended,
        progress_by=clock.read(progress_due(plan, head.state, assignment)),
        report=report_form(home, head, plan, assignment, language, None if of else given),
        findings=finding_forms(home, head, plan, grant, language, of, given),
        found=_found(last_found(head, grant), clock),
    )


def task_of(home: Home, grant: LinkGrant) -> Task:
    """Errors as those of `field_view`."""
    head = home.engine.head(grant.response)
    return home.engine.plan_of(head).tasks[called_for(head, grant).task]


def called_for(head: Head, grant: LinkGrant) -> Assignment:
    """Errors: `UnknownNameError`, `NotCalledError`."""
    if grant.assignment not in head.state.assignments:
        raise UnknownNameError("task", grant.assignment, head.state.assignments, "this response")
    assignment = head.state.assignments[grant.assignment]
    if grant.person not in assignment.told:
        raise NotCalledError(grant.person, assignment.id, tuple(assignment.told))
    return assignment


def last_progress(home: Home, grant: LinkGrant) -> str:
    """What this person reported last on this task."""
    with home.database.read() as connection:
        reports = [each for each in _traces(connection, grant) if isinstance(each, ProgressReported)]
    return next((each.text for each in reversed(reports) if each.person == grant.person), "")


class _Clock:
    """Times as they are read on a phone, and who did what at them."""

    def __init__(self, home: Home, names: Mapping[str, str], language: Language) -> None:
        self._home, self._names, self._language = home, names, language

    def read(self, moment: datetime | None) -> str:
        return moment.astimezone(self._home.zone).strftime("%m-%d %H:%M") if moment else ""

    def deed(self, event: Event, text: str = "") -> Deed:
        return Deed(self._names.get(event.by, event.by), self.read(event.at), door(event.via, self._language), text)


def _traces(connection: Connection, grant: LinkGrant) -> Iterable[Event]:
    """The few journal entries that say who did what to this task, in order."""
    table = book_of(grant.response).entries
    wanted = select(table.c.body).where(table.c.response == grant.response, table.c.kind.in_(_TRACED)).order_by(table.c.entry)
    for body in connection.execute(wanted).scalars():
        event = events.validate_json(body)
        if getattr(event, "assignment", "") == grant.assignment:
            yield event


def _mine(assignment: Assignment, person: str, traces: Iterable[Event], clock: _Clock) -> Deed | None:
    if person not in assignment.acknowledged:
        return None
    own = [each for each in traces if isinstance(each, TaskAcknowledged) and each.person == person]
    return clock.deed(own[-1]) if own else None


def _found(finding: Finding | None, clock: _Clock) -> Deed | None:
    return Deed(finding.by, clock.read(finding.at), "", clean(finding.label)) if finding else None


def _deeds(traces: Iterable[Event], clock: _Clock) -> Deeds:
    deeds = Deeds()
    for event in traces:
        match event:
            case TaskStarted():
                deeds = replace(deeds, start=clock.deed(event))
            case ProgressReported():
                deeds = replace(deeds, progress=clock.deed(event, event.text))
            case TaskCompleted():
                deeds = replace(deeds, complete=clock.deed(event))
            case _:
                pass
    return deeds


def _others(assignment: Assignment, person: str, clock: _Clock) -> tuple[Colleague, ...]:
    return tuple(
        Colleague(told.name, clock.read(assignment.acknowledged.get(other)), other in assignment.declined)
        for other, told in assignment.told.items()
        if other != person
    )
