"""Levels of a running response: proposed by facts or people, approved by whoever the plan names, then changed. Pure.

A level counts as called for while its `when` is true; the present level also while its `keep` is not false, and so does a level
that has been proposed or refused: what trembles at the line asks once. Unknown is never false.
"""

from datetime import datetime

from flows.deciding.authority import require
from flows.deciding.draft import Draft
from flows.deciding.kept import kept
from flows.deciding.levels.levels import holds, rule_of
from flows.deciding.levels.papers import paper_by
from flows.deciding.levels.signing import ask, may_sign, require_second, require_signer
from flows.deciding.objections import against_level, require_deliberate
from flows.deciding.tasks.repeating import moved_rounds
from flows.deciding.withdrawing import leave_level
from flows.errors import ReasonRequiredError, WrongStateError
from flows.model.commands import ChangeLevel, ProposeLevel, RefuseLevel
from flows.model.events import (
    LevelChanged,
    LevelConditionBroken,
    LevelConditionMet,
    LevelProposalLapsed,
    LevelProposed,
    LevelRefused,
    Reason,
)
from flows.model.reasons import condition_in_words, level_decided
from flows.model.state import ResponseState, Status
from plans.expressions import Truth
from plans.model import Level, Plan, Text
from store.kinds import Kind


def watch_level(draft: Draft) -> None:
    """Follows what the facts call for: met, broken, or called for long enough to propose it to its approvers."""
    if draft.state.status is not Status.OPEN:
        return
    called = called_levels(draft.plan, draft.state)
    situation = draft.state.situation
    for level in sorted({*situation.holds, *situation.refused} - set(called)):
        draft.add(LevelConditionBroken(at=draft.now, level=level))
    asked = draft.state.situation.level
    if asked and asked.is_by_facts and asked.level not in called:
        draft.add(LevelProposalLapsed(at=draft.now, level=asked.level))
    for level in called:
        hold = draft.plan.levels[level].hold
        if hold and level not in draft.state.situation.holds:
            draft.add(LevelConditionMet(at=draft.now, level=level, propose_at=draft.now + hold))
    due = (level for level in called if _is_ripe(draft, level))
    if (highest := min(due, default=None)) and _is_news(draft.state, highest):
        reason = condition_in_words(draft.plan, draft.plan.levels[highest].when)
        draft.add(LevelProposed(at=draft.now, level=highest, reason=reason, told=ask(draft, "level", highest)))


def called_levels(plan: Plan, state: ResponseState) -> tuple[Level, ...]:
    """Levels that the facts call for in place of the present one: higher ones, or else the highest lower one."""
    seen = (state.facts, state.forecasts, state.situation, state.level, state.night)
    return kept(plan, "_called_levels", seen, lambda: _called_levels(plan, state))


def _called_levels(plan: Plan, state: ResponseState) -> tuple[Level, ...]:
    higher = tuple(level for level in sorted(plan.levels) if level < state.level and _is_called(plan, state, level))
    if higher or _is_kept(plan, state):
        return higher
    lower = (level for level in sorted(plan.levels) if level > state.level and _is_called(plan, state, level))
    return tuple(lower)[:1]


def hold_clocks(state: ResponseState) -> dict[Level, datetime]:
    """Levels that will be proposed when their time has come, with that time."""
    return {
        level: due
        for level, due in state.situation.holds.items()
        if level not in state.situation.refused and _is_news(state, level)
    }


def propose(draft: Draft, command: ProposeLevel) -> None:
    """A person proposes another level; anybody who has a part in the plan may."""
    _require_open(draft, "propose a level")
    _require_reason(command.reason, "propose a level")
    rule_of(draft.plan, command.level)
    remedy = "tell one of them, or let the duty officer record the fact behind it"
    require(draft.duty, f"propose level {command.level.name}", command.by, draft.plan.roles, draft.now, remedy)
    if command.level in (draft.state.level, draft.state.proposed_level):
        return
    told = ask(draft, "level", command.level)
    proposed = LevelProposed(
        at=draft.now,
        by=command.by,
        via=command.via,
        level=command.level,
        reason=command.reason,
        told=told,
        names=draft.duty.names(command.by),
    )
    draft.add(proposed)


def refuse(draft: Draft, command: RefuseLevel) -> None:
    """Whoever may approve the level decides against it; said twice, it changes nothing."""
    asked = draft.state.situation.level
    if asked is None:
        if draft.state.situation.refused:
            return
        remedy = "nothing needs to be refused; to propose another level, say which"
        raise WrongStateError("the response", "without a proposed level", "refuse one", remedy)
    require_signer(draft, f"refuse level {asked.level.name}", command.by, "level", asked.level, "ask one of them (--by)")
    _require_reason(command.reason, "refuse a level")
    _refuse(draft, asked.level, command.reason, command.by, command.via)


def change_level(draft: Draft, command: ChangeLevel) -> None:
    """Withdraws what no longer applies and has not begun; `settle` opens what now applies."""
    _require_open(draft, "change its level")
    _require_reason(command.reason, "change the level")
    approved_by = command.approved_by or command.by
    rule_of(draft.plan, command.level)
    if draft.state.kind is Kind.REAL:
        require_signer(draft, f"approve level {command.level.name}", approved_by, "level", command.level)
    if command.level is draft.state.level:
        return
    objections: tuple[Text, ...] = ()
    if draft.state.kind is Kind.REAL:
        require_second(draft, command.level, command.by, approved_by)
        objections = against_level(draft, command.level)
        require_deliberate(f"lower the level to {command.level.name}", objections, command.although)
    before, asked = draft.state.level, draft.state.proposed_level
    draft.add(
        LevelChanged(
            at=draft.now,
            by=command.by,
            via=command.via,
            before=before,
            level=command.level,
            approved_by=approved_by,
            reason=command.reason,
            next_rounds=moved_rounds(draft.plan, draft.state, command.level),
            names=draft.duty.names(command.by, approved_by),
            oral=command.oral,
            paper_by=paper_by(draft.plan, command.level, draft.now, is_oral=command.oral),
            objections=objections,
            although=command.although.strip() if objections else "",
        )
    )
    _refuse_overruled(draft, before, asked, approved_by, command.via)
    leave_level(draft, before, command)


def _refuse_overruled(draft: Draft, before: Level, asked: Level | None, approver: str, via: str) -> None:
    """Who decides below the level proposed, while the facts call for it, has refused it, if theirs to approve.

    The level left and every lower one are set aside: nobody proposed them, and nobody said no to them. A higher one that has not
    been before anybody yet is proposed.
    """
    decided = draft.state.level
    for level in called_levels(draft.plan, draft.state):
        is_higher = level < decided
        if level in draft.state.situation.refused:
            continue
        if not is_higher or (level in (before, asked) and may_sign(draft, approver, level)):
            is_set_aside = not is_higher or level is not asked
            _refuse(draft, level, level_decided(decided), approver, via, is_set_aside=is_set_aside)


def _refuse(draft: Draft, level: Level, reason: Reason, by: str, via: str, *, is_set_aside: bool = False) -> None:
    names = draft.duty.names(by)
    draft.add(LevelRefused(at=draft.now, by=by, via=via, level=level, reason=reason, names=names, is_set_aside=is_set_aside))


def _is_called(plan: Plan, state: ResponseState, level: Level) -> bool:
    rule, asked = plan.levels[level], state.situation.level
    if holds(plan, rule.when, state) is Truth.TRUE:
        return True
    is_before_somebody = level in state.situation.refused or (asked is not None and asked.is_by_facts and asked.level is level)
    return is_before_somebody and holds(plan, rule.keep or rule.when, state) is not Truth.FALSE


def _is_kept(plan: Plan, state: ResponseState) -> bool:
    rule = plan.levels.get(state.level)
    return rule is None or holds(plan, rule.keep or rule.when, state) is not Truth.FALSE


def _is_ripe(draft: Draft, level: Level) -> bool:
    """It has been called for long enough, and nobody has refused it."""
    situation = draft.state.situation
    if level in situation.refused:
        return False
    return not draft.plan.levels[level].hold or situation.holds[level] <= draft.now


def _is_news(state: ResponseState, level: Level) -> bool:
    asked = state.situation.level
    return asked is None or level < asked.level


def _require_open(draft: Draft, verb: str) -> None:
    if draft.state.status is not Status.OPEN:
        raise WrongStateError("the response", draft.state.status.value, verb, "open a new response if the danger is back")


def _require_reason(reason: str, verb: str) -> None:
    if not reason.strip():
        raise ReasonRequiredError(verb)
