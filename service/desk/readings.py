"""Readings from files and machines: rows of CSV become readings, and what became of them becomes plain values.

A file is taken in piece by piece, so that a series of months neither fills the memory nor blocks the database.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from itertools import islice
from pathlib import Path

from flows.errors import FlowError
from flows.readings.door import Readings, Taken
from flows.readings.model import Given
from service.api.alert_views import proposal_view
from service.plain import Json

AT_ONCE = 500
"""Rows of one transaction."""
SHOWN = 20
COLUMNS = {
    "time": ("time", "时间", "观测时间"),
    "plan": ("plan", "预案"),
    "station": ("station", "站点", "站名"),
    "fact": ("fact", "要素", "事实"),
    "value": ("value", "数值", "值"),
    "forecast": ("forecast", "预报"),
}
_YES = frozenset({"1", "true", "yes", "y", "是", "预报"})
_NO = frozenset({"", "0", "false", "no", "n", "否", "实测"})


class ReadingFileError(FlowError):
    """The file as a whole cannot be taken in."""

    status = 422

    def __init__(self, file: str, what: str, expected: str) -> None:
        super().__init__(file, what, expected)
        self.file, self.what, self.expected = file, what, expected

    def __str__(self) -> str:
        return f"{self.file}: {self.what}; expected {self.expected}"


class ReadingRowError(FlowError):
    status = 422

    def __init__(self, what: str, expected: str) -> None:
        super().__init__(what, expected)
        self.what, self.expected = what, expected

    def __str__(self) -> str:
        return f"{self.what}; expected {self.expected}"


@dataclass
class FileReport:
    """What became of one file; `faults` are the first refused rows, by line."""

    file: str
    new: int = 0
    known: int = 0
    corrected: int = 0
    late: int = 0
    refused: int = 0
    faults: list[tuple[int, str]] = field(default_factory=list)
    proposals: dict[str, Json] = field(default_factory=dict)
    told: dict[str, None] = field(default_factory=dict)

    def add(self, taken: Taken, lines: list[int]) -> None:
        self.new, self.known = self.new + taken.new, self.known + taken.known
        self.corrected, self.late = self.corrected + taken.corrected, self.late + taken.late
        for place, error in (taken.refused or {}).items():
            self.refuse(lines[place], error)
        self.proposals |= {each.id: proposal_view(each) for each in taken.proposals}
        self.told |= dict.fromkeys(taken.told)

    def refuse(self, line: int, error: FlowError) -> None:
        self.refused += 1
        if len(self.faults) < SHOWN:
            self.faults.append((line, str(error)))

    def view(self) -> Json:
        return {
            "file": self.file,
            "new": self.new,
            "known": self.known,
            "corrected": self.corrected,
            "late": self.late,
            "refused": self.refused,
            "faults": [{"line": line, "why": why} for line, why in self.faults],
            "proposals": list(self.proposals.values()),
            "told": list(self.told),
        }


@dataclass(frozen=True, slots=True)
class Reader:
    """`plan` is for rows that name none; `zone` for times that name none (None: they are refused)."""

    plan: str = ""
    zone: tzinfo | None = None

    def given(self, row: Mapping[str, str | None], names: Mapping[str, str]) -> Given:
        """One row. Error: `ReadingRowError`."""
        cells = {key: (row.get(name) or "").strip() for key, name in names.items()}
        plan = cells.get("plan") or self.plan
        if not plan:
            raise ReadingRowError("no plan is named", "a column 'plan', or --plan NAME for the whole file")
        return Given(
            plan=plan,
            fact=cells["fact"],
            value=cells["value"],
            observed_at=self._time(cells["time"]),
            forecast=_is_forecast(cells.get("forecast", "")),
            station=cells.get("station", ""),
        )

    def _time(self, text: str) -> datetime:
        expected = "a time with its offset, as in 2026-07-01T08:00:00+08:00"
        try:
            moment = datetime.fromisoformat(text)
        except ValueError as cause:
            raise ReadingRowError(f"{text!r} is no time", expected) from cause
        if moment.tzinfo is None and self.zone is None:
            raise ReadingRowError(f"{text!r} has no offset", f"{expected}, or --local when the bureau's own time is meant")
        return moment if moment.tzinfo else moment.replace(tzinfo=self.zone)


def ingest_file(readings: Readings, path: Path, reader: Reader, source: str, moved: Callable[[int], None]) -> FileReport:
    """Takes the file in; `moved` hears how many bytes have been read since it last heard. Error: `ReadingFileError`."""
    report = FileReport(str(path))
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(_counted(file, moved))
            names = _names(str(path), rows.fieldnames or ())
            while piece := list(islice(((rows.line_num, row) for row in rows), AT_ONCE)):
                _take(readings, piece, names, reader, source or path.name, report)
    except (OSError, UnicodeDecodeError, csv.Error) as cause:
        raise ReadingFileError(str(path), f"cannot be read: {cause}", "a CSV file in UTF-8") from cause
    return report


def taken_view(taken: Taken) -> Json:
    """A batch of a machine: refused readings by their place in it."""
    return {
        "new": taken.new,
        "known": taken.known,
        "corrected": taken.corrected,
        "late": taken.late,
        "refused": [{"place": place, "why": str(error)} for place, error in (taken.refused or {}).items()],
        "proposals": [proposal_view(each) for each in taken.proposals],
        "told": list(taken.told),
    }


def _take(
    readings: Readings,
    piece: Iterable[tuple[int, Mapping[str, str | None]]],
    names: Mapping[str, str],
    reader: Reader,
    source: str,
    report: FileReport,
) -> None:
    batch, lines = list[Given](), list[int]()
    for line, row in piece:
        try:
            batch.append(reader.given(row, names))
            lines.append(line)
        except ReadingRowError as error:
            report.refuse(line, error)
    if batch:
        report.add(readings.take(batch, source), lines)


def _names(file: str, header: Iterable[str]) -> dict[str, str]:
    """Our names of the columns that the file has."""
    there = {name.strip().lower(): name for name in header}
    found = {key: there[alias] for key, aliases in COLUMNS.items() for alias in aliases if alias in there}
    missing = [key for key in ("time", "fact", "value") if key not in found]
    if missing:
        what = f"the first line has no column {', '.join(missing)} (it has: {', '.join(there) or 'nothing'})"
        raise ReadingFileError(file, what, "columns time, plan, fact, value, and if need be station and forecast")
    return found


def _is_forecast(text: str) -> bool:
    word = text.lower()
    if word not in _YES | _NO:
        raise ReadingRowError(f"forecast {text!r} cannot be read", "true or false")
    return word in _YES


def _counted(lines: Iterable[str], moved: Callable[[int], None]) -> Iterator[str]:
    for line in lines:
        moved(len(line.encode()))
        yield line
