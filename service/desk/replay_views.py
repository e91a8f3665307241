"""What the desk knew at a moment, as plain JSON values: where the response stood, its clocks, and what was learned only later."""

from datetime import datetime

from flows.deciding.clocks import ClockRow, clocks
from flows.running.engine import Engine
from flows.running.replaying import known_at
from plans.model import Plan
from service.desk.views import entry_view, standing_view
from service.plain import Json


def replay_view(engine: Engine, response: str, at: datetime) -> Json:
    """As `response_view`, and more. Errors: `UnknownNameError`, `NotYetOpenError`."""
    return replayed(engine, response, at)[0]


def replayed(engine: Engine, response: str, at: datetime) -> tuple[Json, Plan]:
    """The same, with the version of the plan that it ran under then."""
    with engine.database.read() as connection:
        known = known_at(connection, response, at)
    plan = engine.plan_of(known.head)
    running = sorted(clocks(plan, known.head.state), key=lambda each: (each.due, each.assignment, each.name))
    view = {
        **standing_view(known.head, plan, known.deliveries),
        "known_at": at.isoformat(),
        "entries_since": known.entries - known.head.version,
        "clocks": [_clock_view(each) for each in running],
        "entered_later": [entry_view(each) for each in known.late],
    }
    return view, plan


def _clock_view(clock: ClockRow) -> Json:
    return {"assignment": clock.assignment, "clock": clock.clock, "name": clock.name, "due": clock.due.isoformat()}
