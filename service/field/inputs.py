"""One input of a form on the phone page: what it asks, what was typed, what is wrong with it."""

from dataclasses import dataclass

from flows.running.calls import spoken
from plans.model import EvidenceField, EvidenceType, Text
from service.field.forms import Evidence
from service.field.words import Language

_TO_THE_MINUTE = len("2026-09-04T02:10")  # what a phone's clock field can show again


@dataclass(frozen=True, slots=True)
class Field:
    """`kind` is the evidence type, as the plan names it; `choices` are names with what a person reads."""

    name: str
    title: str
    kind: str
    required: bool
    many: bool
    values: tuple[str, ...]
    fault: str | Text
    choices: tuple[tuple[str, str], ...] = ()


def field_of(each: EvidenceField, language: Language, given: Evidence | None) -> Field:
    """`given` is what was just sent and refused."""
    values = given.values.get(each.name, ()) if given else ()
    fault = given.faults.get(each.name, "") if given else ""
    if each.type is EvidenceType.TIME and not fault:
        values = tuple(value[:_TO_THE_MINUTE] for value in values)
    choices = tuple((choice, spoken(each.titled(choice), language)) for choice in each.choices)
    return Field(each.name, spoken(each.title, language), each.type.value, each.required, each.many, values, fault, choices)
