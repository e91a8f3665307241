"""What can happen around findings and signals; `flows.model.events` has the whole list."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from flows.model.task_events import Happening, Reason, Told, Value

FindingCause = Literal["person", "condition", "shift"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingReported(Happening):
    """`finding` is its id (`danger-1`), `of` the kind; a shift says when it was `due`."""

    finding: str
    of: str
    label: str
    values: Mapping[str, Value | tuple[Value, ...]] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    cause: FindingCause = "person"
    due: datetime | None = None
    kind: Literal["finding_reported"] = "finding_reported"


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingUpdated(Happening):
    """Fields of it were given: by the evidence of a task (`assignment`), or by somebody who corrects it."""

    finding: str
    values: Mapping[str, Value | tuple[Value, ...]]
    assignment: str = ""
    kind: Literal["finding_updated"] = "finding_updated"


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingClosed(Happening):
    finding: str
    reason: Reason
    kind: Literal["finding_closed"] = "finding_closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingConditionBroken(Happening):
    """The condition that opens findings of this kind holds no more; when it holds again, it opens the next one."""

    of: str
    kind: Literal["finding_condition_broken"] = "finding_condition_broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalSent(Happening):
    """`told`: who hears it where no task asks for their answer (the end of a drill)."""

    signal: str
    reason: str
    told: tuple[Told, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    kind: Literal["signal_sent"] = "signal_sent"


FindingEvent = FindingReported | FindingUpdated | FindingClosed | FindingConditionBroken | SignalSent
