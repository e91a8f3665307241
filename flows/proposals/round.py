"""Calling people about proposals: whichever round is due is queued, in the transaction that found it due."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection

from flows.proposals.calls import next_call
from flows.proposals.model import News, Proposal, RunningResponse
from flows.proposals.table import mark_called
from plans.model import Plan, Text


class Desk(Protocol):
    """Who is told of proposals, and which responses they became. `flows.proposals.desk` has it on the engine and the outbox."""

    def running(self, connection: Connection, proposals: Collection[str], /) -> Sequence[RunningResponse]:
        """Responses not yet closed that came from these proposals."""
        ...

    def call(self, connection: Connection, proposal: Proposal, plan: Plan, now: datetime, /) -> None:
        """Queue the calls of the proposal's round, in this transaction."""
        ...

    def tell(self, response: str, news: News, change: Text, /) -> None:
        """News for a running response, after the commit; may be repeated after a crash."""
        ...


def call_due(connection: Connection, desk: Desk, plans: Sequence[Plan], candidates: Iterable[Proposal], now: datetime) -> None:
    by_name = {plan.name: plan for plan in plans}
    for proposal in candidates:
        due = next_call(proposal)
        if due is not None and due <= now and proposal.plan in by_name:
            called = mark_called(connection, proposal, now)
            desk.call(connection, called, by_name[proposal.plan], now)
