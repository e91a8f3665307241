"""Who may do what: roles held on the roster now. Pure."""

from collections.abc import Iterable
from datetime import datetime

from flows.deciding.draft import Draft
from flows.errors import NotAuthorisedError, UnknownNameError
from flows.model.state import Assignment
from plans.model import Plan
from resources.model import Duty


def require(duty: Duty, act: str, person: str, roles: Iterable[str], now: datetime, remedy: str) -> None:
    """Errors: `UnknownNameError` for a person who is not in the directory, `NotAuthorisedError`, which names who may."""
    if person and person not in duty.people:
        raise UnknownNameError("person", person, duty.people, "the directory")
    wanted = tuple(dict.fromkeys(roles))
    if duty.holds(person, wanted, now):
        return
    holders = dict.fromkeys(f"{holder.name} ({holder.id})" for role in wanted for holder in duty.holders(role, now))
    raise NotAuthorisedError(act, person, wanted, tuple(holders), remedy)


def require_in_charge(draft: Draft, assignment: Assignment, person: str, act: str) -> None:
    """Whoever was called for it, may activate the plan, or may approve a level of it."""
    if person in assignment.told:
        return
    require(
        draft.duty,
        f"{act} {assignment.id}",
        person,
        in_charge(draft.plan),
        draft.now,
        "ask one of them, or somebody who was called for it",
    )


def in_charge(plan: Plan) -> tuple[str, ...]:
    """The roles that may activate the plan or approve a level of it."""
    return (*plan.activate, *(role for rule in plan.levels.values() for role in rule.approve))


def alert_roles(plan: Plan) -> tuple[str, ...]:
    """The roles that hear of what concerns the whole plan (the duty office)."""
    return tuple(sorted(role.name for role in plan.roles.values() if role.alert))
