"""Evidence as people give it, checked against the task's fields. Pure; all faults at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from math import isfinite

from flows.model.events import Value
from plans.model import EvidenceField, EvidenceType, Task


@dataclass(frozen=True, slots=True)
class EvidenceReading:
    values: dict[str, Value | tuple[Value, ...]]
    missing: tuple[str, ...]
    faults: tuple[str, ...]


def read_evidence(task: Task, given: Mapping[str, str | tuple[str, ...]]) -> EvidenceReading:
    """Files and images are given by name or reference; their bytes are kept elsewhere."""
    return read_fields(task.name, task.evidence, given)


def read_fields(owner: str, declared: Iterable[EvidenceField], given: Mapping[str, str | tuple[str, ...]]) -> EvidenceReading:
    """What was given for the fields of a task or of a kind of finding; `owner` is named in the faults."""
    fields = {each.name: each for each in declared}
    values: dict[str, Value | tuple[Value, ...]] = {}
    faults: list[str] = []
    for name, raw in given.items():
        if name not in fields:
            faults.append(_unknown(owner, name, fields))
            continue
        try:
            values[name] = _read_field(fields[name], raw)
        except ValueError:
            faults.append(f"{name}: {raw!r} is not {_expected(fields[name])}")
    # what was given and does not fit is said once, as that
    not_given = [name for name in fields if values.get(name, given.get(name)) in (None, "", ())]
    missing = tuple(name for name in not_given if fields[name].required)
    return EvidenceReading(values, missing, tuple(faults))


def _read_field(field: EvidenceField, raw: str | tuple[str, ...]) -> Value | tuple[Value, ...]:
    if field.many:
        several = (raw,) if isinstance(raw, str) else raw
        return tuple(_read_one(field, each) for each in several if each)
    return _read_one(field, raw if isinstance(raw, str) else ", ".join(raw))


def _read_one(field: EvidenceField, text: str) -> Value:
    match field.type:
        case EvidenceType.NUMBER:
            return _finite(text)
        case EvidenceType.BOOLEAN:
            return _boolean(text)
        case EvidenceType.TIME:
            return datetime.fromisoformat(text).isoformat()
        case EvidenceType.CHOICE if text not in field.choices:
            raise ValueError(text)
        case _:
            return text


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError(text)
    return number


def _boolean(text: str) -> bool:
    word = text.strip().lower()
    if word in {"true", "yes", "1", "是", "on"}:
        return True
    if word in {"false", "no", "0", "否", "off"}:
        return False
    raise ValueError(text)


def _expected(field: EvidenceField) -> str:
    match field.type:
        case EvidenceType.CHOICE:
            return f"one of {', '.join(field.choices)}"
        case EvidenceType.TIME:
            return "a time, as in 21:00 or 2026-09-04T21:00"
        case _:
            return f"a {field.type.value}"


def _unknown(owner: str, name: str, fields: Mapping[str, EvidenceField]) -> str:
    near = get_close_matches(name, fields, 1, 0.5)
    return f"{name} is no field of {owner}" + (f", did you mean {near[0]}?" if near else f" (fields: {', '.join(fields)})")
