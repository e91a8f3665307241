"""A measured series as facts over time: one column of a CSV file, scaled, thinned, seen from the start of a scenario."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import isfinite
from pathlib import Path

from plans.diagnostic import Diagnostic, Mark, fault, nearest

most_rows = 1_000_000
_nothing = timedelta(0)


@dataclass(frozen=True, slots=True)
class Column:
    """`every`: at most one value in that time. `ahead`: in place of each value the highest of the time after it (a forecast)."""

    file: Path
    time: str
    name: str
    scale: float
    offset: float
    every: timedelta
    ahead: timedelta


def read_series(
    column: Column, begins: datetime, stop: timedelta, mark: Mark, faults: list[Diagnostic]
) -> list[tuple[timedelta, float]]:
    """From `begins` for `stop`; the last value before the start stands at the start."""
    try:
        with column.file.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(_rows(column, csv.DictReader(stream), begins + stop + column.ahead, mark, faults))
    except (OSError, UnicodeDecodeError, csv.Error) as cause:
        reason = getattr(cause, "strerror", None) or str(cause)
        what = f"the series {column.file.name} cannot be read ({reason})"
        faults.append(fault(mark, what, "a CSV file in UTF-8, named from the folder of the scenario", "series"))
        return []
    placed = _placed(rows, begins)
    ahead = _highest_ahead(placed, column.ahead) if column.ahead else placed
    return list(_thinned([each for each in ahead if each[0] <= stop], column.every))


def _rows(
    column: Column, reader: "csv.DictReader[str]", last: datetime, mark: Mark, faults: list[Diagnostic]
) -> Iterator[tuple[datetime, float]]:
    names = reader.fieldnames or []
    for wanted in (column.time, column.name):
        if wanted not in names:
            what, expected = f"{column.file.name} has no column {wanted!r}", f"one of {', '.join(names[:8])}"
            faults.append(fault(mark, what, expected, "series", suggestion=nearest(wanted, names)))
            return
    for number, row in enumerate(reader):
        text = (row[column.name] or "").strip()
        if not text or number > most_rows:
            continue
        try:
            moment, value = datetime.fromisoformat(row[column.time].strip()), float(text)
        except ValueError:
            moment, value = last, float("nan")
        if not isfinite(value) or moment.tzinfo is None:
            place = Mark(str(column.file), reader.line_num, 1)
            what = f"{row[column.time]!r}, {text!r}"
            faults.append(fault(place, what, "a moment with its offset and a number", "series"))
            return
        if moment <= last:
            yield moment, value * column.scale + column.offset


def _placed(rows: list[tuple[datetime, float]], begins: datetime) -> list[tuple[timedelta, float]]:
    ordered = sorted(rows)
    before = [value for moment, value in ordered if moment <= begins]
    after = [(moment - begins, value) for moment, value in ordered if moment > begins]
    return [*((_nothing, value) for value in before[-1:]), *after]


def _highest_ahead(points: list[tuple[timedelta, float]], ahead: timedelta) -> list[tuple[timedelta, float]]:
    """The highest of each window, over a falling queue: each point goes in and out once."""
    found: list[tuple[timedelta, float]] = []
    queue: list[tuple[timedelta, float]] = []
    head = following = 0
    for moment, _ in points:
        while following < len(points) and points[following][0] <= moment + ahead:
            while len(queue) > head and queue[-1][1] <= points[following][1]:
                queue.pop()
            queue.append(points[following])
            following += 1
        while queue[head][0] < moment:
            head += 1
        found.append((moment, queue[head][1]))
    return found


def _thinned(points: list[tuple[timedelta, float]], every: timedelta) -> Iterator[tuple[timedelta, float]]:
    """The value of each interval is its first one."""
    due = _nothing
    for moment, value in points:
        if moment >= due:
            yield moment, value
            due = moment + every if every else _nothing
