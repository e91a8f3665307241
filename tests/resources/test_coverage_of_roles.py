"""Which hours of a day nobody holds a role."""

from datetime import UTC, datetime, timedelta

from resources.coverage import uncovered
from resources.model import Duty, Person, Shift

_midnight = datetime(2026, 11, 24, tzinfo=UTC)
_next = _midnight + timedelta(days=1)


def test_a_role_held_from_before_until_after_has_no_gap() -> None:
    assert _uncovered(Shift("patrol", "li"), Shift("patrol", "li", _at(-5), _at(3))) == ()


def test_a_role_that_nobody_holds_is_open_the_whole_day() -> None:
    assert _uncovered(Shift("other", "li"), Shift("patrol", "li", _at(-9), _at(0))) == ((_midnight, _next),)


def test_shifts_that_overlap_and_touch_leave_only_the_hours_between_them() -> None:
    shifts = [
        Shift("patrol", "li", _at(12), _at(20)),
        Shift("patrol", "li", _at(2), _at(8)),
        Shift("patrol", "wu", _at(7), _at(12)),
    ]

    assert _uncovered(*shifts) == ((_midnight, _at(2)), (_at(20), _next))


def test_who_left_the_directory_holds_nothing() -> None:
    assert _uncovered(Shift("patrol", "gone")) == ((_midnight, _next),)


def _at(hour: int) -> datetime:
    return _midnight + timedelta(hours=hour)


def _uncovered(*shifts: Shift) -> tuple[tuple[datetime, datetime], ...]:
    people = {name: Person(name, name, {}) for name in ("li", "wu")}
    return uncovered(Duty(people, shifts), "patrol", _midnight, _next)
