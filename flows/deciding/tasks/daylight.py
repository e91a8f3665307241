"""Sunrise and sunset at a place, to about a minute. Pure.

After the NOAA Solar Calculator (gml.noaa.gov/grad/solcalc, equations of its "calcdetails" spreadsheet, from Meeus,
Astronomical Algorithms): the upper limb on a level horizon, refraction included. Mountains make the day shorter.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import acos, asin, cos, degrees, radians, sin, tan

from plans.model import Daylight

ZENITH = 90.833
"""Of the sun's centre at sunrise, in degrees: half its disc and the refraction at the horizon."""
_NOON_2000 = datetime(2000, 1, 1, 12, tzinfo=UTC)
_DAY = timedelta(days=1)
_YEAR = 367


@dataclass(frozen=True, slots=True)
class SunChange:
    """At `at` the sun sets (`night`) or rises."""

    at: datetime
    night: bool


def is_night(place: Daylight, moment: datetime) -> bool:
    """From sunset to sunrise; where neither comes on such a day, whether the sun is below the horizon."""
    near = [change for change in _changes(place, moment - 2 * _DAY, 4) if change.at <= moment]
    if near and moment - near[-1].at < _DAY:
        return near[-1].night
    return _elevation(place, moment) < 90 - ZENITH


def next_change(place: Daylight, moment: datetime) -> SunChange | None:
    """The next sunrise or sunset after `moment`; None within a few kilometres of a pole, where a year may have none."""
    return next((change for change in _changes(place, moment - _DAY, _YEAR) if change.at > moment), None)


def _changes(place: Daylight, first: datetime, days: int) -> Iterator[SunChange]:
    """In order of time, beginning with the day of `first`."""
    midnight = first.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    for number in range(days):
        # local noon falls on this day of the place, whatever UTC calls it
        noon = midnight + number * _DAY + timedelta(hours=12) - timedelta(minutes=4 * place.longitude)
        rise, sets = _crossing(place, noon, -1), _crossing(place, noon, 1)
        if rise and sets:
            yield SunChange(rise, night=False)
            yield SunChange(sets, night=True)


def _crossing(place: Daylight, noon: datetime, side: int) -> datetime | None:
    """When the sun crosses the horizon before (-1) or after (1) that noon; None when it does not."""
    moment = noon
    # the sun moves on while it rises: twice is within a second
    for _ in range(3):
        declination, equation = _sun(moment)
        latitude, sun = radians(place.latitude), radians(declination)
        angle = cos(radians(ZENITH)) / (cos(latitude) * cos(sun)) - tan(latitude) * tan(sun)
        if not -1 <= angle <= 1:
            return None
        moment = noon + timedelta(minutes=side * 4 * degrees(acos(angle)) - equation)
    return moment.replace(microsecond=0)


def _elevation(place: Daylight, moment: datetime) -> float:
    declination, equation = _sun(moment)
    day = moment.astimezone(UTC)
    solar_minutes = day.hour * 60 + day.minute + day.second / 60 + equation + 4 * place.longitude
    latitude, sun, hour_angle = radians(place.latitude), radians(declination), radians(solar_minutes / 4 - 180)
    return degrees(asin(sin(latitude) * sin(sun) + cos(latitude) * cos(sun) * cos(hour_angle)))


def _sun(moment: datetime) -> tuple[float, float]:
    """Declination in degrees, and the equation of time in minutes."""
    century = (moment - _NOON_2000) / timedelta(days=36525)
    longitude = radians((280.46646 + century * (36000.76983 + century * 0.0003032)) % 360)
    anomaly = radians(357.52911 + century * (35999.05029 - 0.0001537 * century))
    eccentricity = 0.016708634 - century * (0.000042037 + 0.0000001267 * century)
    centre = (
        sin(anomaly) * (1.914602 - century * (0.004817 + 0.000014 * century))
        + sin(2 * anomaly) * (0.019993 - 0.000101 * century)
        + sin(3 * anomaly) * 0.000289
    )
    node = radians(125.04 - 1934.136 * century)
    apparent = radians(degrees(longitude) + centre - 0.00569 - 0.00478 * sin(node))
    mean_obliquity = 23 + (26 + (21.448 - century * (46.815 + century * (0.00059 - century * 0.001813))) / 60) / 60
    obliquity = radians(mean_obliquity + 0.00256 * cos(node))
    y = tan(obliquity / 2) ** 2
    equation = 4 * degrees(
        y * sin(2 * longitude)
        - 2 * eccentricity * sin(anomaly)
        + 4 * eccentricity * y * sin(anomaly) * cos(2 * longitude)
        - 0.5 * y * y * sin(4 * longitude)
        - 1.25 * eccentricity * eccentricity * sin(2 * anomaly)
    )
    return degrees(asin(sin(obliquity) * sin(apparent))), equation
