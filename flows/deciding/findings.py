"""Findings are reported by people or open by themselves, and are closed by people; their tasks open and end with them. Pure."""

from datetime import datetime

from flows.deciding.alike import alike_to
from flows.deciding.authority import in_charge, require
from flows.deciding.draft import Draft
from flows.deciding.evidence import read_fields
from flows.deciding.levels.levels import holds
from flows.deciding.recording import faults_of_facts, record_given
from flows.deciding.withdrawing import Order, withdraw
from flows.errors import FindingError, ReasonRequiredError, UnknownNameError, WrongStateError
from flows.model.commands import CloseFinding, ReportFinding, UpdateFinding
from flows.model.events import FindingCause, FindingClosed, FindingConditionBroken, FindingReported, FindingUpdated, Reason
from flows.model.finding import Finding
from flows.model.reasons import NEXT_SHIFT, finding_closed
from flows.model.state import ResponseState, Status
from flows.objection_errors import AlikeFindingError
from plans.expressions import Truth
from plans.model import FindingKind, Plan


def report_finding(draft: Draft, command: ReportFinding) -> None:
    """Sent twice by one person, it is one finding; what looks like one of a moment ago is asked about first.

    What is missing may follow; the report does not wait.
    """
    kind = _kind(draft.plan, command.of)
    if draft.state.status is not Status.OPEN:
        remedy = "open a new response if the danger is back"
        raise WrongStateError("the response", draft.state.status.value, f"report {kind.name}", remedy)
    _require_reporter(draft, kind, command.by, f"report {kind.name}")
    reading, label = read_fields(kind.name, kind.fields, command.values), command.label.strip()
    unlabelled = () if label else ("it has no label: say where or which it is, in a few words",)
    if faults := (*unlabelled, *reading.faults, *faults_of_facts(draft.plan, kind.fields, reading.values)):
        raise FindingError(kind.name, faults)
    at = max(draft.state.opened_at, min(command.at, draft.now)) if command.at else draft.now
    if not command.another:
        alike = alike_to(draft.state, kind, label, reading.values, at)
        if any(each.by == command.by and (each.label, each.values) == (label, reading.values) for each in alike):
            return
        if alike:
            raise AlikeFindingError(alike[-1].id, abs(at - alike[-1].at), draft.person_name(alike[-1].by))
    draft.add(
        FindingReported(
            at=at,
            by=command.by,
            via=command.via,
            finding=_next_id(draft.state, kind.name),
            of=kind.name,
            label=label,
            values=reading.values,
            missing=reading.missing,
        )
    )
    record_given(draft, kind.fields, reading.values, at, command)


def update_finding(draft: Draft, command: UpdateFinding) -> None:
    """What is said as it stands changes nothing; what is said empty stays as it is."""
    finding = _found(draft, command.finding)
    kind = draft.plan.findings[finding.of]
    if not finding.is_open:
        raise WrongStateError(f"finding {finding.id}", "closed", "update it", f"report {kind.name} again if it is back")
    _require_reporter(draft, kind, command.by, f"update {finding.id}")
    reading = read_fields(kind.name, kind.fields, {name: said for name, said in command.values.items() if said})
    if faults := (*reading.faults, *faults_of_facts(draft.plan, kind.fields, reading.values)):
        raise FindingError(kind.name, faults)
    new = {name: value for name, value in reading.values.items() if finding.values.get(name) != value}
    if new:
        draft.add(FindingUpdated(at=draft.now, by=command.by, via=command.via, finding=finding.id, values=new))
        record_given(draft, kind.fields, new, draft.now, command)


def close_finding(draft: Draft, command: CloseFinding) -> None:
    """Its open tasks are withdrawn, and whoever was called for them is told."""
    finding = _found(draft, command.finding)
    if not finding.is_open:
        return
    _require_reporter(draft, draft.plan.findings[finding.of], command.by, f"close {finding.id}")
    if not command.reason.strip():
        raise ReasonRequiredError(f"close {finding.id}")
    _close(draft, finding, command.reason, command, begun=True)


def watch_findings(draft: Draft) -> None:
    """Opens what opens by itself: when its condition becomes true, and when a shift begins."""
    if draft.state.status is not Status.OPEN:
        return
    for kind in draft.plan.findings.values():
        if kind.when:
            _watch_condition(draft, kind)
        due = shift_due(draft.state, kind)
        if due and due <= draft.now:
            _begin_shift(draft, kind, due)


def shift_due(state: ResponseState, kind: FindingKind) -> datetime | None:
    """When the next shift begins; the first one begins with the response."""
    if not kind.every or state.status is not Status.OPEN:
        return None
    last = _last_shift(state, kind)
    return last.due + kind.every if last and last.due else state.opened_at


def _begin_shift(draft: Draft, kind: FindingKind, due: datetime) -> None:
    """One, however many were missed. The shift before is over: what it has begun goes on, nothing more is opened for it."""
    assert kind.every is not None, "only a shift is due"
    due += (draft.now - due) // kind.every * kind.every
    if last := _last_shift(draft.state, kind):
        _close(draft, last, NEXT_SHIFT, _Engine(), begun=False)
    _open_by_itself(draft, kind, "shift", due)


def _watch_condition(draft: Draft, kind: FindingKind) -> None:
    verdict, held = holds(draft.plan, kind.when, draft.state), kind.name in draft.state.found_by_condition
    if verdict is Truth.TRUE and not held:
        _open_by_itself(draft, kind, "condition", None)
    elif verdict is Truth.FALSE and held:
        draft.add(FindingConditionBroken(at=draft.now, of=kind.name))


def _open_by_itself(draft: Draft, kind: FindingKind, cause: FindingCause, due: datetime | None) -> None:
    name = _next_id(draft.state, kind.name)
    draft.add(FindingReported(at=draft.now, finding=name, of=kind.name, label="", cause=cause, due=due))


class _Engine:
    by, via = "engine", ""


def _close(draft: Draft, finding: Finding, reason: Reason, order: Order, *, begun: bool) -> None:
    """`begun`: work under way ends with it."""
    draft.add(FindingClosed(at=draft.now, by=order.by, via=order.via, finding=finding.id, reason=reason))
    why = finding_closed(draft.plan.findings[finding.of].title, finding.id, reason)
    for assignment in draft.state.assignments.unended:
        if assignment.finding == finding.id and (begun or not assignment.has_begun):
            withdraw(draft, assignment, why, order)


def _found(draft: Draft, name: str) -> Finding:
    finding = draft.state.findings.get(name)
    if finding is None:
        raise UnknownNameError("open finding", name, _open_ids(draft.state))
    return finding


def _kind(plan: Plan, name: str) -> FindingKind:
    if name not in plan.findings:
        raise UnknownNameError("kind of finding", name, plan.findings, f"plan {plan.name!r}")
    return plan.findings[name]


def _require_reporter(draft: Draft, kind: FindingKind, person: str, act: str) -> None:
    """Whoever may report it, or is in charge; where the plan names nobody, anybody in the directory."""
    draft.require_person(person)
    if kind.report:
        roles = (*kind.report, *in_charge(draft.plan))
        require(draft.duty, act, person, roles, draft.now, "tell one of them, who enters it at once")


def _open_ids(state: ResponseState) -> tuple[str, ...]:
    return tuple(finding.id for finding in state.findings.values() if finding.is_open)


def _last_shift(state: ResponseState, kind: FindingKind) -> Finding | None:
    shifts = [finding for finding in state.findings.values() if finding.of == kind.name and finding.cause == "shift"]
    return shifts[-1] if shifts else None


def _next_id(state: ResponseState, of: str) -> str:
    return f"{of}-{sum(finding.of == of for finding in state.findings.values()) + 1}"
