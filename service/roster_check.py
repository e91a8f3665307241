"""A plan against the duty roster: the roles that nobody holds for a day or a part of it, each at its place in the file."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta, tzinfo
from pathlib import Path

from plans.diagnostic import Diagnostic, in_reading_order, nearest, warning
from plans.model import Plan
from plans.places import role_marks
from resources.coverage import Span, uncovered
from resources.model import Duty

RULE = "on-duty"


def vacancies(path: Path, plan: Plan, duty: Duty, day: date, zone: tzinfo) -> list[Diagnostic]:
    """A warning for each role of the plan that is not held during the whole of `day`, midnight to midnight in `zone`."""
    start, end = (datetime.combine(each, time(), zone) for each in (day, day + timedelta(days=1)))
    marks = role_marks(path)
    strangers = {shift.role for shift in duty.shifts} - plan.roles.keys()
    found = []
    for name, role in plan.roles.items():
        gaps = uncovered(duty, name, start, end)
        if gaps:
            hours = "" if gaps == ((start, end),) else _hours(gaps, start, zone)
            what = f"nobody holds the role {name!r} ({role.title.zh}) on {day.isoformat()}{hours}"
            expected = "a shift in duty.csv, brought in with: tocsin roster import FOLDER"
            found.append(warning(marks[name], what, expected, RULE, suggestion=nearest(name, strangers)))
    return in_reading_order(found)


def _hours(gaps: Iterable[Span], midnight: datetime, zone: tzinfo) -> str:
    spans = (f"{_clock(begins, midnight, zone)} to {_clock(ends, midnight, zone)}" for begins, ends in gaps)
    return " from " + ", ".join(spans)


def _clock(moment: datetime, midnight: datetime, zone: tzinfo) -> str:
    local = moment.astimezone(zone)
    return "24:00" if local.date() > midnight.date() else f"{local:%H:%M}"
