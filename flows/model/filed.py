"""The reports that a response has filed, each with its corrections; how its events add to them. Nothing here decides."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from flows.model.report_events import ReportCorrected, ReportEvent, ReportFiled
from flows.model.task_events import Value


@dataclass(frozen=True, slots=True)
class Correction:
    number: int
    text: str
    reason: str
    by: str
    at: datetime
    signed_by: str = ""


@dataclass(frozen=True, slots=True)
class Filed:
    """One report as it went out; `report` is the name of its task, `number` its place among the reports of that name."""

    assignment: str
    report: str
    number: int
    text: str
    by: str
    at: datetime
    due: datetime
    signed_by: str = ""
    receipt: str = ""
    values: Mapping[str, Value] = field(default_factory=dict)
    is_zero: bool = False
    correct_until: datetime | None = None
    corrections: tuple[Correction, ...] = ()

    @property
    def late(self) -> timedelta:
        """By how much its limit was passed; zero when it was kept."""
        return max(self.at - self.due, timedelta(0))

    @property
    def latest_text(self) -> str:
        return self.corrections[-1].text if self.corrections else self.text


def with_report(filed: Mapping[str, Filed], event: ReportEvent) -> dict[str, Filed]:
    match event:
        case ReportFiled():
            return {**filed, event.assignment: _filed(event)}
        case ReportCorrected():
            corrected = filed[event.assignment]
            made = Correction(event.correction, event.text, event.reason, event.by, event.at, event.signed_by)
            return {**filed, event.assignment: replace(corrected, corrections=(*corrected.corrections, made))}


def latest_of_name(filed: Mapping[str, Filed], report: str) -> Filed | None:
    """The last that was filed of this name."""
    return max((each for each in filed.values() if each.report == report), key=lambda each: each.number, default=None)


def _filed(event: ReportFiled) -> Filed:
    return Filed(
        assignment=event.assignment,
        report=event.report,
        number=event.number,
        text=event.text,
        by=event.by,
        at=event.at,
        due=event.due,
        signed_by=event.signed_by,
        receipt=event.receipt,
        values=event.values,
        is_zero=event.is_zero,
        correct_until=event.correct_until,
    )
