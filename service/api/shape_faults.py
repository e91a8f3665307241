"""What is wrong with the form of a request: which field, what was expected there, what was found. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

SHOWN = 80
_EXPECTED = {
    "model_attributes_type": "a JSON object, sent with Content-Type: application/json",
    "timezone_aware": "a time with its zone, as in 2026-09-03T18:00:00+08:00",
}
_OPENINGS = ("Input should be ", "Input should have ", "Value should have ", "String should have ", "Value error, ")


@dataclass(frozen=True, slots=True)
class ShapeFault:
    """`place` is body, query, path or header; `field` is dotted, and empty for all of the body."""

    place: str
    field: str
    expected: str
    found: str = ""

    def __str__(self) -> str:
        where = f"{self.place} field {self.field!r}" if self.field else f"the {self.place}"
        return f"{where}: {self.found or 'missing'}; expected {self.expected}"


def shape_faults(errors: Sequence[Mapping[str, Any]], body: object, known: Sequence[str]) -> tuple[ShapeFault, ...]:
    """One for each field, in the order of the errors; `known` are the fields that the body may have."""
    faults: dict[tuple[str, str], ShapeFault] = {}
    for error in errors:
        fault = _fault(error, body, known)
        place = (fault.place, fault.field)
        if earlier := faults.get(place):
            # a field that may have one of several types gives an error for each
            fault = ShapeFault(*place, f"{earlier.expected} or {fault.expected}", fault.found)
        faults[place] = fault
    return tuple(faults.values())


def _fault(error: Mapping[str, Any], body: object, known: Sequence[str]) -> ShapeFault:
    place, *way = error["loc"]
    if error["type"] == "json_invalid":
        return ShapeFault(place, "", "a JSON object", f"not JSON: {error['ctx']['error']} at character {way[0]}")
    field = ".".join(map(str, _in_body(way, body) if place == "body" else way))
    if error["type"] == "extra_forbidden":
        return ShapeFault(place, field, f"only {', '.join(known)}", f"not known here{_hint(field, known)}")
    if error["type"] == "missing":
        return ShapeFault(place, field, "a value" if field else _EXPECTED["model_attributes_type"])
    return ShapeFault(place, field, _EXPECTED.get(error["type"]) or _words(error["msg"]), f"found {_shown(error['input'])}")


def _in_body(way: Iterable[str | int], body: object) -> Iterable[str | int]:
    """The way as far as the sender's own names go: what follows tells which of several types was tried."""
    for part in way:
        if isinstance(body, Mapping):
            yield part
            body = body.get(part)
        elif isinstance(body, list) and isinstance(part, int):
            yield part
            body = body[part]
        else:
            return


def _hint(field: str, known: Sequence[str]) -> str:
    near = get_close_matches(field, known, 1, 0.5)
    return f" (did you mean {near[0]!r}?)" if near else ""


def _words(message: str) -> str:
    for opening in _OPENINGS:
        message = message.removeprefix(opening)
    return message


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
