"""The state of a response as the fold of its events; nothing here decides."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import reduce
from typing import assert_never

from pydantic import TypeAdapter

from flows.model import events as happened
from flows.model.assignment import ENDED as ENDED
from flows.model.assignment import Assignment as Assignment
from flows.model.assignment import Climb as Climb
from flows.model.assignment import TaskStatus as TaskStatus
from flows.model.events import Event, Value
from flows.model.filed import Filed, with_report
from flows.model.finding import Finding, closed, reported, updated
from flows.model.instances import Instances
from flows.model.progression import opened, progressed
from flows.model.replacing import replace
from flows.model.situation import Situation, began, followed
from plans.model import Level
from store.kinds import Kind


class Status(StrEnum):
    OPEN = "open"
    STOOD_DOWN = "stood_down"
    CLOSED = "closed"


@dataclass(frozen=True)
class ResponseState:
    kind: Kind
    plan: str
    digest: str
    incident: str
    place: str
    level: Level
    opened_at: datetime
    status: Status = Status.OPEN
    facts: Mapping[str, Value] = field(default_factory=dict)
    forecasts: Mapping[str, float] = field(default_factory=dict)
    observed: Mapping[str, datetime] = field(default_factory=dict)
    """When each fact (and `NAME.forecast`) that came after the opening was observed."""
    assignments: Instances = field(default_factory=Instances)
    findings: Mapping[str, Finding] = field(default_factory=dict)
    found_by_condition: tuple[str, ...] = ()
    """Kinds of finding whose condition holds: one has been opened for this rise."""
    propose_end_at: datetime | None = None
    closed_at: datetime | None = None
    night: bool | None = None
    night_changes_at: datetime | None = None
    occurred_at: datetime | None = None
    learned_at: datetime | None = None
    received_at: datetime | None = None
    """Where the clocks of reports begin, where somebody said so at the opening."""
    reports: Mapping[str, Filed] = field(default_factory=dict)
    """By assignment, in the order in which they were filed."""
    stood_down_at: datetime | None = None
    outlived_by: tuple[str, ...] = ()
    """The instances that were open when it stood down; those that the plan ends are withdrawn right after."""
    earlier: tuple[str, ...] = ()
    """Digests of the versions of the plan that it ran under before, oldest first."""
    situation: Situation = field(default_factory=Situation)
    """What waits for a signature or has grown old."""

    @property
    def proposed_level(self) -> Level | None:
        return self.situation.level.level if self.situation.level else None

    @property
    def end_proposed_at(self) -> datetime | None:
        return self.situation.end.at if self.situation.end else None

    def of_task(self, task: str) -> tuple[Assignment, ...]:
        """Every instance of a task, oldest first."""
        return self.assignments.of_task(task)


state_adapter: TypeAdapter[ResponseState] = TypeAdapter(ResponseState)


def fold(history: list[Event], state: ResponseState | None = None) -> ResponseState:
    """The state after `history`; the first event of a response opens it."""
    folded = reduce(evolve, history, state)
    assert folded is not None, "a history has at least its opening"
    return folded


_NOT_OPEN = "a response begins with its opening"


def evolve(state: ResponseState | None, event: Event) -> ResponseState:
    """The state after one more event."""
    if isinstance(event, happened.TaskEvent):
        # most of them, and nothing but the task moves
        assert state is not None, _NOT_OPEN
        return _with(state, progressed(state.assignments[event.assignment], event))
    if isinstance(event, happened.ResponseOpened | happened.DrillOpened):
        return _opened(event)
    assert state is not None, _NOT_OPEN
    situation = followed(state.situation, event, state.level)
    evolved = _evolved(state, event)
    return evolved if situation is state.situation else replace(evolved, situation=situation)


def _evolved(state: ResponseState, event: Event) -> ResponseState:
    assert not isinstance(event, happened.ResponseOpened | happened.DrillOpened | happened.TaskEvent), "told before"
    match event:
        case happened.FactRecorded():
            return _fact_recorded(state, event)
        case happened.LevelChanged():
            return _level_changed(state, event)
        case (
            happened.LevelConditionMet()
            | happened.LevelConditionBroken()
            | happened.LevelProposed()
            | happened.LevelProposalLapsed()
            | happened.LevelRefused()
            | happened.EndProposed()
            | happened.EndRefused()
            | happened.ProposalStepFired()
            | happened.ProposalStepPassed()
            | happened.PaperFiled()
            | happened.PaperMissed()
            | happened.FactStale()
            | happened.LinkProposed()
            | happened.LinkConditionBroken()
            | happened.LinkedNoticed()
        ):
            return state
        case happened.EndConditionMet():
            return replace(state, propose_end_at=event.propose_at)
        case happened.EndConditionBroken():
            return replace(state, propose_end_at=None)
        case happened.DaylightNoted():
            return replace(state, night=event.night, night_changes_at=event.until)
        case happened.ReportFiled() | happened.ReportCorrected():
            return replace(state, reports=with_report(state.reports, event))
        case happened.StoodDown():
            left = tuple(each.id for each in state.assignments.unended)
            return replace(state, status=Status.STOOD_DOWN, stood_down_at=event.at, outlived_by=left)
        case happened.Closed():
            return replace(state, status=Status.CLOSED, closed_at=event.at)
        case happened.PlanChanged():
            return replace(state, digest=event.digest, earlier=(*state.earlier, event.before))
        case happened.AlertNoticed() | happened.DrillsEnded() | happened.NoteAdded() | happened.PublicTold():
            return state
        case (
            happened.FindingReported()
            | happened.FindingUpdated()
            | happened.FindingClosed()
            | happened.FindingConditionBroken()
            | happened.SignalSent()
        ):
            return _found(state, event)
        case happened.TaskOpened():
            return _with(state, opened(event))
        case _:
            assert_never(event)


def _opened(event: happened.ResponseOpened | happened.DrillOpened) -> ResponseState:
    return ResponseState(
        kind=Kind.DRILL if isinstance(event, happened.DrillOpened) else Kind.REAL,
        plan=event.plan,
        digest=event.digest,
        incident=event.incident,
        place=event.place,
        level=event.level,
        opened_at=event.at,
        facts=event.facts,
        forecasts=event.forecasts,
        occurred_at=event.occurred_at,
        learned_at=event.learned_at,
        received_at=event.received_at,
        situation=began(event),
    )


def _fact_recorded(state: ResponseState, event: happened.FactRecorded) -> ResponseState:
    """Late news of an older value is kept in the journal and changes nothing."""
    name = f"{event.name}.forecast" if event.forecast else event.name
    if name in state.observed and event.observed_at < state.observed[name]:
        return state
    observed = {**state.observed, name: event.observed_at}
    if event.forecast:
        return replace(state, observed=observed, forecasts={**state.forecasts, event.name: float(event.value)})
    return replace(state, observed=observed, facts={**state.facts, event.name: event.value})


def _found(state: ResponseState, event: happened.FindingEvent) -> ResponseState:
    match event:
        case happened.FindingReported():
            held = (event.of,) if event.cause == "condition" else ()
            findings = {**state.findings, event.finding: reported(event)}
            return replace(state, findings=findings, found_by_condition=(*state.found_by_condition, *held))
        case happened.FindingUpdated():
            findings = {**state.findings, event.finding: updated(state.findings[event.finding], event)}
            return replace(state, findings=findings)
        case happened.FindingClosed():
            findings = {**state.findings, event.finding: closed(state.findings[event.finding], event)}
            return replace(state, findings=findings)
        case happened.FindingConditionBroken():
            still_held = tuple(each for each in state.found_by_condition if each != event.of)
            return replace(state, found_by_condition=still_held)
        case happened.SignalSent():
            return state


def _level_changed(state: ResponseState, event: happened.LevelChanged) -> ResponseState:
    assignments = state.assignments
    for name, due in event.next_rounds.items():
        assignments = assignments.with_(replace(assignments[name], next_round=due))
    return replace(state, level=event.level, assignments=assignments)


def _with(state: ResponseState, assignment: Assignment) -> ResponseState:
    return replace(state, assignments=state.assignments.with_(assignment))
