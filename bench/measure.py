"""Measuring: medians and high percentiles of what a call takes, one at a time and many at once."""

import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sample:
    """Seconds of each call, and of the whole."""

    calls: tuple[float, ...]
    whole: float

    @property
    def p50(self) -> float:
        return percentile(self.calls, 50)

    @property
    def p99(self) -> float:
        return percentile(self.calls, 99)

    @property
    def rate(self) -> float:
        return len(self.calls) / self.whole


def one_at_a_time(work: Callable[[int], object], count: int, warm_up: int = 5) -> Sample:
    for number in range(warm_up):
        work(-1 - number)
    began = time.perf_counter()
    calls = tuple(_timed(work, number, time.perf_counter()) for number in range(count))
    return Sample(calls, time.perf_counter() - began)


def at_once(work: Callable[[int], object], count: int, threads: int) -> Sample:
    """All asked at the same moment; a call's time includes its wait for a thread and for the database."""
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda _: None, range(threads)))
        began = time.perf_counter()
        calls = tuple(pool.map(lambda number: _timed(work, number, began), range(count)))
        return Sample(calls, time.perf_counter() - began)


def median_of(runs: Sequence[Sample]) -> Sample:
    """The run in the middle by its rate."""
    return sorted(runs, key=lambda run: run.rate)[len(runs) // 2]


def percentile(values: Sequence[float], percent: int) -> float:
    ordered = sorted(values)
    if len(ordered) < 2:
        return ordered[0]
    return statistics.quantiles(ordered, n=100, method="inclusive")[percent - 1]


def _timed(work: Callable[[int], object], number: int, began: float) -> float:
    work(number)
    return time.perf_counter() - began
