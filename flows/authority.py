"""Who may do what: roles held on the roster now. Pure."""

from collections.abc import Iterable
from datetime import datetime

from flows.errors import NotAuthorisedError
from resources.model import Duty


def require(duty: Duty, act: str, person: str, roles: Iterable[str], now: datetime, remedy: str) -> None:
    """Error: `NotAuthorisedError`, which names the people who may."""
    wanted = tuple(dict.fromkeys(roles))
    if duty.holds(person, wanted, now):
        return
    holders = dict.fromkeys(f"{holder.name} ({holder.id})" for role in wanted for holder in duty.holders(role, now))
    raise NotAuthorisedError(act, person, wanted, tuple(holders), remedy)
