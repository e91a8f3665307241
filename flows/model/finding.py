"""One thing found or ordered (险情、区域、批次、班次) and how its events move it on; nothing here decides."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from flows.model import finding_events as happened
from flows.model.finding_events import FindingCause
from flows.model.task_events import Value


@dataclass(frozen=True, slots=True)
class Finding:
    """`of` is its kind. `due`: when a shift was to begin."""

    id: str
    of: str
    label: str
    by: str
    at: datetime
    values: Mapping[str, Value | tuple[Value, ...]] = field(default_factory=dict)
    cause: FindingCause = "person"
    due: datetime | None = None
    closed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


def reported(event: happened.FindingReported) -> Finding:
    return Finding(event.finding, event.of, event.label, event.by, event.at, event.values, event.cause, event.due)


def updated(finding: Finding, event: happened.FindingUpdated) -> Finding:
    return replace(finding, values={**finding.values, **event.values})


def closed(finding: Finding, event: happened.FindingClosed) -> Finding:
    return replace(finding, closed_at=event.at)
