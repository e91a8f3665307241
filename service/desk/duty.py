"""What the duty desk asks, in people's words: both the command line and the HTTP API go through here.

Texts are read against the plan, an actor is found, and the engine is asked. Errors are those of the layers below.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from flows.deciding.facts import read_facts
from flows.deciding.levels.levels import read_level_name
from flows.errors import FactValueError
from flows.model.commands import (
    Acknowledge,
    AddNote,
    Close,
    Complete,
    Decline,
    OpenDrill,
    OpenResponse,
    Reassign,
    RecordDecision,
    RecordFact,
    ReportProgress,
    ResumeTask,
    SendBack,
    StandDown,
    Start,
    SuspendTask,
)
from flows.running.defaults import actor
from flows.running.drilling import end_drills_in_the_way
from flows.running.engine import Engine, Turn
from plans.model import EvidenceField, Level
from service.desk.evidence_times import timed
from service.wiring import Home


@dataclass(frozen=True, slots=True, kw_only=True)
class Activation:
    """What somebody says when they activate a plan; texts as typed."""

    plan: str
    level: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    incident: str = ""
    place: str = ""
    reason: str = ""
    by: str = ""
    approved_by: str = ""
    oral: bool = False
    key: str = ""
    occurred_at: datetime | None = None
    learned_at: datetime | None = None
    received_at: datetime | None = None


class Desk:
    def __init__(self, home: Home) -> None:
        self._home = home
        self.engine: Engine = home.engine

    def activate(self, asked: Activation, via: str) -> Turn:
        """Opens a real response; a drill that needs the same people ends at once, and the turn says so."""
        return end_drills_in_the_way(self.engine, self.engine.open(asked.plan, self.opening(asked, via), asked.key))

    def opening(self, asked: Activation, via: str, proposal: str = "") -> OpenResponse:
        plan = self._home.plans.named(asked.plan)
        readings = read_facts(plan, asked.facts)
        return OpenResponse(
            incident=asked.incident,
            place=asked.place,
            level=_level(asked.level),
            facts=readings.facts,
            forecasts=readings.forecasts,
            reason=asked.reason,
            by=asked.by,
            via=via,
            approved_by=asked.approved_by,
            oral=asked.oral,
            proposal=proposal,
            occurred_at=asked.occurred_at,
            learned_at=asked.learned_at,
            received_at=asked.received_at,
        )

    def drill(self, asked: Activation, via: str) -> Turn:
        """Opens a drill of the plan at once.

        Errors: `PeopleNeededError` while a real response needs its people, `DrillOpenError` beside another drill of the plan.
        """
        plan = self._home.plans.named(asked.plan)
        readings = read_facts(plan, asked.facts)
        opening = OpenDrill(
            incident=asked.incident,
            place=asked.place,
            level=_level(asked.level),
            facts=readings.facts,
            forecasts=readings.forecasts,
            reason=asked.reason,
            by=asked.by,
            via=via,
            occurred_at=asked.occurred_at,
            learned_at=asked.learned_at,
            received_at=asked.received_at,
        )
        return self.engine.open(asked.plan, opening, asked.key)

    def acknowledge(self, response: str, assignment: str, by: str, via: str, at: datetime | None = None) -> Turn:
        return self.engine.submit(response, Acknowledge(assignment=assignment, by=by, via=via, at=at))

    def decline(self, response: str, assignment: str, by: str, via: str, reason: str) -> Turn:
        return self.engine.submit(response, Decline(assignment=assignment, by=by, via=via, reason=reason))

    def start(self, response: str, assignment: str, by: str, via: str) -> Turn:
        return self.engine.submit(response, Start(assignment=assignment, by=by, via=via))

    def progress(self, response: str, assignment: str, by: str, via: str, text: str) -> Turn:
        return self.engine.submit(response, ReportProgress(assignment=assignment, by=by, via=via, text=text))

    def complete(
        self, response: str, assignment: str, by: str, via: str, evidence: Mapping[str, str | tuple[str, ...]], reason: str = ""
    ) -> Turn:
        given = timed(self._fields(response, assignment), evidence, self._home.zone, self._home.clock.now())
        return self.engine.submit(response, Complete(assignment=assignment, by=by, via=via, evidence=given, reason=reason))

    def send_back(self, response: str, assignment: str, by: str, via: str, reason: str) -> Turn:
        return self.engine.submit(response, SendBack(assignment=assignment, by=by, via=via, reason=reason))

    def reassign(self, response: str, assignment: str, by: str, via: str, to: Iterable[str], reason: str) -> Turn:
        return self.engine.submit(response, Reassign(assignment=assignment, by=by, via=via, to=tuple(to), reason=reason))

    def decide(
        self, response: str, assignment: str, by: str, via: str, decision: Literal["courier", "skip"], reason: str
    ) -> Turn:
        command = RecordDecision(assignment=assignment, by=by, via=via, decision=decision, reason=reason)
        return self.engine.submit(response, command)

    def suspend(self, response: str, assignment: str, by: str, via: str, reason: str) -> Turn:
        return self.engine.submit(response, SuspendTask(assignment=assignment, by=by, via=via, reason=reason))

    def resume(self, response: str, assignment: str, by: str, via: str, reason: str) -> Turn:
        return self.engine.submit(response, ResumeTask(assignment=assignment, by=by, via=via, reason=reason))

    def record_facts(self, response: str, facts: Mapping[str, object], by: str, via: str, at: datetime | None = None) -> Turn:
        """All facts are read before the first is recorded."""
        readings = read_facts(self.engine.plan_of(self.engine.head(response)), facts)
        by = self.actor(by)
        commands = [RecordFact(name=name, value=value, by=by, via=via, observed_at=at) for name, value in readings.facts.items()]
        commands += [
            RecordFact(name=name, value=value, forecast=True, by=by, via=via, observed_at=at)
            for name, value in readings.forecasts.items()
        ]
        turn = self._unchanged(response)
        for command in commands:
            turn = self.engine.submit(response, command)
        return turn

    def stand_down(
        self, response: str, by: str, via: str, reason: str, approved_by: str = "", *, oral: bool = False, although: str = ""
    ) -> Turn:
        command = StandDown(by=self.actor(by), via=via, reason=reason, approved_by=approved_by, oral=oral, although=although)
        return self.engine.submit(response, command)

    def close(self, response: str, by: str, via: str, reason: str, although: str = "") -> Turn:
        return self.engine.submit(response, Close(by=self.actor(by), via=via, reason=reason, although=although))

    def note(self, response: str, by: str, via: str, text: str) -> Turn:
        return self.engine.submit(response, AddNote(by=self.actor(by), via=via, text=text))

    def actor(self, by: str) -> str:
        """The person named, or else the duty officer on shift. Errors: `UnknownNameError`, `NobodyOnDutyError`."""
        return actor(self._home.duty(), by, ("duty_officer",), self._home.clock.now())

    def _fields(self, response: str, assignment: str) -> Iterable[EvidenceField]:
        """None of a task that is not there: the engine says so."""
        head = self.engine.head(response)
        found = head.state.assignments.get(assignment)
        return self.engine.plan_of(head).tasks[found.task].evidence if found else ()

    def _unchanged(self, response: str) -> Turn:
        head = self.engine.head(response)
        return Turn(response, (), head.state, head.version)


def pairs(words: Iterable[str]) -> dict[str, object]:
    """`NAME=VALUE` words as a mapping. Error: `FactValueError` for a word without `=`, and for two values of one name."""
    given: dict[str, object] = {}
    for word in words:
        name, equals, text = word.partition("=")
        if not equals:
            raise FactValueError(word, word, "NAME=VALUE, as in flow=2600")
        name, text = name.strip(), text.strip()
        if given.setdefault(name, text) != text:
            raise FactValueError(name, text, f"one value, and {given[name]} is given too; leave out the one that is wrong")
    return given


def evidence_pairs(words: Iterable[str]) -> dict[str, str | tuple[str, ...]]:
    """The same for evidence; a field said several times has several values."""
    given: dict[str, tuple[str, ...]] = {}
    for word in words:
        name, equals, text = word.partition("=")
        if not equals:
            raise FactValueError(word, word, "FIELD=VALUE, as in count=12")
        given[name.strip()] = (*given.get(name.strip(), ()), text.strip())
    return {name: values[0] if len(values) == 1 else values for name, values in given.items()}


def _level(text: str) -> Level | None:
    return read_level_name(text) if text else None
