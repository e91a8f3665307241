"""What an open real response stands before: a second one of the same incident, and any drill that needs its people.

An open drill stands before a second drill of its plan.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from flows.errors import AlreadyOpenError, DrillOpenError, PeopleNeededError, UnnamedActivationError
from flows.model.commands import Opening
from flows.model.state import ResponseState, Status
from flows.running import journal
from flows.running.tables import BOOKS
from plans.model import Plan
from resources.model import Duty
from store.kinds import Kind

_HEADS = BOOKS[Kind.REAL].heads
# built once: an activation must not wait for statements to be put together
_OPEN_OF_PLAN = select(_HEADS.c.id, _HEADS.c.incident, _HEADS.c.place).where(
    _HEADS.c.plan == bindparam("of_plan"), _HEADS.c.status == Status.OPEN.value
)
_THE_SAME = _OPEN_OF_PLAN.where(_HEADS.c.incident == bindparam("of_incident"), _HEADS.c.place == bindparam("at_place"))
_THE_OLDEST = _OPEN_OF_PLAN.order_by(_HEADS.c.opened_at).limit(1)
_DRILLS = BOOKS[Kind.DRILL].heads
_OPEN_DRILL = select(_DRILLS.c.id).where(_DRILLS.c.plan == bindparam("of_plan"), _DRILLS.c.status == Status.OPEN.value).limit(1)
_NOT_CLOSED = select(_HEADS.c.id).where(_HEADS.c.status != Status.CLOSED.value).order_by(_HEADS.c.opened_at)


def require_first(connection: Connection, asked: Opening, state: ResponseState) -> None:
    """An incident has one response of a plan at a place; one that names neither may mean any that is open.

    Errors: `AlreadyOpenError`, `UnnamedActivationError`.
    """
    named = {"of_plan": state.plan, "of_incident": state.incident, "at_place": state.place}
    if same := connection.execute(_THE_SAME, named).first():
        raise AlreadyOpenError(same.id, state.plan, same.incident, same.place)
    if asked.incident.strip() or asked.place.strip():
        return
    if other := connection.execute(_THE_OLDEST, {"of_plan": state.plan}).first():
        raise UnnamedActivationError(other.id, state.plan, other.incident, other.place)


def require_free(connection: Connection, plan: Plan, duty: Duty, now: datetime) -> None:
    """A drill does not begin while a real response needs its people, or beside another drill of its plan.

    Errors: `PeopleNeededError`, `DrillOpenError`.
    """
    if drill := connection.execute(_OPEN_DRILL, {"of_plan": plan.name}).scalar():
        raise DrillOpenError(drill, plan.name)
    wanted = _wanted(plan, duty, now)
    for response in connection.execute(_NOT_CLOSED).scalars():
        state = journal.load(connection, response).state
        if shared := [name for person, name in wanted.items() if person in people_of(state)]:
            raise PeopleNeededError(plan.name, response, state.incident, tuple(shared))


def people_of(state: ResponseState) -> set[str]:
    """Everybody who has been given or told of a task; after the stand-down, of one that is still open."""
    assignments = [each for each in state.assignments.values() if state.status is Status.OPEN or not each.has_ended]
    return {person for each in assignments for person in (*each.assignees, *each.told)}


def _wanted(plan: Plan, duty: Duty, now: datetime) -> Mapping[str, str]:
    """Whoever holds a role of the plan now, by name."""
    return {person.id: person.name for role in plan.roles for person in duty.holders(role, now)}
