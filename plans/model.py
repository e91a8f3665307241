"""The checked plan as the engine runs it: frozen values only, no YAML, no clock, no network.

A `Plan` is what `plans.compiler` lowers a file to. It goes to and from canonical JSON, and the SHA-256 of that JSON is its
digest: a running response keeps the digest it began with.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import timedelta
from enum import Enum, IntEnum, StrEnum
from functools import cache, cached_property
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pydantic import TypeAdapter


class Level(IntEnum):
    """Response level (响应级别). I is the highest."""

    I = 1  # noqa: E741  # the statutory name
    II = 2
    III = 3
    IV = 4


@dataclass(frozen=True, slots=True)
class Text:
    """One text in Chinese and English; a plain string in the YAML fills both."""

    zh: str
    en: str


class FactType(StrEnum):
    NUMBER = "number"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Fact:
    """A typed value about the incident. `unit` is required for numbers; `choices` for choices, lowest first."""

    name: str
    title: Text
    type: FactType
    unit: str = ""
    choices: tuple[str, ...] = ()
    forecast: bool = False
    default: float | bool | str | None = None


@dataclass(frozen=True, slots=True)
class LevelRule:
    """When a level is called for, and which roles may approve it (any one of them)."""

    level: Level
    when: str
    approve: tuple[str, ...]
    expect: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Trigger:
    """A CEL condition over an alert (`on: cap`) that proposes a level; it never activates by itself."""

    name: str
    on: Literal["cap"]
    when: str
    propose: Level
    facts: Mapping[str, str] = field(default_factory=dict)
    """Fact name to a CEL expression over `alert`, evaluated when the trigger matches."""


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


class EvidenceType(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    TIME = "time"
    FILE = "file"
    IMAGE = "image"


@dataclass(frozen=True, slots=True)
class EvidenceField:
    name: str
    title: Text
    type: EvidenceType
    required: bool = True
    many: bool = False


class OnDowngrade(StrEnum):
    KEEP = "keep"
    CANCEL = "cancel"


class Phase(StrEnum):
    """`response` tasks run while the response is open; `recovery` tasks open when it stands down."""

    RESPONSE = "response"
    RECOVERY = "recovery"


@dataclass(frozen=True, slots=True)
class Task:
    """What the plan asks of a role.

    `ack` counts from the call, `done` from the opening, `every` from one opening to the next. `need` says how many of the
    people called must acknowledge. A predecessor that does not apply at the present level counts as done.
    """

    name: str
    title: Text
    role: str
    levels: frozenset[Level]
    ladder: str
    ack: timedelta
    done: timedelta
    code: str = ""
    after: tuple[str, ...] = ()
    when: str = ""
    need: Literal["any", "all"] | int = "any"
    every: Mapping[Level, timedelta] = field(default_factory=dict)
    evidence: tuple[EvidenceField, ...] = ()
    late: str = ""
    """Ladder climbed when `done` has passed; empty: only recorded."""
    message: str = "call"
    on_downgrade: OnDowngrade = OnDowngrade.CANCEL
    phase: Phase = Phase.RESPONSE
    life_safety: bool = False
    approval: bool = False
    """Somebody signs here; life-safety tasks never wait for it."""
    source: str = ""
    """Law or document the deadline comes from; empty: a default of ours."""


@dataclass(frozen=True, slots=True)
class MessageTemplate:
    """Jinja2 sources by channel family: `text` is the full text, `short` the SMS text. Never carries the drill mark."""

    name: str
    text: Text
    short: Text


@dataclass(frozen=True, slots=True)
class EndCondition:
    """When the end may be proposed: `when` must hold for `hold` without a break."""

    when: str
    hold: timedelta
    approve: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    name: str
    title: str
    valid_from: str = ""


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

    @cached_property
    def canonical_json(self) -> bytes:
        """Sorted keys, no spaces: the same plan always gives the same bytes."""
        return json.dumps(_plain(self), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.canonical_json).hexdigest()

    @staticmethod
    def from_json(canonical: bytes) -> "Plan":
        return _adapter().validate_json(canonical)


@cache
def _adapter() -> "TypeAdapter[Plan]":
    # the command line checks plans and never reads one back: it must not wait for Pydantic
    from pydantic import TypeAdapter

    return TypeAdapter(Plan)


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
            return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
        case _:
            return value
