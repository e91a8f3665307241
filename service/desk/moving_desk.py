"""Moving a running response to another version of its plan: first what would change, then the move itself."""

from collections.abc import Iterator
from pathlib import Path

from flows.deciding.clocks import clocks
from flows.model.events import TaskOpened, TaskWithdrawn
from flows.model.plan_move import MovePlan
from flows.model.state import ResponseState
from flows.running import plan_versions
from flows.running.engine import Moving, Turn
from plans import catalog
from plans.diff import differences
from plans.model import Plan
from service.desk.duty import Desk
from service.desk.views import called
from service.plain import Json, text_view
from service.wiring import Home

LATEST = "latest"
_Clocks = dict[tuple[str, str, str], str]


class MovingDesk:
    def __init__(self, home: Home) -> None:
        self._home = home

    def version(self, response: str, wanted: str, *, files: bool = False) -> Plan:
        """`latest`: what would be activated today; the beginning of a digest; a file, where `files` may be named.

        Errors: any plan error with what is wrong and where, `UnknownNameError`.
        """
        if wanted == LATEST:
            return self._home.plans.named(self._home.engine.head(response).state.plan)
        if files and Path(wanted).suffix in (".yaml", ".yml"):
            return catalog.load(Path(wanted))
        with self._home.database.read() as connection:
            return plan_versions.beginning_with(connection, wanted)

    def preview(self, response: str, plan: Plan, by: str, via: str, reason: str) -> Json:
        """What the move would change, in meaning and for this response. Nothing is written. Errors: those of `move`."""
        moving = self._home.engine.would_move(response, plan, self._command(by, via, reason))
        old = self._home.engine.plan_version(moving.before.digest)
        return {
            "response": response,
            "changed": bool(moving.events),
            "from": _version_view(old),
            "to": _version_view(plan),
            "differences": [each.as_json() for each in differences(old, plan)],
            "opens": [_task_view(moving.plan, each.task, each.assignment, each.assignees) for each in _opened(moving)],
            "withdraws": list(_withdrawn(moving)),
            "clocks": list(_moved_clocks(moving)),
            "called": called(moving.events),
        }

    def move(self, response: str, plan: Plan, by: str, via: str, reason: str) -> Turn:
        """Errors: `PlanMoveError`, `WrongStateError`, `NotAuthorisedError`, `ReasonRequiredError`."""
        return self._home.engine.move(response, plan, self._command(by, via, reason))

    def _command(self, by: str, via: str, reason: str) -> MovePlan:
        return MovePlan(by=Desk(self._home).actor(by), via=via, reason=reason)


def _version_view(plan: Plan) -> Json:
    return {"plan": plan.name, "version": plan.version, "digest": plan.digest}


def _opened(moving: Moving) -> list[TaskOpened]:
    return [event for event in moving.events if isinstance(event, TaskOpened)]


def _withdrawn(moving: Moving) -> Iterator[Json]:
    for event in moving.events:
        if isinstance(event, TaskWithdrawn):
            assignment = moving.before.assignments[event.assignment]
            yield _task_view(moving.plan, assignment.task, assignment.id, assignment.assignees)


def _task_view(plan: Plan, task: str, assignment: str, people: tuple[str, ...]) -> Json:
    return {"assignment": assignment, "title": text_view(plan.tasks[task].title), "people": list(people)}


def _moved_clocks(moving: Moving) -> Iterator[Json]:
    """Of what was already running: which clocks stop, begin or move."""
    before, after = _due(moving.plan_before, moving.before), _due(moving.plan, moving.after)
    new = {event.assignment for event in _opened(moving)}
    for key in sorted(before.keys() | after.keys()):
        old, due = before.get(key), after.get(key)
        if old != due and key[0] not in new:
            yield {"assignment": key[0], "clock": key[1], "name": key[2], "before": old, "after": due}


def _due(plan: Plan, state: ResponseState) -> _Clocks:
    return {(each.assignment, each.clock, each.name): each.due.isoformat() for each in clocks(plan, state)}
