"""Fakes for stories: a small plan in code, a small roster, and a `Night` that moves its own clock and reads all phones."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal, TypeVar
from zoneinfo import ZoneInfo

import flows.proposals.table  # noqa: F401  # links propose into its tables
from flows.model.commands import (
    Acknowledge,
    ChangeLevel,
    Close,
    CloseFinding,
    Command,
    Complete,
    Decline,
    OpenDrill,
    OpenResponse,
    Reassign,
    RecordDecision,
    RecordFact,
    RefuseLevel,
    ReportFinding,
    SendSignal,
    StandDown,
    Start,
    UpdateFinding,
)
from flows.model.events import Event, StepFired, TaskOpened, Value
from flows.model.state import Assignment
from flows.running import journal
from flows.running.engine import Engine, Turn
from flows.running.journal import Head
from flows.testing.people import duty_of as duty_of
from flows.testing.people import person as person
from flows.testing.people import small_duty as small_duty
from notifications import outbox
from notifications.outbox import DeliveryView
from plans.model import (
    EndCondition,
    EvidenceField,
    EvidenceType,
    Fact,
    FactType,
    Ladder,
    Level,
    LevelRule,
    MessageTemplate,
    Phase,
    Plan,
    Role,
    Rung,
    Task,
    Text,
)
from resources.model import Duty
from store.clock import MovableClock
from store.database import Database
from store.testing import place_in

START = datetime(2026, 9, 3, 18, 0, tzinfo=UTC)
ALL = frozenset(Level)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def text(words: str) -> Text:
    return Text(words, words)


LIFE_SAFETY = Ladder(
    "life_safety",
    text("life safety"),
    (
        Rung("call", minutes(0), "assignee", ("wechat", "sms")),
        Rung("again", minutes(2), "assignee", ("wechat", "sms", "voice")),
        Rung("deputy", minutes(5), "deputy"),
        Rung("leader", minutes(8), "duty_leader"),
        Rung("command", minutes(15), "deputy_commander"),
        Rung("manual", minutes(20), "duty_officer", manual=True),
    ),
)
LATE = Ladder(
    "late", text("late"), (Rung("remind", minutes(0), "assignee"), Rung("tell", minutes(10), "duty_leader", manual=True))
)

SIGN_OFF = Ladder(
    "sign_off",
    text("sign-off"),
    (
        Rung("call", minutes(0), "assignee", ("wechat", "sms")),
        Rung("deputy", minutes(5), "deputy"),
        Rung("next", minutes(10), "duty_leader"),
        Rung("manual", minutes(15), "duty_officer", manual=True),
    ),
)


def task(name: str, role: str, **more: object) -> Task:
    given = {"levels": ALL, "ladder": "life_safety", "ack": minutes(5), "done": minutes(30), "life_safety": True, **more}
    return Task(name=name, title=text(name), role=role, **given)  # type: ignore[arg-type]  # the fields are the caller's


def small_plan(tasks: Iterable[Task] = (), **more: object) -> Plan:
    """Verify, patrol in rounds, evacuate from level II, review afterwards; or the tasks given. `more` replaces other parts."""
    chosen = tuple(tasks) or (
        task("verify", "duty_officer"),
        task("patrol", "patrol", after=("verify",), every={Level.III: minutes(60), Level.II: minutes(30)}, late="late"),
        task(
            "evacuate",
            "town",
            levels=frozenset({Level.I, Level.II}),
            evidence=(EvidenceField("count", text("n"), EvidenceType.NUMBER),),
        ),
        task("review", "office", phase=Phase.RECOVERY),
    )
    roles = ("duty_officer", "duty_leader", "deputy_commander", "patrol", "town", "office")
    approve = ("deputy_commander",)
    plan = Plan(
        name="small",
        title=text("Small plan"),
        version="1",
        owner="us",
        activate=("duty_officer",),
        facts={"flow": Fact("flow", text("flow"), FactType.NUMBER, "m3/s", forecast=True)},
        levels={
            level: LevelRule(level, f"flow >= {threshold}", approve)
            for level, threshold in ((Level.IV, 1000), (Level.III, 2000), (Level.II, 3000), (Level.I, 4000))
        },
        triggers=(),
        roles={role: Role(role, text(role), alert=role == "duty_officer") for role in roles},
        ladders={"life_safety": LIFE_SAFETY, "late": LATE},
        tasks={each.name: each for each in chosen},
        messages={
            name: MessageTemplate(name, text("{{ task }} {{ link }}"), text("{{ task }} {{ answer_code }}"))
            for name in ("call", "escalation", "manual", "proposal", "notice", "withdrawn", "end", "signal")
        },
        end=EndCondition("flow < 1000", minutes(60), approve),
    )
    return replace(plan, **more)  # type: ignore[arg-type]  # the fields are the caller's


def steps(events: Iterable[Event]) -> list[tuple[str, tuple[str, ...]]]:
    """The rungs that were climbed, each with the people told."""
    return [(event.step, tuple(told.person for told in event.told)) for event in events if isinstance(event, StepFired)]


def opened(events: Iterable[Event]) -> list[str]:
    """The instances that were opened."""
    return [event.assignment for event in events if isinstance(event, TaskOpened)]


E = TypeVar("E")


def only(kind: type[E], events: Iterable[Event]) -> list[E]:
    return [event for event in events if isinstance(event, kind)]


class OnePlan:
    """A plan source with one plan, which a test may replace."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def named(self, name: str) -> Plan:
        return replace(self.plan, name=name)


class Night:
    """A response on a real database with a movable clock."""

    def __init__(self, folder: Path, plan: Plan | None = None, duty: Duty | None = None) -> None:
        self.clock = MovableClock(START)
        self.plans = OnePlan(plan or small_plan())
        self.duty = duty or small_duty()
        self.place = place_in(folder)
        self.response = ""
        self._start()

    def _start(self) -> None:
        self.database = Database(self.place)
        self.engine = self.another_engine(self.database)

    def another_engine(self, database: Database) -> Engine:
        """As another process would have it."""
        return Engine(database, self.plans, lambda: self.duty, self.clock, ZoneInfo("Asia/Shanghai"))

    def restart(self) -> None:
        """Everything that was only in memory is gone."""
        self.database.close()
        self._start()

    def activate(
        self,
        level: Level | None = Level.III,
        key: str = "",
        *,
        incident: str = "渭河洪水",
        approved_by: str = "sun",
        **facts: float,
    ) -> Turn:
        opening = OpenResponse(incident=incident, level=level, facts=facts, by="zhao", approved_by=approved_by)
        turn = self.engine.open("small", opening, key)
        self.response = turn.response
        return turn

    def drill(self, level: Level | None = Level.III) -> Turn:
        turn = self.engine.open("small", OpenDrill(incident="演练", level=level, by="zhao"))
        self.response = turn.response
        return turn

    def submit(self, command: Command) -> Turn:
        return self.engine.submit(self.response, command)

    def forward(self, duration: timedelta) -> tuple[Event, ...]:
        """Lets time pass, stopping at every clock on the way, as the real watcher would."""
        end, seen = self.clock.now() + duration, list[Event]()
        while due := [moment for moment in self.engine.due(end).values() if moment > self.clock.now()]:
            self.clock.forward(min(due) - self.clock.now())
            seen.extend(self.engine.tick(self.response).events)
        self.clock.forward(end - self.clock.now())
        seen.extend(self.engine.tick(self.response).events)
        return tuple(seen)

    def acknowledge(self, who: str, assignment: str) -> Turn:
        return self.submit(Acknowledge(by=who, assignment=assignment, via="test"))

    def decline(self, who: str, assignment: str, reason: str) -> Turn:
        return self.submit(Decline(by=who, assignment=assignment, reason=reason, via="test"))

    def complete(self, who: str, assignment: str, reason: str = "", **evidence: str) -> Turn:
        return self.submit(Complete(by=who, assignment=assignment, evidence=evidence, reason=reason, via="test"))

    def start(self, who: str, assignment: str) -> Turn:
        return self.submit(Start(by=who, assignment=assignment, via="test"))

    def reassign(self, assignment: str, *to: str, reason: str = "change of shift") -> Turn:
        return self.submit(Reassign(by="zhao", assignment=assignment, to=to, reason=reason, via="test"))

    def report(self, label: str, of: str = "danger", by: str = "wang", **values: str) -> Turn:
        """Somebody has found something."""
        return self.submit(ReportFinding(by=by, of=of, label=label, values=values, via="test"))

    def update_finding(self, finding: str, by: str = "wang", **values: str) -> Turn:
        return self.submit(UpdateFinding(by=by, finding=finding, values=values, via="test"))

    def close_finding(self, finding: str, reason: str = "dealt with", by: str = "zhao") -> Turn:
        return self.submit(CloseFinding(by=by, finding=finding, reason=reason, via="test"))

    def signal(self, name: str, by: str = "sun", reason: str = "the slope is moving") -> Turn:
        return self.submit(SendSignal(by=by, signal=name, reason=reason, via="test"))

    def decide_by_hand(self, assignment: str, decision: Literal["courier", "skip"], reason: str = "nobody answers") -> Turn:
        return self.submit(RecordDecision(by="zhao", assignment=assignment, decision=decision, reason=reason, via="test"))

    def flow(self, value: float, *, forecast: bool = False, observed_at: datetime | None = None) -> Turn:
        """The gauge says so."""
        return self.submit(RecordFact(by="zhao", name="flow", value=value, forecast=forecast, observed_at=observed_at))

    def fact(self, name: str, value: Value) -> Turn:
        """Somebody has recorded it."""
        return self.submit(RecordFact(by="zhao", name=name, value=value))

    def change_level(self, level: Level, reason: str = "the water says so", approved_by: str = "sun") -> Turn:
        return self.submit(ChangeLevel(by="zhao", level=level, reason=reason, approved_by=approved_by, although=reason))

    def refuse_level(self, by: str, reason: str = "not yet") -> Turn:
        return self.submit(RefuseLevel(by=by, reason=reason))

    def stand_down(self, reason: str = "the water has fallen", approved_by: str = "sun") -> Turn:
        return self.submit(StandDown(by="zhao", reason=reason, approved_by=approved_by, although=reason))

    def close(self, reason: str = "") -> Turn:
        return self.submit(Close(by="zhao", reason=reason, although=reason))

    @property
    def head(self) -> Head:
        return self.engine.head(self.response)

    def task(self, assignment: str) -> Assignment:
        return self.head.state.assignments[assignment]

    @property
    def history(self) -> list[Event]:
        with self.database.read() as connection:
            return [entry.event for entry in journal.entries(connection, self.response)]

    @property
    def messages(self) -> tuple[DeliveryView, ...]:
        with self.database.read() as connection:
            return outbox.deliveries(connection, self.response)

    def told(self, assignment: str) -> list[tuple[str, str, str]]:
        """Who was called for it: (step, person, channel), in order."""
        return [(each.step.split("/")[1], each.person, each.channel) for each in self.messages if each.assignment == assignment]
