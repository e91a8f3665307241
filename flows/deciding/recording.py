"""Evidence that is a fact or a field of a finding: what somebody files with a task or a finding is thereby recorded. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from flows.deciding.draft import Draft
from flows.deciding.facts import declared, read_value
from flows.deciding.freshness import is_old
from flows.deciding.withdrawing import Order
from flows.errors import FactValueError
from flows.model.assignment import Assignment
from flows.model.events import FactRecorded, FindingUpdated, Value
from plans.model import EvidenceField, Plan

Values = Mapping[str, Value | tuple[Value, ...]]


def faults_of_facts(plan: Plan, fields: Iterable[EvidenceField], values: Values) -> tuple[str, ...]:
    """Values that are none of their fact."""
    faults = []
    for field, value in _given(fields, values):
        try:
            read_value(declared(plan, field.fact), value)
        except FactValueError as error:
            faults.append(f"{field.name}: {error}")
    return tuple(faults)


def record_given(draft: Draft, fields: Iterable[EvidenceField], values: Values, at: datetime, order: Order) -> None:
    """Each as observed when it was filed."""
    for field, value in _given(fields, values):
        fact = declared(draft.plan, field.fact)
        draft.add(
            FactRecorded(
                at=at,
                by=order.by,
                via=order.via,
                name=fact.name,
                value=read_value(fact, value),
                forecast=False,
                observed_at=at,
                is_old=is_old(draft.plan, fact.name, at, draft.now),
            )
        )


def set_given(draft: Draft, assignment: Assignment, values: Values, at: datetime, order: Order) -> None:
    """The fields of its finding that the evidence of a task sets."""
    fields = ((field.finding, values.get(field.name)) for field in draft.task(assignment).evidence if field.finding)
    given = {name: value for name, value in fields if value not in (None, "", ())}
    if given and assignment.finding:
        about = FindingUpdated(
            at=at, by=order.by, via=order.via, finding=assignment.finding, values=given, assignment=assignment.id
        )
        draft.add(about)


def _given(fields: Iterable[EvidenceField], values: Values) -> list[tuple[EvidenceField, Value]]:
    given = ((field, values.get(field.name)) for field in fields if field.fact)
    return [(field, value) for field, value in given if value is not None and value != "" and not isinstance(value, tuple)]
