"""Readings of gauges and weather series: one value of one fact of one plan at one moment, and what following them led to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from flows.deciding.facts import FORECAST, read_facts
from flows.errors import FlowError, UnknownNameError
from flows.model.events import Value
from plans.model import Plan

AHEAD = timedelta(minutes=10)
"""How far the clock of a gauge may run ahead of ours."""


class FutureReadingError(FlowError):
    status = 422

    def __init__(self, plan: str, fact: str, observed_at: datetime) -> None:
        super().__init__(plan, fact, observed_at)
        self.plan, self.fact, self.observed_at = plan, fact, observed_at

    def __str__(self) -> str:
        return (
            f"{self.plan} {self.fact}: {self.observed_at.isoformat()} is in the future; expected the time at which it was "
            "observed (a forecast: issued), with its offset; check the gauge's clock and time zone"
        )


@dataclass(frozen=True, slots=True)
class Given:
    """A reading as it comes in: the value as typed or as JSON gives it."""

    plan: str
    fact: str
    value: object
    observed_at: datetime
    forecast: bool = False
    station: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A checked one. `observed_at`: of a forecast, when it was issued."""

    plan: str
    fact: str
    value: Value
    observed_at: datetime
    forecast: bool = False
    station: str = ""

    @property
    def name(self) -> str:
        """The fact, or its forecast, as conditions and messages name it."""
        return self.fact + FORECAST if self.forecast else self.fact


def read_reading(plans: Mapping[str, Plan], given: Given, now: datetime) -> Reading:
    """Errors: `UnknownNameError` (plan, fact), `FactValueError`, `FutureReadingError`."""
    if given.plan not in plans:
        raise UnknownNameError("plan that can be activated now", given.plan, plans)
    if given.observed_at > now + AHEAD:
        raise FutureReadingError(given.plan, given.fact, given.observed_at)
    fact = given.fact.removesuffix(FORECAST)
    is_forecast = given.forecast or given.fact.endswith(FORECAST)
    readings = read_facts(plans[given.plan], {fact + FORECAST if is_forecast else fact: given.value})
    value = (readings.forecasts if is_forecast else readings.facts)[fact]
    return Reading(given.plan, fact, value, given.observed_at, is_forecast, given.station)


class WatchState(StrEnum):
    IDLE = "idle"
    COUNTING = "counting"  # its condition holds, but not yet for long enough
    STANDING = "standing"  # it has proposed, and has not been released since


@dataclass(frozen=True, slots=True)
class Watch:
    """How far a trigger of a plan is. `seen`: up to when its readings have been followed."""

    trigger: str
    state: WatchState = WatchState.IDLE
    since: datetime | None = None
    seen: datetime | None = None
    conditions: str = ""
    """What it was watched by; a plan that says it otherwise begins anew."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A value and when it was observed."""

    value: Value
    observed_at: datetime
    station: str = ""


@dataclass
class Known:
    """The latest value of each fact and forecast of a plan, by name; older news replaces nothing."""

    latest: dict[str, Seen] = field(default_factory=dict)

    def take(self, reading: Reading) -> bool:
        """Whether it is news: not older than what is known."""
        before = self.latest.get(reading.name)
        if before is not None and reading.observed_at < before.observed_at:
            return False
        self.latest[reading.name] = Seen(reading.value, reading.observed_at, reading.station)
        return True
