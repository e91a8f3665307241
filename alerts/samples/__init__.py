"""Alerts of our own for the demo and for drills of the ingest: a flood on the Wei River, its update and its cancel.

The texts are invented; the times are filled in, so that the samples are never out of date.
"""

from datetime import datetime, timedelta, timezone
from pathlib import Path
from string import Template

_FOLDER = Path(__file__).parent
_CHINA = timezone(timedelta(hours=8))
_SENDER = "hydrology@baoji.example"


def flood_warning(now: datetime, serial: str = "1") -> bytes:
    """An orange flood warning for Baoji, sent at `now` and in force for a day. `serial` makes another event of it."""
    return _filled("flood_warning.xml", serial, now, now)


def flood_update(now: datetime, warned: datetime, serial: str = "1") -> bytes:
    """Raises the warning that was sent at `warned` to red, with one more area."""
    return _filled("flood_update.xml", serial, now, warned)


def flood_cancel(now: datetime, warned: datetime, serial: str = "1") -> bytes:
    """Cancels the warning that was sent at `warned`."""
    return _filled("flood_cancel.xml", serial, now, warned)


def _filled(name: str, serial: str, now: datetime, warned: datetime) -> bytes:
    template = Template((_FOLDER / name).read_text(encoding="utf-8"))
    text = template.substitute(
        serial=serial,
        sender=_SENDER,
        sent=_written(now),
        expires=_written(now + timedelta(hours=24)),
        onset=_written(now + timedelta(hours=6)),
        warned=_written(warned),
    )
    return text.encode()


def _written(moment: datetime) -> str:
    return moment.astimezone(_CHINA).isoformat(timespec="seconds")
