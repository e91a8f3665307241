"""Times in evidence as they are typed: `21:00` is the last nine in the evening, and what names no zone means the bureau's."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, tzinfo

from plans.model import EvidenceField, EvidenceType

Given = Mapping[str, str | tuple[str, ...]]
_CLOCK = re.compile(r"([01]?\d|2[0-3])[:：]([0-5]\d)", re.ASCII)


def timed(fields: Iterable[EvidenceField], given: Given, zone: tzinfo, now: datetime) -> Given:
    """The evidence with its times in full; what is no time stays as it is, for the engine to refuse."""
    times = {each.name for each in fields if each.type is EvidenceType.TIME}
    return {name: _in_full(typed, zone, now) if name in times else typed for name, typed in given.items()}


def moment_in(text: str, zone: tzinfo, now: datetime) -> datetime | None:
    """None for what is no time."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return _on_the_clock(text, zone, now)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def last_passed(hour: int, minute: int, zone: tzinfo, now: datetime) -> datetime:
    """A time without a date is the last one that has passed."""
    there = now.astimezone(zone)
    today = there.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return today if today <= there else today - timedelta(days=1)


def is_on_the_clock(text: str) -> bool:
    """A time that names no day."""
    return _CLOCK.fullmatch(text) is not None


def _on_the_clock(text: str, zone: tzinfo, now: datetime) -> datetime | None:
    found = _CLOCK.fullmatch(text)
    return last_passed(int(found[1]), int(found[2]), zone, now) if found else None


def _in_full(typed: str | tuple[str, ...], zone: tzinfo, now: datetime) -> str | tuple[str, ...]:
    if isinstance(typed, tuple):
        return tuple(_one_in_full(each, zone, now) for each in typed)
    return _one_in_full(typed, zone, now)


def _one_in_full(text: str, zone: tzinfo, now: datetime) -> str:
    moment = moment_in(text, zone, now)
    return moment.isoformat() if moment else text
