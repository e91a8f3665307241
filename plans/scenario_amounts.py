"""The small values of a scenario: distributions, shares, moments, names that the plan knows."""

from collections.abc import Iterable
from datetime import time, timedelta

from plans import quantities
from plans.diagnostic import nearest
from plans.fields import Fields
from plans.reader import Mapping, Node, Scalar
from plans.scenario_model import Constant, Distribution, Never, Spread, Triangle

_forms = "{median: …, spread: 2}, {least: …, likely: …, most: …}, or never"
duration_form = f"a duration such as 5 min, or a distribution: {_forms}"
share_form = f"a share such as 0.6, or a distribution: {_forms}"
moment_form = "how long after the start, such as +2 h or +90 min"
probability_form = "a probability from 0 to 1"
time_form = "a time of day such as 22:00"
LONGEST = timedelta(days=60)


def distribution(fields: Fields, key: str, *, share: bool = False) -> Distribution | None:
    """Of durations, in seconds, or with `share` of a task's limit; None when it is absent."""
    node = fields.get(key)
    return None if node is None else distribution_of(fields, node, key, share=share)


def distribution_of(fields: Fields, node: Node, key: str, *, share: bool = False) -> Distribution:
    if isinstance(node, Scalar):
        if node.text.strip() == "never":
            return Never()
        return Constant(_amount(fields, node, key, share=share, expected=share_form if share else duration_form))
    inner = fields.inside(node, f"{key!r} of {fields.what}")
    given = _Amounts(inner, share=share)
    if "median" in inner.node.entries or "spread" in inner.node.entries:
        result: Distribution = Spread(given.amount("median"), _spread(inner))
    else:
        result = _triangle(inner, given)
    inner.close()
    return result


def probability(fields: Fields, key: str) -> float | None:
    value = fields.number(key, expected=probability_form)
    if value is not None and not 0 <= value <= 1:
        fields.fault(fields.node.entries[key].value.mark, f"{key!r} is {value:g}", probability_form, "wrong-value")
        return None
    return value


def count(fields: Fields, key: str, default: int, *, least: int = 1) -> int:
    expected = f"a whole number from {least} to 50"
    value = fields.number(key, expected=expected)
    if value is None:
        return default
    if value != int(value) or not least <= value <= 50:
        fields.fault(fields.node.entries[key].value.mark, f"{key!r} is {value:g}", expected, "wrong-value")
        return default
    return int(value)


def moment(fields: Fields, key: str = "at") -> timedelta:
    """`+2 h`: how long after the start."""
    node = fields.get(key, required=True, expected=moment_form)
    if node is None:
        return timedelta(0)
    text = fields.text_of(node, key, moment_form)
    length = quantities.duration(text.removeprefix("+"))
    if text and (length is None or length > LONGEST):
        fields.fault(node.mark, f"{key!r} is {text!r}", f"{moment_form}, at most 60 d", "wrong-value")
    return min(length or timedelta(0), LONGEST)


def time_of_day(fields: Fields, key: str) -> time:
    text = fields.text(key, expected=time_form)
    try:
        found = time.fromisoformat(text) if text else time(0)
    except ValueError:
        found = None
    if found is None or found.tzinfo is not None:
        fields.fault(fields.node.entries[key].value.mark, f"{key!r} is {text!r}", time_form, "wrong-value")
        return time(0)
    return found


def known_name(fields: Fields, key: str, kind: str, names: Iterable[str], default: str | None = None) -> str:
    """A name that the plan has; empty, with a fault, when it has none of that name."""
    listed = tuple(names)
    name = fields.text(key, default, expected=f"the name of a {kind}")
    if not name or (key not in fields.node.entries) or name in listed:
        return name
    fields.fault(fields.node.entries[key].value.mark, *unknown(name, kind, listed))
    return ""


def unknown(name: str, kind: str, names: Iterable[str]) -> tuple[str, str, str, str]:
    """What a fault says of a name that the plan does not have."""
    listed = tuple(names)
    expected = f"one of {', '.join(listed[:12])}{' …' if len(listed) > 12 else ''}" if listed else "none"
    return f"the plan has no {kind} {name!r}", expected, "unknown-name", nearest(name, listed)


class _Amounts:
    def __init__(self, fields: Fields, *, share: bool) -> None:
        self._fields, self._share = fields, share

    def amount(self, key: str) -> float:
        expected = "a share such as 0.6" if self._share else quantities.duration_form
        node = self._fields.get(key, required=True, expected=expected)
        return 0.0 if node is None else _amount(self._fields, node, key, share=self._share, expected=expected)


def _amount(fields: Fields, node: Node, key: str, *, share: bool, expected: str) -> float:
    text = fields.text_of(node, key, expected)
    length = quantities.duration(text)
    value = quantities.number(text) if share else length.total_seconds() if length is not None else None
    if text and (value is None or not 0 <= value <= LONGEST.total_seconds()):
        fields.fault(node.mark, f"{key!r} is {text!r}", expected, "wrong-value")
        return 0.0
    return value or 0.0


def _spread(inner: Fields) -> float:
    expected = "a factor of 1 or more, at most 20: two of three lie between median / spread and median * spread"
    spread = inner.number("spread", required=True, expected=expected)
    if spread is not None and not 1 <= spread <= 20:
        inner.fault(inner.node.entries["spread"].value.mark, f"'spread' is {spread:g}", expected, "wrong-value")
        return 1.0
    return spread or 1.0


def _triangle(inner: Fields, given: _Amounts) -> Triangle:
    least, likely, most = (given.amount(key) for key in ("least", "likely", "most"))
    if all(key in inner.node.entries for key in ("least", "likely", "most")) and not least <= likely <= most:
        inner.fault(inner.node.mark, f"{inner.what} is not in order", "least <= likely <= most", "wrong-value")
        return Triangle(least, least, least)
    return Triangle(least, likely, most)


def entries_of(fields: Fields, key: str) -> Iterable[tuple[str, "Fields", Node]]:
    """Each entry of a mapping: its name, a reader for faults, its node."""
    node = fields.get(key)
    if node is None:
        return
    inner = fields.inside(node, f"{key!r} of {fields.what}")
    assert isinstance(inner.node, Mapping), "a reader stands on a mapping"
    for name, entry in inner.node.entries.items():
        inner.get(name)
        yield name, inner, entry.value
