"""The checked plan as the engine runs it: frozen values only, no YAML, no clock, no network.

A `Plan` is what `plans.compiler` lowers a file to. It goes to and from canonical JSON, and the SHA-256 of that JSON is its
digest: a running response keeps the digest it began with.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from datetime import timedelta
from enum import Enum, StrEnum
from functools import cache, cached_property
from typing import TYPE_CHECKING, Literal

from plans.basics import Choosing
from plans.basics import Level as Level
from plans.basics import Text as Text
from plans.ending import EndCondition as EndCondition
from plans.task_model import ClockFrom as ClockFrom
from plans.task_model import CorrectFrom as CorrectFrom
from plans.task_model import EvidenceField as EvidenceField
from plans.task_model import EvidenceType as EvidenceType
from plans.task_model import OnDowngrade as OnDowngrade
from plans.task_model import OnEnd as OnEnd
from plans.task_model import Phase as Phase
from plans.task_model import Repeat as Repeat
from plans.task_model import Report as Report
from plans.task_model import Signal as Signal
from plans.task_model import Task as Task

if TYPE_CHECKING:
    from dataclasses import Field

    from pydantic import TypeAdapter


class FactType(StrEnum):
    NUMBER = "number"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class GradeRow:
    """One line of a grade table: this grade for a number in [low, high), or for one of these values (choice, true, false)."""

    grade: str
    low: float | None = None
    high: float | None = None
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GradeColumn:
    """What one fact says about the grade."""

    fact: str
    rows: tuple[GradeRow, ...]


@dataclass(frozen=True, slots=True)
class Fact(Choosing):
    """A typed value about the incident. `unit` is required for numbers; `choices` for choices, lowest first.

    `low` and `high` bound a number. A value observed longer ago than `fresh` is unknown. `table` grades a choice:
    the highest grade that any of the facts gives, unless a person records another.
    """

    name: str
    title: Text
    type: FactType
    unit: str = ""
    choices: tuple[str, ...] = ()
    forecast: bool = False
    default: float | bool | str | None = None
    low: float | None = None
    high: float | None = None
    fresh: timedelta | None = None
    table: tuple[GradeColumn, ...] = ()
    source: str = ""
    choice_titles: tuple[Text, ...] = ()
    """What each choice is called, in their order; empty: by its name."""


@dataclass(frozen=True, slots=True)
class LevelRule:
    """When a level is called for, and which roles may approve it (any one of them).

    `when` must hold for `hold` before it is proposed; once at this level, a lower one is called for only when `keep` is false
    too (hysteresis). `sign` is the ladder that an unanswered proposal climbs. `two_person`: who proposes may not approve.
    `paper`: oral approval is allowed and the paper follows within that time.
    """

    level: Level
    when: str
    approve: tuple[str, ...]
    expect: timedelta | None = None
    keep: str = ""
    hold: timedelta = timedelta(0)
    sign: str = ""
    two_person: bool = False
    paper: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Trigger:
    """A CEL condition that proposes a level; it never activates by itself.

    `cap`: over one alert. `reading`: over the facts that gauges and weather series give; it must hold for `hold`, and after it
    has proposed it does so again only when `release` was true in between (hysteresis; empty: when `when` was false).
    """

    name: str
    on: Literal["cap", "reading"]
    when: str
    propose: Level
    facts: Mapping[str, str] = field(default_factory=dict)
    """Fact name to a CEL expression over `alert`, evaluated when the trigger matches."""
    hold: timedelta = timedelta(0)
    release: str = ""
    event: bool = False
    """Each reading is an event of its own (a shock), not a level that rises and falls: it fires every time `when` is true."""


@dataclass(frozen=True, slots=True)
class FindingKind:
    """Something found on the ground or ordered (险情、区域、批次): each one opens its own instances of the tasks with `each`.

    `report`: roles that may report one; empty: anybody in the directory. `when`: one is opened by itself each time this
    becomes true. `every`: one is opened by itself at this interval from the opening of the response (a shift).
    """

    name: str
    title: Text
    fields: tuple[EvidenceField, ...] = ()
    report: tuple[str, ...] = ()
    when: str = ""
    every: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """Another plan that is proposed, never started, when `when` becomes true. `facts`: fact there to fact here."""

    name: str
    plan: str
    when: str
    reason: Text
    level: Level | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Daylight:
    """Where the sun rises and sets for the conditions that use `night`; degrees, north and east positive."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Role:
    name: str
    title: Text
    alert: bool = False
    """Told of proposals from alerts (the duty office)."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a ladder.

    `tell` is `assignee` (those not yet answered for), `deputy` (their deputies) or the name of a role. `by` are channel
    kinds (`wechat`, `sms`, `voice`, `email`); empty means every channel a person has. `manual` asks the people told to
    record a manual decision; a ladder always ends in one.
    """

    name: str
    at: timedelta
    tell: str
    by: tuple[str, ...] = ()
    manual: bool = False


@dataclass(frozen=True, slots=True)
class Ladder:
    """Escalation policy (升级阶梯): rungs in time order, counted from the call."""

    name: str
    title: Text
    rungs: tuple[Rung, ...]


@dataclass(frozen=True, slots=True)
class MessageTemplate:
    """Jinja2 sources by channel family: `text` is the full text, `short` the SMS text. Never carries the drill mark."""

    name: str
    text: Text
    short: Text


@dataclass(frozen=True, slots=True)
class Source:
    """A law, standard or document; dates as `2024-11-01`."""

    name: str
    title: str
    valid_from: str = ""
    valid_to: str = ""


@dataclass(frozen=True, slots=True)
class Drill:
    every: str
    forms: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """A checked plan. Mappings keep the order of the file."""

    name: str
    title: Text
    version: str
    owner: str
    activate: tuple[str, ...]
    """Roles that may open a response of this plan."""
    facts: Mapping[str, Fact]
    levels: Mapping[Level, LevelRule]
    triggers: tuple[Trigger, ...]
    roles: Mapping[str, Role]
    ladders: Mapping[str, Ladder]
    tasks: Mapping[str, Task]
    messages: Mapping[str, MessageTemplate]
    end: EndCondition
    sources: Mapping[str, Source] = field(default_factory=dict)
    drill: Drill | None = None
    findings: Mapping[str, FindingKind] = field(default_factory=dict)
    links: Mapping[str, Link] = field(default_factory=dict)
    daylight: Daylight | None = None

    @cached_property
    def canonical_json(self) -> bytes:
        """Sorted keys, no spaces: the same plan always gives the same bytes."""
        return json.dumps(_plain(self), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    @cached_property
    def ordered_json(self) -> bytes:
        """In the order of the file: a plan that is kept in this form and read back opens its tasks in the same order."""
        return json.dumps(_plain(self), ensure_ascii=False, separators=(",", ":")).encode()

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.canonical_json).hexdigest()

    @staticmethod
    def from_json(text: bytes) -> "Plan":
        return _adapter().validate_json(text)


@cache
def _adapter() -> "TypeAdapter[Plan]":
    # the command line checks plans and never reads one back: it must not wait for Pydantic
    from pydantic import TypeAdapter

    return TypeAdapter(Plan)


def _default(each: "Field[object]") -> object:
    return each.default_factory() if each.default_factory is not MISSING else each.default


def _plain(value: object) -> object:
    """What JSON can say of a value, in the form `from_json` reads: durations in seconds, sets sorted."""
    match value:
        case Enum():
            return value.value
        case timedelta():
            return value.total_seconds()
        case Mapping():
            return {str(_plain(key)): _plain(each) for key, each in value.items()}
        case frozenset():
            return sorted(_plain(each) for each in value)  # type: ignore[type-var]  # a set holds one type
        case tuple():
            return [_plain(each) for each in value]
        case _ if is_dataclass(value):
            # what has its default is left out, so that a language that grows does not change the digest of old plans
            return {each.name: _plain(given) for each in fields(value) if (given := getattr(value, each.name)) != _default(each)}
        case _:
            return value
