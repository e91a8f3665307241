"""The hours of a stretch of time during which nobody holds a role. Pure."""

from collections.abc import Iterator
from datetime import datetime

from resources.model import Duty

Span = tuple[datetime, datetime]


def uncovered(duty: Duty, role: str, start: datetime, end: datetime) -> tuple[Span, ...]:
    """In order, half-open; one span from `start` to `end` when nobody holds the role at all."""
    held = sorted(_held(duty, role, start, end))
    gaps = []
    reached = start
    for begins, ends in held:
        if begins > reached:
            gaps.append((reached, begins))
        reached = max(reached, ends)
    return (*gaps, (reached, end)) if reached < end else tuple(gaps)


def _held(duty: Duty, role: str, start: datetime, end: datetime) -> Iterator[Span]:
    """The parts of the shifts of a role that lie in the stretch; whoever left the directory holds nothing."""
    for shift in duty.shifts:
        if shift.role == role and shift.person in duty.people:
            begins = max(start, shift.start or start)
            ends = min(end, shift.end or end)
            if begins < ends:
                yield begins, ends
