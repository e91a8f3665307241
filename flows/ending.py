"""How a response ends: the end condition holds, the end is proposed, a person stands it down, recovery runs, it is closed. Pure.

An alert or a condition never ends a response by itself (突发事件应对法: whoever declared it ends it).
"""

from flows.authority import require
from flows.climbing import tell_roles
from flows.commands import Close, EndDrill, StandDown
from flows.draft import Draft
from flows.errors import ReasonRequiredError, WrongStateError
from flows.events import Closed, EndConditionBroken, EndConditionMet, EndProposed, StoodDown
from flows.levels import holds
from flows.state import Status
from flows.withdrawing import withdraw
from plans.expressions import Truth
from plans.model import Phase
from store.kinds import Kind


def watch_end(draft: Draft) -> None:
    """Follows the end condition: met, broken, or held long enough to propose the end."""
    verdict = holds(draft.plan, draft.plan.end.when, draft.state)
    state = draft.state
    if verdict is not Truth.TRUE:
        if state.propose_end_at:
            draft.add(EndConditionBroken(at=draft.now))
        return
    if state.propose_end_at is None:
        draft.add(EndConditionMet(at=draft.now, propose_at=draft.now + draft.plan.end.hold))
    elif state.end_proposed_at is None and state.propose_end_at <= draft.now:
        reason = f"{draft.plan.end.when} has held for {draft.plan.end.hold}"
        draft.add(EndProposed(at=draft.now, reason=reason, told=tell_roles(draft.duty, draft.plan.end.approve, draft.now)))


def stand_down(draft: Draft, command: StandDown) -> None:
    """Withdraws what is still open and lets the recovery tasks open."""
    if draft.state.status is not Status.OPEN:
        return
    if not command.reason.strip():
        raise ReasonRequiredError("stand down")
    approved_by = command.approved_by or command.by
    if draft.state.kind is Kind.REAL:
        remedy = "ask one of them (--approved-by)"
        require(draft.duty, "stand the response down", approved_by, draft.plan.end.approve, draft.now, remedy)
    names = draft.duty.names(command.by, approved_by)
    draft.add(
        StoodDown(at=draft.now, by=command.by, via=command.via, approved_by=approved_by, reason=command.reason, names=names)
    )
    for assignment in draft.state.assignments.values():
        if not assignment.has_ended and draft.task(assignment).phase is Phase.RESPONSE:
            withdraw(draft, assignment, "stood down", command)


def close(draft: Draft, command: Close) -> None:
    """Ends the record; recovery tasks still open need a reason."""
    if draft.state.status is Status.OPEN:
        raise WrongStateError("the response", "open", "close it", "stand it down first")
    still_open = [assignment for assignment in draft.state.assignments.values() if not assignment.has_ended]
    if still_open and not command.reason.strip():
        names = ", ".join(assignment.id for assignment in still_open)
        raise ReasonRequiredError(f"close with {len(still_open)} open tasks ({names})")
    for assignment in still_open:
        withdraw(draft, assignment, f"closed: {command.reason}", command)
    draft.add(Closed(at=draft.now, by=command.by, via=command.via, reason=command.reason))


def end_drill(draft: Draft, command: EndDrill) -> None:
    """Stands a drill down and closes it in one go: no recovery task opens and nobody is called for it."""
    state = draft.state
    if state.kind is not Kind.DRILL:
        raise WrongStateError("the response", "real", "end it as a drill", "stand it down and close it")
    if not command.reason.strip():
        raise ReasonRequiredError("end a drill")
    if state.status is Status.OPEN:
        names = draft.duty.names(command.by)
        draft.add(
            StoodDown(at=draft.now, by=command.by, via=command.via, approved_by=command.by, reason=command.reason, names=names)
        )
    for assignment in state.assignments.values():
        if not assignment.has_ended:
            withdraw(draft, assignment, command.reason, command)
    draft.add(Closed(at=draft.now, by=command.by, via=command.via, reason=command.reason))
