"""Who stands behind its twins: by a table of figures, with hysteresis, and step by step back."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import repeat

import pytest

from notifications.health import STEP, WINDOW, Carried, Figures, Standing, figures, judged

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LONG_AGO, JUST_NOW = NOW - 300 * SECOND, NOW - 10 * SECOND
GOOD = Figures(messages=100, delivered=97, slow=2, failed=1)
BAD = Figures(messages=100, delivered=60, slow=30, failed=10)
SO_SO = Figures(messages=100, delivered=78, slow=20, failed=2)


def carried(arrived: int = 0, late: int = 0, silent: int = 0, failed: int = 0, under_way: int = 0) -> Iterator[Carried]:
    yield from repeat(Carried(LONG_AGO, LONG_AGO + 5 * SECOND), arrived)
    yield from repeat(Carried(LONG_AGO, LONG_AGO + 61 * SECOND), late)
    yield from repeat(Carried(LONG_AGO), silent)
    yield from repeat(Carried(LONG_AGO, has_failed=True), failed)
    yield from repeat(Carried(JUST_NOW), under_way)


def test_what_is_late_silent_failed_and_under_way_is_counted_each() -> None:
    found = figures(carried(arrived=7, late=2, silent=3, failed=4, under_way=5), NOW)

    assert found == Figures(messages=21, delivered=9, slow=5, failed=4, under_way=5)


def test_a_failure_that_was_followed_by_its_arrival_is_a_delivery() -> None:
    assert figures([Carried(LONG_AGO, LONG_AGO + SECOND, has_failed=True)], NOW) == Figures(messages=1, delivered=1)


@pytest.mark.parametrize(
    ("seen", "is_bad"),
    [
        ({"arrived": 14, "failed": 6}, False),  # 70 %
        ({"arrived": 13, "failed": 7}, True),
        ({"failed": 19}, False),  # too few to know
        ({"arrived": 13, "late": 7}, True),  # all delivered, more than 30 % late
        ({"arrived": 14, "late": 6}, False),
        ({"silent": 20}, True),
        ({"under_way": 100}, False),
        ({"failed": 20, "under_way": 180}, False),  # the first news of many is the bad news
    ],
)
def test_bad_is_fewer_than_70_percent_delivered_or_more_than_30_percent_slow(seen: dict[str, int], is_bad: bool) -> None:
    assert figures(carried(**seen), NOW).are_bad is is_bad


def stand(first: Standing, second: Standing, now: datetime = NOW) -> tuple[Standing, Standing]:
    found = judged({"first": first, "second": second}, now)
    return found["first"], found["second"]


def test_who_does_badly_goes_behind_a_twin_of_whom_nothing_bad_is_known() -> None:
    first, second = stand(Standing(figures=BAD), Standing())

    assert (first.share, first.since, second) == (0, NOW, Standing())


def test_when_all_do_badly_nobody_changes_place() -> None:
    assert stand(Standing(figures=BAD), Standing(figures=BAD)) == (Standing(figures=BAD), Standing(figures=BAD))


def test_the_last_one_in_its_place_stays_there_while_the_other_is_behind() -> None:
    _, second = stand(Standing(0, NOW), Standing(figures=BAD), NOW + SECOND)

    assert second.is_wholly_there


def test_it_comes_back_step_by_step_while_nothing_bad_is_seen() -> None:
    first, shares, now = Standing(0, NOW), [], NOW
    for _ in range(6):
        now += STEP / 2
        first, _ = stand(first, Standing(), now)
        shares.append(first.share)

    assert shares == [0, 10, 10, 50, 50, 100]


def test_a_bad_trial_sends_it_back_at_once() -> None:
    first, _ = stand(Standing(10, NOW, Figures(messages=5, delivered=3, failed=2)), Standing(), NOW + SECOND)

    assert (first.share, first.since) == (0, NOW + SECOND)


def test_neither_bad_nor_good_it_stays_where_it_is() -> None:
    assert stand(Standing(10, NOW, SO_SO), Standing(), NOW + 3 * STEP)[0].share == 10
    assert stand(Standing(100, NOW, SO_SO), Standing(), NOW + 3 * STEP)[0].share == 100


def test_only_what_was_sent_since_it_changed_place_is_held_for_or_against_it() -> None:
    assert Standing(10, NOW - SECOND).evidence_from(NOW) == NOW - SECOND
    assert Standing(100, NOW - 2 * WINDOW).evidence_from(NOW) == NOW - WINDOW


def test_a_clock_that_was_set_back_does_not_keep_it_behind_until_then() -> None:
    first, _ = stand(Standing(0, NOW + timedelta(days=1)), Standing())

    assert first.since == NOW


def test_who_does_well_stays_first() -> None:
    assert stand(Standing(figures=GOOD), Standing(figures=BAD))[0].is_wholly_there
