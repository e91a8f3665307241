"""Times as people write them in a roster, read in the bureau's zone."""

import re
from datetime import datetime, timedelta, tzinfo
from unicodedata import normalize
from zoneinfo import ZoneInfo

from resources.errors import UnknownZoneError

BUREAU_ZONE = "Asia/Shanghai"
EXPECTED = "a date and time as in 2026-11-24 08:00"

_WRITTEN = re.compile(
    r"(?P<year>\d{4})[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?"
    r"(?:[T ]*(?P<hour>\d{1,2})[:时](?:(?P<minute>\d{1,2})分?)?(?::(?P<second>\d{2}))?)?"
    r"\s*(?P<offset>Z|[+-]\d{2}:?\d{2})?"
)
_PARTS = ("year", "month", "day", "hour", "minute", "second")


def zone_named(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as cause:
        raise UnknownZoneError(name) from cause


def read_moment(text: str, zone: tzinfo) -> datetime | None:
    """None for what is no time. 24:00 is the end of that day, as rosters write it."""
    written = _WRITTEN.fullmatch(normalize("NFKC", text).strip())
    if written is None:
        return None
    year, month, day, hour, minute, second = (int(written[part] or 0) for part in _PARTS)
    to_next_day = (hour, minute, second) == (24, 0, 0)
    try:
        moment = datetime(year, month, day, 0 if to_next_day else hour, minute, second, tzinfo=_zone_of(written["offset"], zone))
    except ValueError:
        return None
    return moment + timedelta(days=to_next_day)


def _zone_of(offset: str | None, zone: tzinfo) -> tzinfo | None:
    return datetime.strptime(offset, "%z").tzinfo if offset else zone
