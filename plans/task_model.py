"""Tasks of a plan: what is asked of a role, when it opens, comes round, pauses and ends; reports and signals are tasks too."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Literal

from plans.basics import Choosing, Level, Text


class EvidenceType(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    TIME = "time"
    FILE = "file"
    IMAGE = "image"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class EvidenceField(Choosing):
    """`fact` names the fact that the value becomes when the task is completed; the fact's type and choices are the field's.

    `finding`, in a task with `each`: the field of its finding that is set by it, in the same way.
    """

    name: str
    title: Text
    type: EvidenceType
    required: bool = True
    many: bool = False
    fact: str = ""
    choices: tuple[str, ...] = ()
    finding: str = ""
    choice_titles: tuple[Text, ...] = ()
    """What each choice is called, in their order; empty: by its name."""


class OnDowngrade(StrEnum):
    """What becomes of a task that the new level does not ask for: `hand_over` gives it to the role `Task.hand_over`."""

    KEEP = "keep"
    CANCEL = "cancel"
    HAND_OVER = "hand_over"


class OnEnd(StrEnum):
    """What becomes of an open task when the response stands down; a kept one goes on and comes round as before."""

    KEEP = "keep"
    CANCEL = "cancel"


class Phase(StrEnum):
    """`response` tasks run while the response is open; `recovery` tasks open when it stands down."""

    RESPONSE = "response"
    RECOVERY = "recovery"


@dataclass(frozen=True, slots=True)
class Repeat:
    """One case of how often a task comes round: the first case that applies counts, then `Task.every`.

    `when` is a condition over facts; `during` limits the case to that long after the task first opened.
    """

    every: Mapping[Level, timedelta]
    when: str = ""
    during: timedelta | None = None


class ClockFrom(StrEnum):
    """Where a report's limit begins: the event, when the bureau learned of it, when it received the request; or when it opens."""

    OCCURRED = "occurred"
    LEARNED = "learned"
    RECEIVED = "received"
    OPENED = "opened"


class CorrectFrom(StrEnum):
    """Where the time for corrections begins: its filing, the event, when the bureau learned of it, or received the request."""

    FILED = "filed"
    OCCURRED = "occurred"
    LEARNED = "learned"
    RECEIVED = "received"


@dataclass(frozen=True, slots=True)
class Report:
    """What a report (信息报送) is; the task around it has its people, ladder and rounds.

    `within` counts from `clock_from` for the first report, from the opening for later rounds. `fields` are facts whose values
    the text is filled from. `numbered`: 续报 get numbers. `zero`: due also when nothing changed (零报告). `sign`: roles, one of
    which signs it. `correct_within`: how long a correction may follow, counted from `correct_from`.
    """

    track: str
    clock_from: ClockFrom
    within: Mapping[Level, timedelta]
    to: Text
    by: str
    fields: tuple[str, ...] = ()
    numbered: bool = False
    zero: bool = False
    sign: tuple[str, ...] = ()
    correct_within: timedelta | None = None
    correct_from: CorrectFrom = CorrectFrom.FILED
    text: Text | None = None
    """Jinja2 source of the draft; None: a list of the fields."""


@dataclass(frozen=True, slots=True)
class Signal:
    """An order that outranks everything (全员撤离): sent by a person, told to everybody at work, on all channels at once.

    `send`: roles that may send it. `stops`: tasks that are suspended by it. `ends_drill`: it ends a drill (停止演练) and cannot
    be sent in a real response.
    """

    send: tuple[str, ...]
    stops: tuple[str, ...] = ()
    ends_drill: bool = False


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
    after_at_most: Mapping[str, timedelta] = field(default_factory=dict)
    """Of `after`: how long a predecessor is waited for, from its opening; then this task opens without it."""
    confirms: str = ""
    """The two-person rule: opens whenever that task is done, which counts only once somebody else has completed this one."""
    each: str = ""
    """A kind of finding: one instance for every finding of that kind."""
    when: str = ""
    need: Literal["any", "all"] | int = "any"
    every: Mapping[Level, timedelta] = field(default_factory=dict)
    every_case: tuple[Repeat, ...] = ()
    earliest: Mapping[Level, timedelta] = field(default_factory=dict)
    """Each round comes at a moment between this and the interval, which nobody can foresee (抽查)."""
    again: tuple[str, ...] = ()
    """Opens again when one of these changes: `level`, `night` (at sunset and sunrise), a fact, `finding.FIELD` with `each`."""
    reopens: tuple[str, ...] = ()
    """Tasks opened again whenever this one opens: the second slide closes the road again."""
    repeat_while: str = ""
    """Comes round only while this is not false; an instance not begun is withdrawn when it becomes false."""
    repeat_until: str = ""
    """Comes round until this is true."""
    pause: str = ""
    """Suspended while this is true (`night` is true from sunset to sunrise); its clocks stand still."""
    progress: Mapping[Level, timedelta] = field(default_factory=dict)
    """How often whoever works on it says how far they are."""
    evidence: tuple[EvidenceField, ...] = ()
    late: str = ""
    """Ladder climbed when `done` has passed; empty: only recorded."""
    message: str = "call"
    on_downgrade: OnDowngrade = OnDowngrade.CANCEL
    hand_over: str = ""
    on_end: OnEnd = OnEnd.CANCEL
    phase: Phase = Phase.RESPONSE
    life_safety: bool = False
    approval: bool = False
    """Somebody signs here; life-safety tasks never wait for it."""
    source: str = ""
    """Law or document the deadline comes from; empty: a default of ours."""
    report: Report | None = None
    signal: Signal | None = None
    """Opened only by sending the signal; its assignees are everybody at work, `role` is who counts heads."""

    @property
    def usual_end(self) -> OnEnd:
        """`on_end` where a plan says nothing: a report is owed whatever ends; one that comes round, only where a law says so."""
        is_owed = self.report is not None and self.phase is Phase.RESPONSE
        comes_round = bool(self.every or self.every_case)
        return OnEnd.KEEP if is_owed and (self.source or not comes_round) else OnEnd.CANCEL
