"""What an opening leaves unsaid, filled in the same way for every door: who acts, and what the incident is called. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from flows.errors import NobodyOnDutyError, UnknownNameError
from flows.model.commands import OpenDrill, Opening
from flows.model.events import SCHEDULE
from plans.model import Plan
from resources.model import Duty


def filled(opening: Opening, plan: Plan, duty: Duty, now: datetime) -> Opening:
    """Errors: `UnknownNameError` for a person who is not in the directory, `NobodyOnDutyError`."""
    incident = opening.incident.strip() or incident_name(plan, opening.place)
    is_scheduled = isinstance(opening, OpenDrill) and opening.by == SCHEDULE
    by = SCHEDULE if is_scheduled else actor(duty, opening.by, plan.activate, now)
    return replace(opening, incident=incident, by=by)


def actor(duty: Duty, by: str, roles: Iterable[str], now: datetime) -> str:
    """The person named, or else the first who is on duty in one of the roles."""
    if by:
        if by not in duty.people:
            raise UnknownNameError("person", by, duty.people, "the directory")
        return by
    wanted = tuple(roles)
    for role in wanted:
        for person in duty.holders(role, now):
            return person.id
    raise NobodyOnDutyError(wanted)


def incident_name(plan: Plan, place: str) -> str:
    """Without a time: whoever names neither incident nor place means the one that is already open."""
    return " ".join(part for part in (plan.title.zh, place) if part)
