"""Date-times as senders write them, to aware instants. A time without an offset is never taken for UTC in silence."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

_FORM = re.compile(
    r"(?P<date>\d{4}-\d{2}-\d{2})(?P<separator>[T ])"
    r"(?P<hour>\d{2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?P<fraction>\.\d{1,9})?)?"
    r"(?P<zone>Z|(?P<sign>[-+,])(?P<ahead>\d{2}):?(?P<minutes>\d{2}))?"
)


@dataclass(frozen=True, slots=True)
class ReadTime:
    """`instant` is None when the text says no moment; `codes` name the liberties that were taken."""

    instant: datetime | None
    codes: tuple[str, ...] = ()


_UNREADABLE = ReadTime(None, ("time_unparsable",))


def read_time(text: str, zone: str = "") -> ReadTime:
    """`zone` is the profile's: only with one are a missing offset and a space instead of `T` accepted."""
    found = _FORM.fullmatch(text)
    if found is None or (not zone and (found["zone"] is None or found["separator"] == " ")):
        return _UNREADABLE
    try:
        instant = _instant(found, zone)
    except (ValueError, OverflowError):
        return _UNREADABLE
    return ReadTime(instant, tuple(_liberties(found)))


def _instant(found: re.Match[str], zone: str) -> datetime:
    hour, second = int(found["hour"]), int(found["second"] or 0)
    if hour == 24 and (int(found["minute"]) or second):
        raise ValueError
    day = datetime.fromisoformat(found["date"]).replace(tzinfo=_offset(found, zone))
    moment = day.replace(
        hour=0 if hour == 24 else hour, minute=int(found["minute"]), second=min(second, 59) if second <= 60 else second
    )
    moment = moment.replace(microsecond=int(float(found["fraction"] or 0) * 1_000_000))
    if hour == 24:
        moment += timedelta(days=1)
    return moment.astimezone(UTC)


def _offset(found: re.Match[str], zone: str) -> timezone | ZoneInfo:
    match found["zone"]:
        case None:
            return ZoneInfo(zone)
        case "Z":
            return UTC
        case _:
            ahead = timedelta(hours=int(found["ahead"]), minutes=int(found["minutes"]))
            return timezone(-ahead if found["sign"] == "-" else ahead)


def _liberties(found: re.Match[str]) -> list[str]:
    strange = {
        "time_zulu": found["zone"] == "Z",
        "time_fraction": bool(found["fraction"]),
        "time_comma": found["sign"] == ",",
        "time_space": found["separator"] == " ",
        "time_naive": found["zone"] is None,
        "time_form": found["second"] is None or (found["sign"] is not None and found["zone"][-3] != ":"),
        "time_leap": found["hour"] == "24" or found["second"] == "60",
    }
    return [code for code, is_so in strange.items() if is_so]
