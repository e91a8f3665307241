"""Times as they are typed at the desk: `02:10` is the last ten past two, everything in the bureau's own time."""

from datetime import datetime, tzinfo
from typing import Annotated

import typer

from service.desk.evidence_times import last_passed

FORMATS = ["%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z"]
_NO_DATE = 1900

At = Annotated[
    datetime | None,
    typer.Option("--at", help="When it happened, if earlier (desk entry): 02:10 or 2026-09-04T02:10.", formats=FORMATS),
]


def moment_of(typed: datetime | None, zone: tzinfo, now: datetime) -> datetime | None:
    """A time without a date is the last one that has passed."""
    if typed is None or typed.tzinfo:
        return typed
    if typed.year != _NO_DATE:
        return typed.replace(tzinfo=zone)
    return last_passed(typed.hour, typed.minute, zone, now)
