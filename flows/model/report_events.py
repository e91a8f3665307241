"""What happens to reports: filed with their text, as they went out, and corrected afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from flows.model.task_events import Happening, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFiled(Happening):
    """`number` counts the reports of this name in the response; `due` is the limit it was held to."""

    assignment: str
    report: str
    number: int
    text: str
    due: datetime
    signed_by: str = ""
    receipt: str = ""
    values: Mapping[str, Value] = field(default_factory=dict)
    """The report's fields as they were known then."""
    is_zero: bool = False
    """Nothing had changed since the one before (零报告)."""
    correct_until: datetime | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    kind: Literal["report_filed"] = "report_filed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportCorrected(Happening):
    """`correction` counts the corrections of that report; `text` replaces the text before."""

    assignment: str
    report: str
    number: int
    correction: int
    text: str
    reason: str
    signed_by: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    kind: Literal["report_corrected"] = "report_corrected"


ReportEvent = ReportFiled | ReportCorrected
