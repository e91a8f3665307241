"""The one place that asks what time it is and that invents identifiers; everything else is handed a `Clock`."""

import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The present, aware, in UTC."""
        ...

    def until(self, moment: datetime) -> timedelta:
        """Real time to wait until `moment` on this clock; never negative."""
        ...

    def after(self, real: timedelta) -> datetime:
        """What this clock will say when that much real time has passed: for waits on machines, which run no faster."""
        ...


class ClockSettingError(Exception):
    def __init__(self, setting: str) -> None:
        super().__init__(setting)
        self.setting = setting

    def __str__(self) -> str:
        return f"TOCSIN_CLOCK={self.setting!r}: expected SPEED@START with a speed above 0, as in 30@2026-11-24T08:00:00+00:00"


class RealClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def until(self, moment: datetime) -> timedelta:
        return max(moment - self.now(), timedelta(0))

    def after(self, real: timedelta) -> datetime:
        return self.now() + real


@dataclass(frozen=True, slots=True)
class ScaledClock:
    """Runs `speed` times as fast as the real clock from `start` (real time) on: an hour's drill in a minute."""

    start: datetime
    speed: float

    def now(self) -> datetime:
        return self.start + (datetime.now(UTC) - self.start) * self.speed

    def until(self, moment: datetime) -> timedelta:
        return max((moment - self.now()) / self.speed, timedelta(0))

    def after(self, real: timedelta) -> datetime:
        return self.now() + real * self.speed


class MovableClock:
    """Stands still until a test or a simulation moves it."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def until(self, moment: datetime) -> timedelta:
        return max(moment - self._now, timedelta(0))

    def after(self, real: timedelta) -> datetime:
        return self._now + real

    def forward(self, duration: timedelta) -> datetime:
        self._now += duration
        return self._now


def clock_from_environment() -> Clock:
    """The real clock, or the scaled one that TOCSIN_CLOCK=SPEED@START names (demo and drills)."""
    setting = os.environ.get("TOCSIN_CLOCK", "")
    if not setting:
        return RealClock()
    speed, _, start = setting.partition("@")
    try:
        moment = datetime.fromisoformat(start)
        if moment.tzinfo is None or not 0 < float(speed) < float("inf"):
            raise ClockSettingError(setting)
        return ScaledClock(moment, float(speed))
    except ValueError as cause:
        raise ClockSettingError(setting) from cause


def new_token(size: int = 8) -> str:
    """An unguessable lower-case identifier of `size` bytes, in hex."""
    return secrets.token_hex(size)
