"""Sunrise and sunset against published tables: within two minutes, in any season, on any longitude."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from flows.deciding.tasks.daylight import is_night, next_change
from plans.model import Daylight

BEIJING_TIME = ZoneInfo("Asia/Shanghai")
BAOJI = Daylight(34.36, 107.24)
# 27 December 2022, sunrise and sunset of Chinese cities as printed in the daily press
CITIES = [
    ("Beijing", Daylight(39.904, 116.407), "07:34", "16:55"),
    ("Shanghai", Daylight(31.23, 121.47), "06:51", "16:58"),
    ("Kunming", Daylight(25.04, 102.71), "07:52", "18:27"),
    ("Hohhot", Daylight(40.84, 111.75), "07:56", "17:12"),
    ("Changchun", Daylight(43.88, 125.32), "07:11", "16:07"),
    ("Chengdu", Daylight(30.57, 104.07), "07:59", "18:09"),
    ("Yinchuan", Daylight(38.47, 106.27), "08:10", "17:40"),
]
# Greenwich, December 2015, in universal time, as in the almanac
GREENWICH = [(1, "07:43", "15:55"), (2, "07:44", "15:54"), (12, "07:56", "15:51"), (25, "08:05", "15:55")]


def is_near(moment: datetime, printed: str) -> bool:
    hour, minute = map(int, printed.split(":"))
    return abs(moment - moment.replace(hour=hour, minute=minute, second=0)) <= timedelta(minutes=2)


@pytest.mark.parametrize(("city", "place", "sunrise", "sunset"), CITIES, ids=[each[0] for each in CITIES])
def test_the_sun_rises_and_sets_when_the_paper_said(city: str, place: Daylight, sunrise: str, sunset: str) -> None:
    rises = next_change(place, datetime(2022, 12, 27, 0, 0, tzinfo=BEIJING_TIME))
    assert rises, city
    sets = next_change(place, rises.at)

    assert sets
    assert (rises.night, sets.night) == (False, True)
    assert is_near(rises.at.astimezone(BEIJING_TIME), sunrise)
    assert is_near(sets.at.astimezone(BEIJING_TIME), sunset)


@pytest.mark.parametrize(("day", "sunrise", "sunset"), GREENWICH)
def test_the_sun_rises_and_sets_as_the_almanac_says(day: int, sunrise: str, sunset: str) -> None:
    greenwich = Daylight(51.4733, -0.0008)
    rises = next_change(greenwich, datetime(2015, 12, day, tzinfo=UTC))
    assert rises
    sets = next_change(greenwich, rises.at)

    assert sets
    assert is_near(rises.at, sunrise)
    assert is_near(sets.at, sunset)


def test_it_is_day_at_the_second_of_sunrise_and_night_at_that_of_sunset() -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    for _ in range(2 * 365):
        change = next_change(BAOJI, moment)
        assert change
        assert is_night(BAOJI, change.at) is change.night
        assert is_night(BAOJI, change.at - timedelta(seconds=1)) is not change.night
        moment = change.at


def test_noon_and_midnight_are_never_taken_for_one_another() -> None:
    for day in range(1, 366):
        noon = datetime(2026, 1, 1, 4, 51, tzinfo=UTC) + timedelta(days=day)
        assert not is_night(BAOJI, noon)
        assert is_night(BAOJI, noon + timedelta(hours=12))


def test_where_the_sun_does_not_rise_it_is_night_at_noon_and_the_next_sunrise_is_weeks_away() -> None:
    tromso, noon = Daylight(69.65, 18.96), datetime(2026, 12, 21, 11, tzinfo=UTC)
    change = next_change(tromso, noon)

    assert is_night(tromso, noon)
    assert change
    assert not change.night
    assert change.at - noon > timedelta(days=20)
