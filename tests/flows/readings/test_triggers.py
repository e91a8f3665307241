"""Whatever a gauge says: what comes in one batch ends where single readings end, holds are kept, and nothing flaps."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.readings.model import Known, Reading, Watch, WatchState
from flows.readings.triggers import Fired, follow, next_due, watched
from flows.testing.night import START, minutes, small_plan
from plans.model import Level, Plan, Trigger

HOLD = minutes(10)
PLAN: Plan = replace(
    small_plan(),
    triggers=(
        Trigger("IV", "reading", "flow >= 1000", Level.IV, hold=HOLD, release="flow < 900"),
        Trigger("III", "reading", "flow >= 2000 || flow.forecast >= 2000", Level.III, hold=HOLD),
    ),
)

flows = st.sampled_from([500.0, 899.0, 901.0, 999.0, 1000.0, 1999.0, 2000.0, 3000.0])
gaps = st.sampled_from([0, 1, 5, 9, 10, 11, 30])
series = st.lists(st.tuples(gaps, flows, st.booleans()), max_size=25)
quickly = settings(max_examples=150, deadline=None)


def readings(given_series: list[tuple[int, float, bool]]) -> list[Reading]:
    moment, found = START, []
    for gap, flow, forecast in given_series:
        moment += minutes(gap)
        found.append(Reading("small", "flow", flow, moment, forecast))
    return found


def end_of(batch: list[Reading]) -> timedelta:
    return (batch[-1].observed_at if batch else START) - START


@quickly
@given(series)
def test_one_batch_ends_where_single_readings_end(given_series: list[tuple[int, float, bool]]) -> None:
    batch = readings(given_series)
    at_once, one_by_one = watched(PLAN, {}), watched(PLAN, {})
    known = Known()

    fired = follow(PLAN, at_once, Known(), batch, START + end_of(batch))
    singly: list[Fired] = []
    for each in batch:
        singly += follow(PLAN, one_by_one, known, [each], each.observed_at)

    assert at_once == one_by_one
    assert sorted(map(shown, fired)) == sorted(map(shown, singly))


@quickly
@given(series)
def test_nothing_fires_before_it_has_held_nor_twice_without_a_release(given_series: list[tuple[int, float, bool]]) -> None:
    batch, watches, known = readings(given_series), watched(PLAN, {}), Known()
    stood: set[str] = set()
    for each in batch:
        for fired in follow(PLAN, watches, known, [each], each.observed_at):
            since = watches[fired.trigger.name].since
            assert since is None or fired.at - since >= HOLD
            assert fired.trigger.name not in stood
        stood = {name for name, watch in watches.items() if watch.state is WatchState.STANDING}


@quickly
@given(series, st.integers(0, 60))
def test_a_clock_is_always_ahead(given_series: list[tuple[int, float, bool]], later: int) -> None:
    batch, watches = readings(given_series), watched(PLAN, {})
    now = START + end_of(batch) + minutes(later)

    follow(PLAN, watches, Known(), batch, now)

    due = next_due(PLAN, watches)
    assert due is None or due > now


def test_a_trigger_that_is_gone_is_watched_no_more() -> None:
    kept = {"gone": Watch("gone", WatchState.STANDING)}

    assert list(watched(PLAN, kept)) == ["IV", "III"]


def shown(fired: Fired) -> tuple[str, str]:
    return fired.trigger.name, fired.at.isoformat()
