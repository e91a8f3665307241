"""Who signs a proposal of a running response, and how an unanswered one climbs its ladder. Pure. Silence approves nothing.

The first rung tells the approvers, later rungs their deputies and whoever the plan names next: whom the ladder has reached may
sign. Its `manual` rung asks for an oral decision by phone; who is asked there does not thereby become an approver.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from flows.deciding.authority import require
from flows.deciding.climbing import tell_roles
from flows.deciding.draft import Draft
from flows.deciding.levels.levels import rule_of
from flows.errors import TwoPeopleError
from flows.model.commands import OpenResponse
from flows.model.events import ProposalStepFired, ProposalStepPassed, Subject, Told
from flows.model.reasons import NO_APPROVER, NO_DEPUTY, nobody_holds, role_title
from flows.model.situation import Asked
from flows.model.state import ResponseState, Status
from plans.ending import end_approvers
from plans.model import Level, Plan, Rung, Text
from resources.model import Duty

SUBJECTS: tuple[Subject, ...] = ("level", "end")


def approver_of(plan: Plan, duty: Duty, level: Level, command: OpenResponse, now: datetime) -> str:
    """Who approves the opening at this level. Errors: `NotAuthorisedError`, naming who may; `TwoPeopleError`."""
    roles, by = rule_of(plan, level).approve, command.by
    approver = command.approved_by or by
    remedy = "name who approved it with --approved-by PERSON (add --oral when the paper follows)"
    require(duty, f"approve level {level.name} of {plan.name}", approver, roles, now, remedy)
    require(duty, f"activate {plan.name}", by, (*plan.activate, *roles), now, "let one of them activate it (--by)")
    # what an alert or a gauge proposed was proposed by no person
    if not command.proposal:
        require_two(plan, level, by, approver)
    return approver


def require_signer(
    draft: Draft, act: str, person: str, subject: Subject, level: Level, remedy: str = "ask one of them (--approved-by)"
) -> None:
    """Whoever the plan lets approve it, or whom the ladder of its proposal has reached. Error: `NotAuthorisedError`."""
    asked = draft.state.situation.of(subject)
    if asked and (subject == "end" or asked.level is level) and person in asked.signers:
        return
    require(draft.duty, act, person, approvers(draft.plan, subject, deciding(draft.plan, draft.state, level)), draft.now, remedy)


def may_sign(draft: Draft, person: str, level: Level) -> bool:
    return draft.duty.holds(person, approvers(draft.plan, "level", deciding(draft.plan, draft.state, level)), draft.now)


def require_two(
    plan: Plan, level: Level, proposer: str, approver: str, *, was_proposed: bool = False, subject: Subject = "level"
) -> None:
    """Where the plan wants two people, who proposed it may not approve it. Error: `TwoPeopleError`."""
    if plan.levels[level].two_person and proposer == approver:
        what = f"level {level.name}" if subject == "level" else f"the end of level {level.name}"
        raise TwoPeopleError(what, approver, approvers(plan, subject, level), was_proposed)


def require_second(draft: Draft, level: Level, by: str, approver: str) -> None:
    """Who proposed this level: the facts, a person (also where it was refused), or whoever now asks for it unproposed."""
    proposer = draft.state.situation.proposers.get(level)
    decided_at = deciding(draft.plan, draft.state, level)
    require_two(draft.plan, decided_at, proposer or by, approver, was_proposed=proposer is not None)


def require_second_for_end(draft: Draft, by: str, approver: str) -> None:
    """Who proposed the end: its condition, a person, or whoever now asks for it unproposed."""
    asked, plan, level = draft.state.situation.end, draft.plan, draft.state.level
    if level in plan.levels:
        require_two(plan, level, asked.by if asked else by, approver, was_proposed=asked is not None, subject="end")


def deciding(plan: Plan, state: ResponseState, level: Level) -> Level:
    """Whose approvers decide about this level: its own, or those of the higher one that would be left."""
    return state.level if state.level < level and state.level in plan.levels else level


def approvers(plan: Plan, subject: Subject, level: Level) -> tuple[str, ...]:
    """`level`: the one that decides (`deciding`)."""
    return plan.levels[level].approve if subject == "level" else end_approvers(plan, level)


def ask(draft: Draft, subject: Subject, level: Level) -> tuple[Told, ...]:
    """Whom a new proposal tells at once; where it has a ladder, its rungs tell."""
    decided_at = deciding(draft.plan, draft.state, level)
    if _ladder(draft.plan, subject, decided_at):
        return ()
    return tell_roles(draft.duty, approvers(draft.plan, subject, decided_at), draft.now)


def next_step(plan: Plan, state: ResponseState, subject: Subject) -> tuple[Rung, datetime] | None:
    """The first rung that a waiting proposal has not climbed, and when it is due."""
    asked = state.situation.of(subject)
    if asked is None or state.status is not Status.OPEN:
        return None
    name = _ladder(plan, subject, deciding(plan, state, asked.level))
    rungs = plan.ladders[name].rungs if name else ()
    return next(((rung, asked.climb.start + rung.at) for rung in rungs if rung.name not in asked.climb.steps), None)


def signing_clocks(plan: Plan, state: ResponseState) -> Iterator[tuple[str, int, datetime]]:
    """The name, number and time of each rung that is to come."""
    for subject in SUBJECTS:
        asked, found = state.situation.of(subject), next_step(plan, state, subject)
        if asked and found:
            yield f"{subject}/{found[0].name}", asked.number, found[1]


def climb_proposals(draft: Draft) -> None:
    """Climbs every rung that is due now."""
    for subject in SUBJECTS:
        while (found := next_step(draft.plan, draft.state, subject)) and found[1] <= draft.now:
            asked = draft.state.situation.of(subject)
            assert asked is not None, "it has a next step"
            _climb(draft, subject, asked, *found)


def _climb(draft: Draft, subject: Subject, asked: Asked, rung: Rung, due: datetime) -> None:
    told = _told(draft, subject, asked, rung)
    if told:
        fired = ProposalStepFired(
            at=draft.now,
            subject=subject,
            step=rung.name,
            epoch=asked.number,
            due=due,
            told=told,
            manual=rung.manual,
            reason=asked.reason,
        )
        draft.add(fired)
        return
    reason = _why_nobody(draft.plan, rung)
    draft.add(
        ProposalStepPassed(
            at=draft.now, subject=subject, step=rung.name, due=due, reason=reason, earlier=_gap(draft, subject, rung)
        )
    )


def _why_nobody(plan: Plan, rung: Rung) -> Text:
    match rung.tell:
        case "assignee":
            return NO_APPROVER
        case "deputy":
            return NO_DEPUTY
        case role:
            return nobody_holds(role_title(plan, role))


def _gap(draft: Draft, subject: Subject, passed: Rung) -> timedelta:
    """The rung after the one passed is due now."""
    asked = draft.state.situation.of(subject)
    assert asked is not None, "it is climbing"
    name = _ladder(draft.plan, subject, deciding(draft.plan, draft.state, asked.level))
    later = (rung for rung in draft.plan.ladders[name].rungs if rung.name not in (*asked.climb.steps, passed.name))
    following = next(later, None)
    return max(asked.climb.start + following.at - draft.now, timedelta(0)) if following else timedelta(0)


def _told(draft: Draft, subject: Subject, asked: Asked, rung: Rung) -> tuple[Told, ...]:
    roles = approvers(draft.plan, subject, deciding(draft.plan, draft.state, asked.level))
    match rung.tell:
        case "assignee":
            people = tell_roles(draft.duty, roles, draft.now)
        case "deputy":
            people = tuple(_deputies(draft, tell_roles(draft.duty, roles, draft.now)))
        case role:
            people = tell_roles(draft.duty, (role,), draft.now)
    return tuple(Told(each.person, each.name, each.role, each.stands_for, rung.by) for each in people)


def _deputies(draft: Draft, principals: Iterable[Told]) -> Iterator[Told]:
    for principal in principals:
        if deputy := draft.duty.deputy_of(principal.person):
            yield Told(deputy.id, deputy.name, "deputy", (principal.person,))


def _ladder(plan: Plan, subject: Subject, level: Level) -> str:
    return plan.levels[level].sign if subject == "level" else plan.end.sign
