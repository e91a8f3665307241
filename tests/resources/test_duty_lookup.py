"""Who holds a role at a moment: half-open shifts, without gaps and without overlaps at a hand-over."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from resources.model import Duty, Person, Shift

START = datetime(2026, 11, 24, tzinfo=UTC)
PEOPLE = {name: Person(name, name, {"sms": "19900000001"}) for name in ("wang", "li", "zhao")}

minutes = st.integers(min_value=0, max_value=10_000)
moments = minutes.map(lambda count: START + timedelta(minutes=count))
ends = st.none() | moments
shifts = st.builds(Shift, st.sampled_from(["duty_officer", "levee"]), st.sampled_from(sorted(PEOPLE)), ends, ends)


def test_at_a_hand_over_exactly_the_next_person_holds_the_role():
    over = START + timedelta(hours=12)
    duty = Duty(PEOPLE, (Shift("duty_officer", "wang", START, over), Shift("duty_officer", "li", over, None)))

    assert [person.id for person in duty.holders("duty_officer", over - timedelta(microseconds=1))] == ["wang"]
    assert [person.id for person in duty.holders("duty_officer", over)] == ["li"]


@given(st.lists(moments, min_size=2, max_size=8, unique=True), moments)
def test_a_chain_of_shifts_always_has_exactly_one_holder_while_it_lasts(hand_overs: list[datetime], at: datetime):
    hand_overs.sort()
    people = {str(number): Person(str(number), str(number), {}) for number in range(len(hand_overs))}
    chain = tuple(Shift("duty_officer", str(number), start, end) for number, (start, end) in enumerate(pairwise(hand_overs)))

    holders = Duty(people, chain).holders("duty_officer", at)

    assert len(holders) == (1 if hand_overs[0] <= at < hand_overs[-1] else 0)


@given(st.lists(shifts, max_size=12), moments)
def test_holders_are_those_whose_shift_covers_the_moment_each_once_in_roster_order(rows: list[Shift], at: datetime):
    held = Duty(PEOPLE, tuple(rows)).holders("levee", at)

    expected = []
    for shift in rows:
        begun = shift.start is None or not at < shift.start
        over = shift.end is not None and not at < shift.end
        if shift.role == "levee" and begun and not over and shift.person not in expected:
            expected.append(shift.person)
    assert [person.id for person in held] == expected


def test_a_role_that_nobody_holds_is_empty_and_no_error():
    assert Duty(PEOPLE, ()).holders("commander", START) == ()


def test_a_drill_cannot_name_a_person_who_takes_no_part():
    people = {"wang": Person("wang", "王建国", {}, exercises=True, deputy="li"), "li": Person("li", "李梅", {})}
    duty = Duty(people, (Shift("levee", "wang"), Shift("levee", "li")))

    drill = duty.for_drills()

    assert [person.id for person in drill.holders("levee", START)] == ["wang"]
    assert drill.deputy_of("wang") is None
