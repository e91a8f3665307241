"""How a response ends: the end condition holds, the end is proposed, a person stands it down, recovery runs, it is closed. Pure.

An alert or a condition never ends a response by itself (突发事件应对法: whoever declared it ends it).
"""

from datetime import datetime

from flows.deciding.authority import in_charge, require
from flows.deciding.draft import Draft
from flows.deciding.levels.levels import holds
from flows.deciding.levels.papers import paper_by
from flows.deciding.levels.signing import ask, require_second_for_end, require_signer
from flows.deciding.objections import against_close, against_end, require_deliberate
from flows.deciding.withdrawing import withdraw
from flows.errors import ReasonRequiredError, WrongStateError
from flows.model.commands import Close, EndDrill, ProposeEnd, RefuseEnd, StandDown
from flows.model.events import (
    ENGINE,
    Closed,
    EndConditionBroken,
    EndConditionMet,
    EndProposed,
    EndRefused,
    NoteAdded,
    Reason,
    StoodDown,
    both,
)
from flows.model.reasons import STOOD_DOWN, end_condition, response_closed
from flows.model.state import ResponseState, Status
from plans.expressions import Truth
from plans.model import OnEnd, Phase, Text
from store.kinds import Kind


def watch_end(draft: Draft) -> None:
    """Follows the end condition: met, broken, or held long enough to propose the end."""
    verdict = holds(draft.plan, draft.plan.end.when, draft.state)
    state, due = draft.state, end_proposal_due(draft.state)
    if verdict is not Truth.TRUE:
        if state.propose_end_at:
            draft.add(EndConditionBroken(at=draft.now))
        return
    if state.propose_end_at is None:
        draft.add(EndConditionMet(at=draft.now, propose_at=draft.now + draft.plan.end.hold))
    elif due and due <= draft.now:
        propose_end(draft, end_condition(draft.plan))


def propose_end(draft: Draft, reason: Reason, by: str = ENGINE, via: str = "") -> None:
    """Asks whoever may approve the end, once while the question is open; neither condition nor alert ends anything."""
    state = draft.state
    if state.status is Status.OPEN and state.end_proposed_at is None:
        draft.add(EndProposed(at=draft.now, by=by, via=via, reason=reason, told=ask(draft, "end", state.level)))


def ask_for_end(draft: Draft, command: ProposeEnd) -> None:
    """Where the end is proposed already, the record says who asks for it too."""
    if draft.state.status is Status.OPEN and draft.state.end_proposed_at is not None:
        draft.add(NoteAdded(at=draft.now, by=command.by, via=command.via, text=command.reason))
    propose_end(draft, command.reason, command.by, command.via)


def end_proposal_due(state: ResponseState) -> datetime | None:
    """When the end is to be proposed: once for each time its condition begins to hold, and not again after a refusal."""
    is_open_question = state.status is Status.OPEN and state.end_proposed_at is None and not state.situation.is_end_refused
    return state.propose_end_at if is_open_question else None


def refuse_end(draft: Draft, command: RefuseEnd) -> None:
    """Whoever may approve the end decides against it; said twice, it changes nothing."""
    state = draft.state
    if state.end_proposed_at is None:
        if state.situation.is_end_refused:
            return
        raise WrongStateError("the response", "without a proposed end", "refuse it", "nothing needs to be refused")
    require_signer(draft, "refuse the end", command.by, "end", state.level, "ask one of them (--by)")
    if not command.reason.strip():
        raise ReasonRequiredError("refuse the end")
    names = draft.duty.names(command.by)
    draft.add(EndRefused(at=draft.now, by=command.by, via=command.via, reason=command.reason, names=names))


def stand_down(draft: Draft, command: StandDown) -> None:
    """Withdraws what is still open, unless its plan keeps it, and lets the recovery tasks open."""
    if draft.state.status is not Status.OPEN:
        return
    if not command.reason.strip():
        raise ReasonRequiredError("stand down")
    approved_by = command.approved_by or command.by
    objections: tuple[Text, ...] = ()
    if draft.state.kind is Kind.REAL:
        require_signer(draft, "stand the response down", approved_by, "end", draft.state.level)
        require_second_for_end(draft, command.by, approved_by)
        objections = against_end(draft)
        require_deliberate("stand the response down", objections, command.although)
    draft.add(
        StoodDown(
            at=draft.now,
            by=command.by,
            via=command.via,
            approved_by=approved_by,
            reason=command.reason,
            names=draft.duty.names(command.by, approved_by),
            oral=command.oral,
            paper_by=paper_by(draft.plan, draft.state.level, draft.now, is_oral=command.oral),
            objections=objections,
            although=command.although.strip() if objections else "",
        )
    )
    for assignment in draft.state.assignments.unended:
        task = draft.task(assignment)
        if task.phase is Phase.RESPONSE and task.on_end is OnEnd.CANCEL:
            withdraw(draft, assignment, STOOD_DOWN, command)


def close(draft: Draft, command: Close) -> None:
    """Ends the record; duties still open are withdrawn and papers stay owed only on purpose."""
    if draft.state.status is Status.OPEN:
        raise WrongStateError("the response", "open", "close it", "stand it down first")
    require(draft.duty, "close the response", command.by, in_charge(draft.plan), draft.now, "ask one of them to close it")
    objections, although = against_close(draft), command.although.strip()
    require_deliberate("close the response", objections, although)
    for assignment in draft.state.assignments.unended:
        withdraw(draft, assignment, response_closed(although), command)
    closed = Closed(
        at=draft.now,
        by=command.by,
        via=command.via,
        reason=command.reason,
        objections=objections,
        although=although if objections else "",
    )
    draft.add(closed)


def end_drill(draft: Draft, command: EndDrill, *, tell: bool = True) -> None:
    """Stands a drill down and closes it in one go: no recovery task opens and nobody is called for it.

    `tell`: whoever had been called hears of it, unless they have heard the signal.
    """
    state = draft.state
    if state.kind is not Kind.DRILL:
        raise WrongStateError("the response", "real", "end it as a drill", "stand it down and close it")
    if not both(command.reason).zh.strip():
        raise ReasonRequiredError("end a drill")
    if state.status is Status.OPEN:
        names = draft.duty.names(command.by)
        draft.add(
            StoodDown(at=draft.now, by=command.by, via=command.via, approved_by=command.by, reason=command.reason, names=names)
        )
    for assignment in state.assignments.unended:
        withdraw(draft, assignment, command.reason, command, tell=tell)
    draft.add(Closed(at=draft.now, by=command.by, via=command.via, reason=command.reason))
