"""Clocks: the real one, one that runs faster, one that stands still; and the setting that chooses."""

from datetime import UTC, datetime, timedelta

import pytest

from store.clock import ClockSettingError, MovableClock, RealClock, ScaledClock, clock_from_environment, new_token

START = datetime(2026, 9, 3, 18, 0, tzinfo=UTC)


def test_real_clock_is_aware() -> None:
    assert RealClock().now().tzinfo is UTC


def test_scaled_clock_begins_with_real_time_and_runs_ahead() -> None:
    real = RealClock().now()
    clock = ScaledClock(real - timedelta(minutes=1), 30)

    assert timedelta(minutes=29) <= clock.now() - real <= timedelta(minutes=30)


def test_scaled_clock_waits_the_shorter_real_time() -> None:
    clock = ScaledClock(RealClock().now(), 60)

    assert timedelta(seconds=9) < clock.until(clock.now() + timedelta(minutes=10)) <= timedelta(seconds=10)


def test_nobody_waits_for_what_is_past() -> None:
    assert MovableClock(START).until(START - timedelta(hours=1)) == timedelta(0)
    assert RealClock().until(START.replace(year=2000)) == timedelta(0)


def test_movable_clock_moves_only_when_told() -> None:
    clock = MovableClock(START)

    clock.forward(timedelta(minutes=5))

    assert clock.now() == START + timedelta(minutes=5)


def test_environment_chooses_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(clock_from_environment(), RealClock)
    monkeypatch.setenv("TOCSIN_CLOCK", "30@2026-09-03T18:00:00+00:00")

    assert clock_from_environment() == ScaledClock(START, 30)


@pytest.mark.parametrize(
    "setting",
    [
        "fast",
        "30@yesterday",
        "30@2026-09-03T18:00:00",
        *(f"{speed}@2026-09-03T18:00:00+00:00" for speed in ("x", "0", "-1", "nan", "inf")),
    ],
)
def test_wrong_setting_says_what_was_expected(monkeypatch: pytest.MonkeyPatch, setting: str) -> None:
    monkeypatch.setenv("TOCSIN_CLOCK", setting)

    with pytest.raises(ClockSettingError, match="expected SPEED@START with a speed above 0, as in 30@2026"):
        clock_from_environment()


def test_tokens_are_never_the_same() -> None:
    assert len({new_token() for _ in range(1000)}) == 1000
