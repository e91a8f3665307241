"""The circuit breaker of one provider, with a clock that is moved."""

from datetime import UTC, datetime, timedelta

import pytest

from notifications.circuit import Circuit
from store.clock import MovableClock

SECOND = timedelta(seconds=1)


class Provider:
    def __init__(self) -> None:
        self.circuit = Circuit()
        self.clock = MovableClock(datetime(2026, 11, 24, 8, tzinfo=UTC))

    def says(self, results: str) -> None:
        """`+` for each success, `-` for each fault, now."""
        for result in results:
            (self.circuit.succeeded if result == "+" else self.circuit.failed)(self.clock.now())

    def probe(self) -> int | None:
        """How many may go; whoever asks sends one if it may."""
        room = self.circuit.room(self.clock.now())
        if room:
            self.circuit.tried(self.clock.now())
        return room


@pytest.mark.parametrize(
    ("results", "is_open"),
    [("-" * 4, False), ("-" * 5, True), ("+" * 5 + "-" * 5, False), ("+" * 4 + "-" * 5, True), ("+" * 50 + "-" * 10, False)],
)
def test_five_faults_and_more_than_half_open_it(results: str, is_open: bool) -> None:
    provider = Provider()

    provider.says(results)

    assert (provider.circuit.room(provider.clock.now()) == 0) is is_open


def test_what_is_older_than_30_seconds_does_not_count() -> None:
    provider = Provider()
    provider.says("----")
    provider.clock.forward(30 * SECOND)

    provider.says("-")

    assert provider.probe() is None


def test_after_15_seconds_one_probe_goes_and_nobody_beside_it() -> None:
    provider = Provider()
    provider.says("-----")
    provider.clock.forward(14 * SECOND)
    assert provider.probe() == 0

    provider.clock.forward(SECOND)
    assert [provider.probe(), provider.probe()] == [1, 0]


def test_a_probe_that_succeeds_closes_it_and_old_faults_are_forgotten() -> None:
    provider = Provider()
    provider.says("-----")
    provider.clock.forward(15 * SECOND)
    provider.probe()

    provider.says("+----")

    assert (provider.probe(), provider.circuit.retry_at) == (None, None)


def test_a_probe_that_fails_means_another_15_seconds() -> None:
    provider = Provider()
    provider.says("-----")
    provider.clock.forward(15 * SECOND)
    provider.probe()

    provider.says("-")

    assert provider.circuit.retry_at == provider.clock.now() + 15 * SECOND


def test_a_probe_that_never_answers_does_not_shut_it_for_good() -> None:
    provider = Provider()
    provider.says("-----")
    provider.clock.forward(15 * SECOND)
    provider.probe()
    provider.clock.forward(15 * SECOND)

    assert provider.probe() == 1
