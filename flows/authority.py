"""Who may do what: roles held on the roster now. Pure."""

from collections.abc import Iterable
from datetime import datetime

from flows.errors import NotAuthorisedError, UnknownNameError
from resources.model import Duty


def require(duty: Duty, act: str, person: str, roles: Iterable[str], now: datetime, remedy: str) -> None:
    """Errors: `UnknownNameError` for a person who is not in the directory, `NotAuthorisedError`, which names who may."""
    if person and person not in duty.people:
        raise UnknownNameError("person in the directory", person, duty.people)
    wanted = tuple(dict.fromkeys(roles))
    if duty.holds(person, wanted, now):
        return
    holders = dict.fromkeys(f"{holder.name} ({holder.id})" for role in wanted for holder in duty.holders(role, now))
    raise NotAuthorisedError(act, person, wanted, tuple(holders), remedy)
