"""The short forms of the language: durations (`5 min`) and levels (`IV-I`). Pure; None means it is not one."""

import re
from datetime import date, timedelta

from plans.model import Level

_units = {"s": "seconds", "min": "minutes", "h": "hours", "d": "days"}
_duration = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)\s*(s|min|h|d)")
_number = re.compile(r"[+-]?\d{1,15}(\.\d{1,15})?")
_interval = re.compile(r"(?:\[\s*([+-]?[\d.]+)|\()\s*,\s*([+-]?[\d.]+)?\s*\)")
_cadence = re.compile(r"\d{1,3}\s*(d|w|m|y)")
_numerals = {"Ⅰ": "I", "Ⅱ": "II", "Ⅲ": "III", "Ⅳ": "IV", "–": "-", "—": "-"}

duration_form = "a duration such as 90 s, 5 min, 2 h or 1 d"
levels_form = "a level (I, II, III, IV), a range such as IV-I, or a list"
day_form = "a date such as 2024-11-01"
interval_form = 'an interval such as "[3, 10)" or "[30, )": the lower end belongs to it, the upper one does not'
cadence_form = "how often, such as 2 y, 6 m, 4 w or 30 d"


nothing = timedelta(0)


def number(text: str) -> float | None:
    """A finite decimal number."""
    return float(text) if _number.fullmatch(text) else None


def duration(text: str) -> timedelta | None:
    match = _duration.fullmatch(text.strip())
    return timedelta(**{_units[match[2]]: float(match[1])}) if match else None


def day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == len("2024-11-01") else None
    except ValueError:
        return None


def interval(text: str) -> tuple[float | None, float | None] | None:
    """`[3, 10)`, or without an end: `[30, )`, `(, 3)`."""
    match = _interval.fullmatch(text.strip())
    if match is None or match[1] == match[2]:
        return None
    ends = [None if end is None else number(end) for end in match.groups()]
    return None if ends == [None, None] else (ends[0], ends[1])


def cadence(text: str) -> str | None:
    """`2 y` as it stands, once it is well-formed; months and years have no fixed length."""
    return text.strip() if _cadence.fullmatch(text.strip()) else None


def level(text: str) -> Level | None:
    """One level by its Roman numeral, ASCII or Ⅰ–Ⅳ."""
    return Level.__members__.get(_ascii(text.strip()))


def levels(text: str) -> frozenset[Level] | None:
    """One level, or a range in either direction: `IV-I` is all four."""
    ends = [level(part) for part in _ascii(text).split("-")]
    if len(ends) > 2 or None in ends:
        return None
    numbers = [end for end in ends if end is not None]
    return frozenset(Level(number) for number in range(min(numbers), max(numbers) + 1))


def in_words(length: timedelta) -> str:
    """The shortest exact form: `90 s`, `5 min`, `2 h`, `3 d`."""
    seconds = length.total_seconds()
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds / size:g} {unit}"
    return f"{seconds:g} s" if seconds else "0 min"


def _ascii(text: str) -> str:
    for numeral, plain in _numerals.items():
        text = text.replace(numeral, plain)
    return text
