"""Behaviours 29-31 and 40: times as senders write them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from alerts.times import read_time

EIGHT = datetime(2026, 7, 1, 0, 0, tzinfo=UTC)


def test_29_the_strict_form_has_no_defect() -> None:
    assert read_time("2026-07-01T08:00:00+08:00") == read_time("2026-07-01T00:00:00-00:00")
    assert read_time("2026-07-01T08:00:00+08:00").codes == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026-07-01T00:00:00Z", "time_zulu"),
        ("2026-07-01T08:00:00.000+08:00", "time_fraction"),
        ("2026-07-01T08:00:00,08:00", "time_comma"),
        ("2026-07-01T08:00+08:00", "time_form"),
        ("2026-07-01T08:00:00+0800", "time_form"),
        ("2026-06-30T24:00:00-00:00", "time_leap"),
    ],
)
def test_29_liberties_are_read_and_noted(text: str, code: str) -> None:
    read = read_time(text)

    assert read.instant == EIGHT
    assert read.codes == (code,)


def test_29_a_space_instead_of_t_is_for_sources_with_a_zone_only() -> None:
    assert read_time("2026-07-01 08:00:00+08:00").instant is None
    assert read_time("2026-07-01 08:00:00+08:00", "Asia/Shanghai").instant == EIGHT


def test_30_a_time_without_offset_is_never_taken_for_utc() -> None:
    assert read_time("2026-07-01T08:00:00").instant is None

    read = read_time("2026-07-01 08:00:00", "Asia/Shanghai")
    assert read.instant == EIGHT
    assert read.codes == ("time_space", "time_naive")


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-02-30T00:00:00Z", "2026-07-01T25:00:00Z", "0001-01-01T00:00:00+14:00"])
def test_31_nonsense_gives_no_instant(text: str) -> None:
    assert read_time(text).instant is None


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-07-01T05:45:00+05:45", EIGHT),
        ("2026-07-01T14:00:00+14:00", EIGHT),
        ("2026-06-30T12:00:00-12:00", EIGHT),
        ("2028-02-29T00:00:00-00:00", datetime(2028, 2, 29, tzinfo=UTC)),
        ("2026-06-30T23:59:60-00:00", EIGHT - timedelta(seconds=1)),
    ],
)
def test_40_odd_offsets_and_leaps_are_read(text: str, instant: datetime) -> None:
    assert read_time(text).instant == instant


@given(some.text(alphabet="0123456789-+:.,TZ ", max_size=40), some.sampled_from(["", "Asia/Shanghai", "Europe/Berlin"]))
def test_40_no_text_crashes_the_reading_of_times(text: str, zone: str) -> None:
    read = read_time(text, zone)

    assert read.instant is None or read.instant.utcoffset() == timedelta(0)


@given(some.datetimes(timezones=some.just(UTC)), some.integers(-14 * 60, 14 * 60))
def test_40_what_we_write_we_read(moment: datetime, minutes: int) -> None:
    sign, ahead = ("-" if minutes < 0 else "+"), abs(minutes)
    moment = moment.replace(year=1900 + moment.year % 200, day=min(moment.day, 28))
    text = f"{moment:%Y-%m-%dT%H:%M:%S}{sign}{ahead // 60:02}:{ahead % 60:02}"

    expected = moment.replace(microsecond=0) - timedelta(minutes=minutes)
    assert read_time(text).instant == expected
