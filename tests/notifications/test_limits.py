"""Limits hold back, they do not drop; they count what was really sent."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from notifications.limits import LIMITS, AddressLimits, Window

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_the_29th_message_in_a_minute_waits_for_the_first_to_be_a_minute_old() -> None:
    limits = AddressLimits(LIMITS)
    for n in range(28):
        limits.record("wechat", "chen", NOW + n * SECOND)

    assert limits.free_at("wechat", "chen", NOW + 28 * SECOND) == NOW + 60 * SECOND
    assert limits.free_at("wechat", "li", NOW + 28 * SECOND) == NOW + 28 * SECOND


def test_the_901st_message_in_an_hour_waits_for_the_first_to_be_an_hour_old() -> None:
    limits = AddressLimits(LIMITS)
    for n in range(900):
        limits.record("wechat", "chen", NOW + n * 3 * SECOND)

    assert limits.free_at("wechat", "chen", NOW + 2700 * SECOND) == NOW + timedelta(hours=1)


def test_channels_without_a_limit_are_free() -> None:
    limits = AddressLimits(LIMITS)
    for _ in range(1000):
        limits.record("sms", "138", NOW)

    assert limits.free_at("sms", "138", NOW) == NOW


windows = st.lists(st.builds(Window, st.integers(1, 4), st.integers(1, 30).map(lambda n: n * SECOND)), min_size=1, max_size=3)


@given(windows, st.lists(st.integers(0, 10), max_size=30))
def test_no_stretch_of_time_ever_holds_more_than_its_window(rules: list[Window], pauses: list[int]) -> None:
    limits = AddressLimits({"wechat": tuple(rules)})
    now, sent = NOW, []

    for pause in pauses:
        now = limits.free_at("wechat", "chen", now + pause * SECOND)
        limits.record("wechat", "chen", now)
        sent.append(now)

    for window in rules:
        for start in sent:
            assert sum(start <= at < start + window.duration for at in sent) <= window.most
