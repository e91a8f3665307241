"""What the phone page offers beside the task itself: the report that is due with its draft, and findings that may be reported."""

from dataclasses import dataclass

from flows.deciding.reports.drafts import draft_report, report_of
from flows.model.finding import Finding
from flows.model.state import Assignment, Status
from flows.running.calls import spoken
from flows.running.journal import Head
from plans.model import EvidenceField, FindingKind, Plan, Task
from service.auth import LinkGrant
from service.field.forms import Evidence
from service.field.inputs import Field, field_of
from service.field.words import Language
from service.wiring import Home

PROVED = ("text", "receipt")
"""Fields of a report that its own form has inputs for."""


@dataclass(frozen=True, slots=True)
class Signer:
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class ReportForm:
    """`unknown` are the titles of fields without a value; without `signers` nobody has to sign."""

    text: str
    to: str
    unknown: tuple[str, ...]
    signers: tuple[Signer, ...]
    receipt_required: bool
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class FindingForm:
    of: str
    title: str
    fields: tuple[Field, ...]


def report_form(
    home: Home, head: Head, plan: Plan, assignment: Assignment, language: Language, given: Evidence | None
) -> ReportForm | None:
    """None where the task is no report, or has ended."""
    task = plan.tasks[assignment.task]
    if task.report is None or assignment.has_ended:
        return None
    now, report = home.clock.now(), report_of(plan, assignment)
    drafted = draft_report(plan, head.state, assignment, now, home.zone)
    duty = home.duty()
    signers = {person.id: person.name for role in report.sign for person in duty.holders(role, now)}
    return ReportForm(
        text=spoken(drafted.text, language),
        to=spoken(report.to, language),
        unknown=tuple(spoken(fact.title, language) for fact in drafted.unknown),
        signers=tuple(Signer(*each) for each in signers.items()),
        receipt_required=any(each.name == "receipt" and each.required for each in task.evidence),
        fields=tuple(field_of(each, language, given) for each in fields_beside(task)),
    )


def fields_beside(task: Task) -> tuple[EvidenceField, ...]:
    """What a report's form asks for beside its text and its receipt."""
    return tuple(each for each in task.evidence if each.name not in PROVED)


def finding_forms(
    home: Home, head: Head, plan: Plan, grant: LinkGrant, language: Language, of: str, given: Evidence | None
) -> tuple[FindingForm, ...]:
    """The kinds that this person may report now; `of` is the one whose form was just sent and refused."""
    if head.state.status is not Status.OPEN:
        return ()
    return tuple(
        FindingForm(
            kind.name,
            spoken(kind.title, language),
            tuple(field_of(each, language, given if kind.name == of else None) for each in kind.fields),
        )
        for kind in plan.findings.values()
        if may_report(home, kind, grant.person)
    )


def may_report(home: Home, kind: FindingKind, person: str) -> bool:
    """Those that open by themselves are not offered where the plan names nobody for them."""
    if not kind.report:
        return not kind.when and not kind.every
    return home.duty().holds(person, kind.report, home.clock.now())


def last_found(head: Head, grant: LinkGrant) -> Finding | None:
    """What this person reported last."""
    own = [found for found in head.state.findings.values() if found.by == grant.person and found.cause == "person"]
    return own[-1] if own else None
