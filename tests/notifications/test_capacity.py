"""Capacity: lanes have room of their own, a provider at rest gets one probe, and it is the most urgent message."""

from datetime import UTC, datetime, timedelta

from notifications.capacity import Capacity
from notifications.claims import Lane
from notifications.message import Outcome, Priority, Result
from store.kinds import Kind

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
SECOND = timedelta(seconds=1)
FLASH = Lane(Priority.FLASH, Kind.REAL, "sms")
MASS = Lane(Priority.MASS, Kind.REAL, "sms")
PAPER = Lane(Priority.PAPER, Kind.REAL, "sms")
DRILL = Lane(Priority.FLASH, Kind.DRILL, "sms")
WECHAT = Lane(Priority.FLASH, Kind.REAL, "wechat")
DOWN, ACCEPTED, INVALID = Outcome(Result.PROVIDER_DOWN), Outcome(Result.ACCEPTED), Outcome(Result.FAILED_FOR_GOOD)


def capacity() -> Capacity:
    return Capacity(dict.fromkeys(Priority, 2))


def shut() -> Capacity:
    shut = capacity()
    for _ in range(5):
        shut.note(FLASH, [DOWN], NOW)
    return shut


def test_a_full_lane_leaves_the_others_their_room() -> None:
    busy = capacity()
    busy.took(PAPER, NOW)
    busy.took(PAPER, NOW)

    assert busy.rooms([FLASH, PAPER, DRILL], NOW) == {FLASH: 2, DRILL: 2}

    busy.released(PAPER)
    assert busy.rooms([PAPER], NOW) == {PAPER: 1}


def test_five_faults_shut_the_provider_for_its_kind_alone() -> None:
    assert shut().rooms([FLASH, PAPER, DRILL, WECHAT], NOW) == {DRILL: 2, WECHAT: 2}


def test_after_15_seconds_one_probe_goes_and_it_is_the_most_urgent() -> None:
    resting = shut()
    later = NOW + 15 * SECOND

    assert resting.next_probe([PAPER, FLASH], NOW) == later
    assert resting.rooms([PAPER, FLASH], later) == {FLASH: 1}

    resting.took(FLASH, later)
    assert resting.rooms([PAPER, FLASH], later) == {}


def test_a_probe_that_fails_means_another_rest_and_one_that_succeeds_opens_the_way() -> None:
    resting = shut()
    later = NOW + 15 * SECOND
    resting.note(FLASH, [DOWN], later)
    assert resting.rooms([FLASH], later + 14 * SECOND) == {}

    resting.note(FLASH, [ACCEPTED], later + 15 * SECOND)
    assert resting.rooms([FLASH], later + 15 * SECOND) == {FLASH: 2}


def test_faults_of_numbers_and_few_faults_among_many_do_not_shut_a_provider() -> None:
    mixed = capacity()
    for _ in range(20):
        mixed.note(FLASH, [INVALID], NOW)
    for _ in range(5):
        mixed.note(FLASH, [DOWN], NOW)

    assert mixed.rooms([FLASH], NOW) == {FLASH: 2}


def test_old_faults_are_forgotten() -> None:
    slow = capacity()
    for n in range(8):
        slow.note(FLASH, [DOWN], NOW + n * 10 * SECOND)

    assert slow.rooms([FLASH], NOW + 80 * SECOND) == {FLASH: 2}


def test_a_batch_that_fails_is_one_fault_and_does_not_shut_the_way_of_a_commander() -> None:
    batches = capacity()
    for _ in range(4):
        batches.note(MASS, [DOWN] * 1000, NOW)
    assert batches.rooms([FLASH], NOW) == {FLASH: 2}

    batches.note(MASS, [DOWN] * 1000, NOW)
    assert batches.rooms([FLASH], NOW) == {}


def test_a_provider_that_takes_a_part_of_each_batch_is_not_shut() -> None:
    partly = capacity()
    for _ in range(5):
        partly.note(MASS, [DOWN, ACCEPTED, DOWN], NOW)

    assert partly.rooms([FLASH], NOW) == {FLASH: 2}
