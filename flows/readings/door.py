"""The door of gauges and weather series: readings are kept, triggers followed, proposals made in one transaction; then running
responses are brought up to date.

Like the door of alerts it proposes and never opens, changes or ends a response. Readings may come twice and in any order.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from flows.deciding.facts import FORECAST
from flows.deciding.freshness import observed
from flows.errors import FlowError
from flows.model.commands import RecordFact
from flows.model.events import ENGINE
from flows.model.state import Status
from flows.proposals.model import Proposal
from flows.proposals.round import Desk, call_due
from flows.proposals.table import carry_out, proposals_on
from flows.readings import table as reading_table
from flows.readings.model import Given, Known, Reading, Seen, read_reading
from flows.readings.proposals import RECENT, key_of, propose
from flows.readings.triggers import follow, next_due, on_reading, watched
from flows.running.engine import Engine
from flows.running.tables import BOOKS
from plans.model import Plan
from store.kinds import Kind

log = logging.getLogger("tocsin.readings")


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a batch. `late`: kept, but older than what was known already."""

    new: int = 0
    known: int = 0
    corrected: int = 0
    late: int = 0
    refused: Mapping[int, FlowError] | None = None
    """By place in the batch; the others were taken."""
    proposals: tuple[Proposal, ...] = ()
    """Made, raised, lowered or withdrawn."""
    told: tuple[str, ...] = ()
    """Running responses that learned something."""


class Readings:
    """`plans` gives the plans that can be activated now."""

    def __init__(self, engine: Engine, plans: Callable[[], Iterable[Plan]], desk: Desk) -> None:
        self._engine, self._plans, self._desk = engine, plans, desk
        self._has_caught_up = False

    def take(self, batch: Sequence[Given], source: str = "local") -> Taken:
        """Takes in what is right, says of the rest why it was refused. Error: `StoreError`."""
        now, plans = self._engine.clock.now(), {plan.name: plan for plan in self._plans()}
        by_plan, refused = _read(plans, batch, now)
        new = known = corrected = late = 0
        proposals: list[Proposal] = []
        with self._engine.database.write() as connection:
            for name, readings in by_plan.items():
                before = reading_table.known_before(connection, name, readings)
                fresh = [each for each in readings if before.get((each.station, each.name, each.observed_at)) != each.value]
                changed = sum((each.station, each.name, each.observed_at) in before for each in fresh)
                latest = reading_table.latest(connection, name)
                late += sum(_is_late(each, latest.latest.get(each.name)) for each in fresh)
                reading_table.store(connection, fresh, source, now)
                proposals += self._follow(connection, plans[name], latest, fresh, now)
                new, known, corrected = new + len(fresh) - changed, known + len(readings) - len(fresh), corrected + changed
        told = [response for name in by_plan for response in self._tell(plans[name], now)]
        return Taken(new, known, corrected, late, refused, tuple(proposals), tuple(told))

    def refresh(self) -> list[Proposal]:
        """What time alone has changed: a trigger has held for long enough. The first time also what a crash has left untold."""
        now, plans = self._engine.clock.now(), [plan for plan in self._plans() if on_reading(plan)]
        proposals: list[Proposal] = []
        due = [plan for plan in plans if (moment := self._next_due(plan)) and moment <= now]
        if due:
            with self._engine.database.write() as connection:
                for plan in due:
                    proposals += self._follow(connection, plan, reading_table.latest(connection, plan.name), (), now)
        if not self._has_caught_up:
            for plan in self._plans():
                self._tell(plan, now)
            self._has_caught_up = True
        return proposals

    def next_due(self) -> datetime | None:
        """When `refresh` next has something to do."""
        moments = (self._next_due(plan) for plan in self._plans() if on_reading(plan))
        return min((moment for moment in moments if moment), default=None)

    def _next_due(self, plan: Plan) -> datetime | None:
        with self._engine.database.read() as connection:
            return next_due(plan, watched(plan, reading_table.watches(connection, plan.name)))

    def _follow(
        self, connection: Connection, plan: Plan, known: Known, fresh: Sequence[Reading], now: datetime
    ) -> list[Proposal]:
        if not on_reading(plan):
            return []
        watches = watched(plan, reading_table.watches(connection, plan.name))
        fired = follow(plan, watches, known, fresh, now)
        reading_table.keep(connection, plan.name, watches.values())
        prior = proposals_on(connection, (key_of(plan.name),))
        is_running = bool(_running(connection, plan.name))
        effects = propose(plan, watches, known, fired, prior, now, is_running=is_running)
        touched = [carry_out(connection, effect, now) for effect in effects]
        call_due(connection, self._desk, (plan,), touched, now)
        return touched

    def _tell(self, plan: Plan, now: datetime) -> list[str]:
        """Brings each running response up to the newest readings; told twice, nothing changes."""
        with self._engine.database.read() as connection:
            known, running = reading_table.latest(connection, plan.name), _running(connection, plan.name)
        return [response for response in running if self._tell_one(response, known, now)]

    def _tell_one(self, response: str, known: Known, now: datetime) -> bool:
        head = self._engine.head(response)
        declared = self._engine.plan_of(head).facts
        news = {
            name: seen
            for name, seen in known.latest.items()
            if name.removesuffix(FORECAST) in declared
            and seen.observed_at + RECENT > now
            and (not _has(head.state.facts, head.state.forecasts, name) or seen.observed_at > observed(head.state, name))
        }
        return sum(self._record(response, name, seen) for name, seen in news.items()) > 0

    def _record(self, response: str, name: str, seen: Seen) -> bool:
        command = RecordFact(
            by=ENGINE,
            via="reading",
            name=name.removesuffix(FORECAST),
            value=seen.value,
            forecast=name.endswith(FORECAST),
            observed_at=seen.observed_at,
        )
        try:
            return bool(self._engine.submit(response, command).events)
        except FlowError:
            # it closed meanwhile, or its older plan takes no such value; the reading itself is kept
            log.exception("response %s could not be told of %s", response, name)
            return False


def _read(
    plans: Mapping[str, Plan], batch: Sequence[Given], now: datetime
) -> tuple[dict[str, list[Reading]], dict[int, FlowError]]:
    by_plan: dict[str, list[Reading]] = {}
    refused: dict[int, FlowError] = {}
    for place, given in enumerate(batch):
        try:
            reading = read_reading(plans, given, now)
            by_plan.setdefault(reading.plan, []).append(reading)
        except FlowError as error:
            refused[place] = error
    return by_plan, refused


def _running(connection: Connection, plan: str) -> tuple[str, ...]:
    heads = BOOKS[Kind.REAL].heads
    wanted = select(heads.c.id).where(heads.c.plan == plan, heads.c.status == Status.OPEN.value).order_by(heads.c.opened_at)
    return tuple(connection.execute(wanted).scalars())


def _is_late(reading: Reading, latest: Seen | None) -> bool:
    return latest is not None and reading.observed_at < latest.observed_at


def _has(facts: Mapping[str, object], forecasts: Mapping[str, object], name: str) -> bool:
    return name.removesuffix(FORECAST) in forecasts if name.endswith(FORECAST) else name in facts
