"""Who is called about an open proposal, how often, and with which words. Pure; the outbox writes and sends."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from flows.proposals.model import Proposal
from flows.running.calls import EVERY_CHANNEL, KEEPS, recipient, spoken
from notifications.message import Call, Priority
from plans.model import Level, Plan, Role, Text
from resources.model import Duty, Person

ASSIGNMENT = "proposal"
TEMPLATE = "proposal"
_APPROVERS_FROM = 3
_GAPS = (timedelta(minutes=5), timedelta(minutes=5))
"""Between the first rounds; after these it is every ten minutes until somebody decides."""
_LATER_GAP = timedelta(minutes=10)


def next_call(proposal: Proposal) -> datetime | None:
    """When the next round is due; None when nobody is to be called any more."""
    if not proposal.is_open or proposal.content.is_silent:
        return None
    if proposal.round == 0 or proposal.called_at is None:
        return proposal.called_at or proposal.opened
    gap = _GAPS[proposal.round - 1] if proposal.round <= len(_GAPS) else _LATER_GAP
    return proposal.called_at + gap


def calls_for(proposal: Proposal, plan: Plan, duty: Duty, round: int, now: datetime) -> tuple[Call, ...]:  # noqa: A002
    """Round `round` (1 is the first): the alert roles, from the third on also those who may approve the level.

    With nobody in the alert roles the approvers are called at once: an empty step is passed, not waited for.
    """
    people = dict(_holders(duty, _alert_roles(plan), now))
    if round >= _APPROVERS_FROM or not people:
        approvers = [plan.roles[name] for name in plan.levels[proposal.level].approve if name in plan.roles]
        people = dict(_holders(duty, approvers, now)) | people
    return tuple(_call(proposal, plan, person, role, round, now) for person, role in people.values())


def _alert_roles(plan: Plan) -> list[Role]:
    return [role for role in plan.roles.values() if role.alert]


def _holders(duty: Duty, roles: list[Role], now: datetime) -> Iterator[tuple[str, tuple[Person, Role]]]:
    for role in roles:
        for person in duty.holders(role.name, now):
            yield person.id, (person, role)


def _call(proposal: Proposal, plan: Plan, person: Person, role: Role, number: int, now: datetime) -> Call:
    until = proposal.content.until
    return Call(
        response=proposal.id,
        # the words are rendered from the version that is stored with this call
        plan_digest=plan.digest,
        assignment=ASSIGNMENT,
        step=f"round-{number}",
        epoch=proposal.rise,
        recipient=recipient(person),
        channels=EVERY_CHANNEL,
        template=TEMPLATE,
        parameters=_parameters(proposal, plan, person, role),
        priority=Priority.LIFE_SAFETY if proposal.level <= Level.II else Priority.OPERATION,
        at=now,
        expires=min(now + KEEPS, until) if until and until > now else now + KEEPS,
        # a proposal is decided at the desk, not acknowledged
        answerable=False,
    )


def _parameters(proposal: Proposal, plan: Plan, person: Person, role: Role) -> dict[str, str]:
    content = proposal.content
    separator = ", " if person.language == "en" else "、"
    return {
        "plan": spoken(plan.title, person.language),
        "level": proposal.level.name,
        "task": "",
        "code": "",
        "assignment": proposal.id,
        "person": person.name,
        "role": spoken(role.title, person.language),
        "incident": content.why.headline,
        "place": separator.join(content.areas),
        "deadline": "",
        "reason": spoken(_reason(proposal), person.language),
    }


def _reason(proposal: Proposal) -> Text:
    why, question = proposal.content.why, proposal.content.question
    parts = [Text(f"{why.sender} {proposal.id}", f"{why.sender} {proposal.id}"), *([why.note] if why.note else [])]
    parts += [question] if question else []
    return Text("；".join(part.zh for part in parts), "; ".join(part.en for part in parts))
