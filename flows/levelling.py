"""Levels of a running response: proposed by facts, approved by whoever the plan names, then changed. Pure."""

from datetime import datetime

from flows.authority import require
from flows.climbing import tell_roles
from flows.commands import ChangeLevel
from flows.draft import Draft
from flows.errors import ReasonRequiredError, WrongStateError
from flows.events import LevelChanged, LevelProposalLapsed, LevelProposed
from flows.levels import read_level, rule_of
from flows.opening import interval, latest_repeating
from flows.state import Assignment, Status, TaskStatus
from flows.withdrawing import withdraw
from plans.model import Level, OnDowngrade, Plan
from resources.model import Duty
from store.kinds import Kind


def approver_of(plan: Plan, duty: Duty, level: Level, by: str, approved_by: str, now: datetime) -> str:
    """Who approves the opening at this level. Error: `NotAuthorisedError`, naming who may."""
    roles = rule_of(plan, level).approve
    approver = approved_by or by
    remedy = "name who approved it with --approved-by PERSON (add --oral when the paper follows)"
    require(duty, f"approve level {level.name} of {plan.name}", approver, roles, now, remedy)
    require(duty, f"activate {plan.name}", by, (*plan.activate, *roles), now, "let one of them activate it (--by)")
    return approver


def propose_level(draft: Draft) -> None:
    """Facts that call for another level propose it to its approvers, once; facts that fall back let the proposal lapse."""
    if draft.state.status is not Status.OPEN:
        return
    called_for, proposed = read_level(draft.plan, draft.state.facts, draft.state.forecasts).level, draft.state.proposed_level
    if called_for is None or called_for is draft.state.level:
        if proposed:
            draft.add(LevelProposalLapsed(at=draft.now, level=proposed))
        return
    if called_for is proposed:
        return
    rule = draft.plan.levels[called_for]
    told = tell_roles(draft.duty, rule.approve, draft.now)
    draft.add(LevelProposed(at=draft.now, level=called_for, reason=rule.when, told=told))


def change_level(draft: Draft, command: ChangeLevel) -> None:
    """Withdraws what no longer applies and has not begun; `_settle` opens what now applies."""
    if draft.state.status is not Status.OPEN:
        raise WrongStateError(
            "the response", draft.state.status.value, "change its level", "open a new response if the danger is back"
        )
    if not command.reason.strip():
        raise ReasonRequiredError("change the level")
    approved_by = command.approved_by or command.by
    roles = rule_of(draft.plan, command.level).approve
    if draft.state.kind is Kind.REAL:
        act = f"approve level {command.level.name}"
        require(draft.duty, act, approved_by, roles, draft.now, "ask one of them (--approved-by)")
    if command.level is draft.state.level:
        return
    before = draft.state.level
    next_rounds = {assignment.id: due for assignment, due in _moved_rounds(draft, command.level)}
    draft.add(
        LevelChanged(
            at=draft.now,
            by=command.by,
            via=command.via,
            before=before,
            level=command.level,
            approved_by=approved_by,
            reason=command.reason,
            next_rounds=next_rounds,
            names=draft.duty.names(command.by, approved_by),
        )
    )
    for assignment in draft.state.assignments.values():
        if _falls_away(draft, assignment):
            reason = f"level {before.name} → {command.level.name}"
            withdraw(draft, assignment, reason, command)


def _moved_rounds(draft: Draft, level: Level) -> list[tuple[Assignment, datetime]]:
    """The next round is due at the earlier of its old and its new time."""
    moved = []
    for latest in latest_repeating(draft.plan, draft.state, level):
        every = interval(draft.task(latest), level)
        assert every is not None, "it repeats at this level"
        new = latest.opened_at + every
        moved.append((latest, min(latest.next_round or new, new)))
    return moved


def _falls_away(draft: Draft, assignment: Assignment) -> bool:
    task = draft.task(assignment)
    has_begun = assignment.status not in (TaskStatus.OPEN, TaskStatus.CALLED)
    return draft.state.level not in task.levels and not has_begun and task.on_downgrade is OnDowngrade.CANCEL
