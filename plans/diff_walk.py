"""Where two plans are not the same: every value that differs, with the element it belongs to. Says nothing of what that means."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import TYPE_CHECKING

from plans.model import GradeColumn, Level, Plan, Text

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Place = tuple[str, ...]

_whole = frozenset({("Rung", "by"), ("FindingKind", "report")})
"""Lists in which nothing stands for everything: what one entry means hangs on the others."""


@dataclass(frozen=True, slots=True)
class Change:
    """One value of the field `field` of a `owner`; `item` when it is one entry of a list or a mapping.

    `old` is None where there was nothing, `new` where there is nothing any more; `is_order` when only the order differs.
    """

    place: Place
    owner: str
    field: str
    old: object
    new: object
    item: str = ""
    is_order: bool = False


def changes(old: Plan, new: Plan) -> Iterator[Change]:
    """In the order of the model; none exactly when both have one digest."""
    return _fields((), old, new)


def _fields(place: Place, old: "DataclassInstance", new: "DataclassInstance") -> Iterator[Change]:
    for field in fields(old):
        here = Change((*place, field.name), type(old).__name__, field.name, getattr(old, field.name), getattr(new, field.name))
        yield from _compare(here)


def _compare(here: Change) -> Iterator[Change]:
    match here.old, here.new:
        case Mapping() as old, Mapping() as new:
            yield from _entries(here, old, new)
        case tuple() as old, tuple() as new if _are_named(old + new):
            yield from _entries(here, _by_name(old), _by_name(new))
            yield from _order(here, tuple(_by_name(old)), tuple(_by_name(new)))
        case tuple() as old, tuple() as new if _are_names(old + new) and (here.owner, here.field) not in _whole:
            yield from _entries(here, {each: each for each in old}, {each: each for each in new})
            yield from _order(here, old, new)
        case frozenset() as old, frozenset() as new:
            yield from _entries(here, {each: each for each in old}, {each: each for each in new})
        case (old, new) if _is_element(old) and type(old) is type(new):
            yield from _fields(here.place, old, new)  # type: ignore[arg-type]  # an element is a dataclass
        case (old, new) if old != new or (isinstance(old, float) and str(old) != str(new)):
            yield here
        case _:
            return


def _entries(here: Change, old: Mapping[object, object], new: Mapping[object, object]) -> Iterator[Change]:
    for key in dict.fromkeys((*old, *new)):
        name = key.name if isinstance(key, Level) else str(key)
        yield from _compare(Change((*here.place, name), here.owner, here.field, old.get(key), new.get(key), name))


def _order(here: Change, old: tuple[object, ...], new: tuple[object, ...]) -> Iterator[Change]:
    if old != new and set(old) == set(new):
        yield Change(here.place, here.owner, here.field, old, new, is_order=True)


def _are_named(items: tuple[object, ...]) -> bool:
    return bool(items) and all(_is_element(each) and (hasattr(each, "name") or isinstance(each, GradeColumn)) for each in items)


def _are_names(items: tuple[object, ...]) -> bool:
    return all(isinstance(each, str) for each in items)


def _by_name(items: tuple[object, ...]) -> dict[object, object]:
    return {each.fact if isinstance(each, GradeColumn) else getattr(each, "name", ""): each for each in items}


def _is_element(value: object) -> bool:
    """A dataclass whose fields are told apart; a text is told as a whole."""
    return is_dataclass(value) and not isinstance(value, (Text, type))
