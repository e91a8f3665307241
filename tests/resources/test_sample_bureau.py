"""The sample that ships: clean, complete, and nobody real."""

import re
from datetime import UTC, datetime

import pytest

from resources.model import Duty
from resources.moments import BUREAU_ZONE, zone_named
from resources.roster_csv import Roster, Source, read_roster
from resources.samples import FILES, sample

AT = datetime(2026, 11, 24, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def roster() -> Roster:
    people, duty = (Source(name, sample(name)) for name in FILES)
    return read_roster(people, duty, zone_named(BUREAU_ZONE))


@pytest.fixture(scope="module")
def duty(roster: Roster) -> Duty:
    return roster.duty


def test_the_sample_imports_without_a_warning(roster: Roster):
    assert roster.warnings == ()


def test_every_telephone_number_is_of_the_range_that_nobody_has(duty: Duty):
    strangers = [person.id for person in duty.people.values() if not re.fullmatch(r"199000000\d\d", person.addresses["sms"])]

    assert not strangers


def test_every_role_of_the_sample_is_held(duty: Duty):
    assert [role for role in {shift.role for shift in duty.shifts} if not duty.holders(role, AT)] == []


def test_somebody_on_duty_has_no_deputy_so_that_the_empty_step_is_seen(duty: Duty):
    alone = {shift.role for shift in duty.shifts if duty.deputy_of(shift.person) is None}

    assert alone == {"hydrology"}


def test_some_read_english_and_nearly_all_take_part_in_drills(duty: Duty):
    people = list(duty.people.values())

    assert 1 <= sum(person.language == "en" for person in people) <= 3
    assert len(people) - 3 <= sum(person.exercises for person in people) < len(people)
