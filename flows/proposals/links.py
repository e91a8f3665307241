"""Links of a running response as proposals: a row beside those of alerts, in the transaction that records the link.

It is accepted or declined at the same door. A drill's links stay inside the drill: nothing real is proposed by them.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from flows.deciding.facts import declared, read_value
from flows.deciding.levels.levels import read_level
from flows.errors import FlowError
from flows.model.events import Event, LinkProposed, Value
from flows.model.state import Status
from flows.proposals.kinship import link_key
from flows.proposals.model import Content, ProposalState, Propose, Why
from flows.proposals.table import insert_proposal, proposals_on
from flows.running.journal import Head
from flows.running.tables import BOOKS
from plans.errors import PlanError
from plans.model import Level, Plan, Text
from store.kinds import Kind

NamedPlan = Callable[[str], Plan]


def propose_linked(connection: Connection, head: Head, history: Sequence[Event], named: NamedPlan, now: datetime) -> None:
    """One open proposal, or one running response, for each link; another rise proposes again when neither is there."""
    if head.state.kind is not Kind.REAL:
        return
    for event in history:
        if isinstance(event, LinkProposed) and not _is_in_hand(connection, link_key(head.response, event.link)):
            insert_proposal(connection, _proposed(head, event, named), now)


def _proposed(head: Head, event: LinkProposed, named: NamedPlan) -> Propose:
    try:
        plan = named(event.plan)
    except PlanError as error:
        # a person must hear of it all the same, and why it cannot be opened at once
        question = Text(f"预案 {event.plan} 目前不能启动：{error}", f"plan {event.plan} cannot be activated now: {error}")
        return Propose(event.plan, "", _content(head, event, event.level or Level.IV, dict(event.facts), question))
    facts = _readable(plan, event)
    level = event.level or read_level(plan, facts, {}).level or max(plan.levels)
    return Propose(plan.name, plan.digest, _content(head, event, level, facts, None))


def _content(head: Head, event: LinkProposed, level: Level, facts: dict[str, Value], question: Text | None) -> Content:
    state = head.state
    why = Why(
        rule=event.link,
        condition=event.condition,
        values={name: str(value) for name, value in event.facts.items()},
        message=link_key(head.response, event.link),
        sender=head.response,
        identifier=f"{state.plan}/{event.link}",
        headline=f"{state.incident}：{event.reason.zh}",
        defects=(),
        overlap="",
        share=None,
        note=event.reason,
    )
    places = (state.place,) if state.place else ()
    return Content(level, facts, places, why, None, question, (why.message,))


def _readable(plan: Plan, event: LinkProposed) -> dict[str, Value]:
    """Facts that the other plan takes as they are; the others are asked for there."""
    facts: dict[str, Value] = {}
    for name, value in event.facts.items():
        try:
            facts[name] = read_value(declared(plan, name), value)
        except FlowError:
            continue
    return facts


def _is_in_hand(connection: Connection, key: str) -> bool:
    known = proposals_on(connection, (key,))
    if any(proposal.is_open for proposal in known):
        return True
    accepted = [proposal.response for proposal in known if proposal.state is ProposalState.ACCEPTED]
    heads = BOOKS[Kind.REAL].heads
    running = select(heads.c.id).where(heads.c.id.in_(accepted), heads.c.status == Status.OPEN.value)
    return connection.execute(running).first() is not None
