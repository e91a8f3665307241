"""A scenario as the simulation runs it: what happens outside and how people behave, frozen values only. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from plans.basics import Level, Text

Value = float | bool | str


@dataclass(frozen=True, slots=True)
class Constant:
    """Always the same, in seconds (or as a share of a task's limit)."""

    value: float


@dataclass(frozen=True, slots=True)
class Spread:
    """Lognormal: half of all lie below `median`; about two of three between median / spread and median * spread."""

    median: float
    spread: float


@dataclass(frozen=True, slots=True)
class Triangle:
    """Between `least` and `most`, `likely` most often."""

    least: float
    likely: float
    most: float


@dataclass(frozen=True, slots=True)
class Never:
    """It does not happen at all."""


Distribution = Constant | Spread | Triangle | Never
never, at_once = Never(), Constant(0)


@dataclass(frozen=True, slots=True)
class Hearing:
    """How a call over one kind of channel is answered: after how long, and how often not at all."""

    answer: Distribution
    no_answer: float = 0.0


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How somebody behaves. None: as people in general do."""

    answer: Distribution | None = None
    no_answer: float | None = None
    decline: float | None = None
    dead_phones: float | None = None
    travel: Distribution | None = None


@dataclass(frozen=True, slots=True)
class Night:
    """From `begins` to `ends` in the bureau's own time, answers take `slower` times as long and more are missing."""

    begins: time
    ends: time
    slower: float = 1.0
    no_answer: float = 0.0

    def covers(self, local: time) -> bool:
        if self.begins <= self.ends:
            return self.begins <= local < self.ends
        return local >= self.begins or local < self.ends


@dataclass(frozen=True, slots=True)
class People:
    """How everybody behaves, unless their role says otherwise. `noticed`: when the gateway reports a dead phone."""

    answer: Distribution = field(default_factory=lambda: Spread(180.0, 2.0))
    no_answer: float = 0.1
    decline: float = 0.0
    dead_phones: float = 0.0
    noticed: Distribution = never
    travel: Distribution = at_once
    channels: Mapping[str, Hearing] = field(default_factory=dict)
    night: Night | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """`default` is a share of the task's time limit; `tasks` are seconds. `results`: evidence that a task brings, by field."""

    default: Distribution = field(default_factory=lambda: Spread(0.6, 1.5))
    tasks: Mapping[str, Distribution] = field(default_factory=dict)
    results: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    forgets_progress: float = 0.2


@dataclass(frozen=True, slots=True)
class Approvals:
    """How long an approver who has heard of it thinks; `opening`: from the facts' call for a level to the activation."""

    opening: Distribution = at_once
    levels: Mapping[Level, Distribution] = field(default_factory=dict)
    end: Distribution = at_once


@dataclass(frozen=True, slots=True)
class Manual:
    """What the person does who is asked for a manual decision: sends somebody to the door, or skips the task."""

    decide: Distribution = field(default_factory=lambda: Constant(300.0))
    skip: float = 0.0
    courier: Distribution = field(default_factory=lambda: Spread(2400.0, 1.5))


@dataclass(frozen=True, slots=True)
class FactAt:
    after: timedelta
    name: str
    value: Value
    forecast: bool = False


@dataclass(frozen=True, slots=True)
class FindingAt:
    after: timedelta
    of: str
    label: str
    by: str
    """A role."""
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ClosingAt:
    after: timedelta
    finding: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class SignalAt:
    """What it stops goes on again after `lasts`, by order of whoever is in charge."""

    after: timedelta
    signal: str
    by: str
    reason: str
    lasts: timedelta = timedelta(hours=2)


Happening = FactAt | FindingAt | ClosingAt | SignalAt


@dataclass(frozen=True, slots=True)
class Roster:
    """Invented people: so many a role, each with or without a deputy."""

    people: int = 1
    roles: Mapping[str, int] = field(default_factory=dict)
    deputies: bool = True


@dataclass(frozen=True, slots=True)
class Scenario:
    """`level` None: the facts decide, and nothing is opened before they call for a level. `happenings` in order of time."""

    name: str
    plan: str
    title: Text
    begins: datetime
    stop: timedelta
    level: Level | None = None
    incident: str = ""
    place: str = ""
    facts: Mapping[str, Value] = field(default_factory=dict)
    forecasts: Mapping[str, float] = field(default_factory=dict)
    happenings: tuple[Happening, ...] = ()
    roster: Roster | None = None
    people: People = field(default_factory=People)
    roles: Mapping[str, Behaviour] = field(default_factory=dict)
    work: Work = field(default_factory=Work)
    approvals: Approvals = field(default_factory=Approvals)
    manual: Manual = field(default_factory=Manual)
    teams: Mapping[str, int] = field(default_factory=dict)
    """How many things the holders of a role can have done at a time, together; a person of another role: one."""
