"""An act of a simulated person as the commands it is, where it still makes sense: people look before they speak. Pure."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from flows.deciding.levels.signing import approvers, deciding
from flows.model.commands import (
    Acknowledge,
    ChangeLevel,
    CloseFinding,
    Command,
    Complete,
    Decline,
    FileReport,
    RecordDecision,
    RecordFact,
    ReportFinding,
    ReportProgress,
    ResumeTask,
    SendSignal,
    StandDown,
    Start,
)
from flows.model.events import ENGINE, Value
from flows.model.state import Assignment, ResponseState
from flows.simulation.acts import Act, Answer, Approve, Begin, Courier, DecideByHand, Finish, GoOn, Outside, Say, SayProgress
from flows.simulation.hearing import Ears
from flows.simulation.work import Job, Workforce
from plans.model import EvidenceField, EvidenceType, Plan, Task
from plans.scenario_model import ClosingAt, FactAt, FindingAt, Happening, Scenario, SignalAt
from resources.model import Duty
from store.chance import Chance

VIA = "simulation"
WORDS = "模拟 simulated"


class Doing:
    """`truth` is what a look at the gauge would say now: the facts of the scenario so far."""

    def __init__(self, plan: Plan, scenario: Scenario, duty: Duty, ears: Ears, chance: Chance) -> None:
        self._plan, self._scenario, self._duty, self._ears, self._chance = plan, scenario, duty, ears, chance
        self.truth: dict[str, Value] = dict(scenario.facts)

    def commands(self, act: Act, state: ResponseState, workforce: Workforce, now: datetime) -> Iterator[Command]:
        match act:
            case Answer():
                yield from self._answer(act, state)
            case Begin(name, ticket):
                if job := _current(workforce, name, ticket):
                    yield Start(by=_person(job), via=VIA, assignment=name)
            case Finish(name, ticket):
                if job := _current(workforce, name, ticket):
                    yield self._finish(job, state, now)
            case SayProgress(name, ticket):
                if job := _current(workforce, name, ticket):
                    yield ReportProgress(by=_person(job), via=VIA, assignment=name, text=WORDS)
            case DecideByHand(person, name):
                yield from self._decide_by_hand(person, state.assignments[name])
            case Courier(by, name):
                yield from _at_the_door(by, state.assignments[name])
            case Approve():
                yield from self._approve(act, state, now)
            case GoOn(signal):
                yield from self._go_on(signal, state, now)
            case Outside(happening):
                yield from self._outside(happening, now)
            case Say(command):
                yield command
            case _:
                return

    def first(self, roles: tuple[str, ...], now: datetime, but: str = "") -> str:
        """The first who holds one of the roles; empty when nobody does."""
        holders = (person.id for role in roles for person in self._duty.holders(role, now))
        return next((person for person in holders if person != but), "")

    def _answer(self, act: Answer, state: ResponseState) -> Iterator[Command]:
        assignment, person = state.assignments[act.assignment], act.told.person
        if assignment.has_ended or assignment.is_answered or not assignment.awaits(person, "acknowledge"):
            return
        if person not in assignment.told:
            return
        if self._ears.declines(act.told):
            yield Decline(by=person, via=VIA, assignment=assignment.id, reason=WORDS)
        else:
            yield Acknowledge(by=person, via=VIA, assignment=assignment.id)

    def _finish(self, job: Job, state: ResponseState, now: datetime) -> Command:
        assignment, task, by = state.assignments[job.assignment], self._plan.tasks[job.task], _person(job)
        evidence = self._evidence(task, state, assignment.finding, now)
        if task.report and assignment.id not in state.reports:
            signed_by = self.first(task.report.sign, now)
            return FileReport(
                by=by, via=VIA, assignment=assignment.id, text=WORDS, signed_by=signed_by, evidence=evidence, reason=WORDS
            )
        return Complete(by=by, via=VIA, assignment=assignment.id, evidence=evidence, reason=WORDS)

    def _evidence(self, task: Task, state: ResponseState, finding: str, now: datetime) -> Mapping[str, str]:
        """What the scenario says that the task finds out; a fact that it measures is what it is now, a field of its finding what
        was reported; the rest is filled in."""
        reported = state.findings[finding].values if finding else {}
        given = dict(self._scenario.work.results.get(task.name, {}))
        for field in task.evidence:
            if field.name in given or field.many:
                continue
            known = self.truth.get(field.fact, state.facts.get(field.fact)) if field.fact else reported.get(field.finding)
            if known is not None and not isinstance(known, tuple):
                given[field.name] = str(known).lower() if isinstance(known, bool) else str(known)
            elif field.required and not field.fact:
                given[field.name] = _filled(field, now)
        return given

    def _decide_by_hand(self, person: str, assignment: Assignment) -> Iterator[Command]:
        if assignment.has_ended or assignment.is_answered or not assignment.awaits_decision:
            return
        skips = self._chance.happens(self._scenario.manual.skip) or not _to_visit(assignment, person)
        yield RecordDecision(by=person, via=VIA, assignment=assignment.id, decision="skip" if skips else "courier", reason=WORDS)

    def _approve(self, act: Approve, state: ResponseState, now: datetime) -> Iterator[Command]:
        asked = state.situation.of(act.subject)
        if asked is None or asked.number != act.number:
            return
        roles = approvers(self._plan, act.subject, deciding(self._plan, state, asked.level))
        if act.person not in asked.signers and not self._duty.holds(act.person, roles, now):
            return
        if act.subject == "level":
            yield ChangeLevel(by=act.person, via=VIA, level=asked.level, reason=WORDS, approved_by=act.person, although=WORDS)
        else:
            yield StandDown(by=act.person, via=VIA, reason=WORDS, approved_by=act.person, although=WORDS)

    def _go_on(self, signal: str, state: ResponseState, now: datetime) -> Iterator[Command]:
        by, task = self.first(self._plan.activate, now), self._plan.tasks[signal].signal
        for assignment in state.assignments.unended:
            if task and assignment.task in task.stops and "order" in assignment.suspended_for:
                yield ResumeTask(by=by, via=VIA, assignment=assignment.id, reason=WORDS)

    def _outside(self, happening: Happening, now: datetime) -> Iterator[Command]:
        match happening:
            case FactAt():
                yield RecordFact(
                    by=ENGINE, via=VIA, name=happening.name, value=happening.value, forecast=happening.forecast, observed_at=now
                )
            case FindingAt(_, of, label, by, values):
                yield ReportFinding(by=self.first((by, *self._plan.activate), now), via=VIA, of=of, label=label, values=values)
            case ClosingAt(_, finding, by, reason):
                yield CloseFinding(by=self.first((by, *self._plan.activate), now), via=VIA, finding=finding, reason=reason)
            case SignalAt(_, signal, by, reason):
                yield SendSignal(by=self.first((by,), now), via=VIA, signal=signal, reason=reason)


def _filled(field: EvidenceField, now: datetime) -> str:
    match field.type:
        case EvidenceType.NUMBER:
            return "1"
        case EvidenceType.BOOLEAN:
            return "true"
        case EvidenceType.TIME:
            return now.isoformat()
        case EvidenceType.CHOICE:
            return field.choices[0]
        case _:
            return WORDS


def _current(workforce: Workforce, name: str, ticket: int) -> Job | None:
    """Unless something has come in between."""
    job = workforce.jobs.get(name)
    return job if job and job.ticket == ticket else None


def _person(job: Job) -> str:
    return job.worker.removesuffix("!")


def _to_visit(assignment: Assignment, by: str) -> list[str]:
    """Who was called, has not declined and has not answered: the assignees, or the first who was told beside them."""
    silent = [
        person
        for person in assignment.told
        if person != by and person not in assignment.declined and not assignment.has_answered(person)
    ]
    return [person for person in assignment.assignees if person in silent] or silent[:1]


def _at_the_door(by: str, assignment: Assignment) -> Iterator[Command]:
    if assignment.has_ended or assignment.is_answered:
        return
    found = _to_visit(assignment, by)
    for person in found:
        yield Acknowledge(by=person, via="courier", assignment=assignment.id)
    if not found:
        yield RecordDecision(by=by, via=VIA, assignment=assignment.id, decision="skip", reason=WORDS)
