"""The door of alerts: ledger, chains and proposals in one transaction, then calls, then news for running responses.

It proposes and tells; it never opens, changes or ends a response. Accepting is done by whoever opens the response, with
`mark_accepted` in the same transaction.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from alerts import ledger, tables
from alerts.chains import Chain, Fold
from alerts.examination import examine
from alerts.ledger import IngestResult
from alerts.profile import Profile
from flows.errors import FlowError, UnknownNameError
from flows.proposals.calls import next_call
from flows.proposals.model import (
    Effect,
    News,
    Proposal,
    ProposalState,
    RunningResponse,
)
from flows.proposals.reconcile import reconcile
from flows.proposals.round import Desk, call_due
from flows.proposals.table import (
    carry_out,
    decline,
    get_proposal,
    list_proposals,
    mark_accepted,
    mark_told,
    proposals_on,
    untold_news,
)
from plans.model import Plan, Text
from store.clock import Clock
from store.database import Database

log = logging.getLogger("tocsin.alerts")

__all__ = [
    "Alerts",
    "Applied",
    "Desk",
    "ReplayDesk",
    "Report",
    "decline",
    "get_proposal",
    "list_proposals",
    "mark_accepted",
    "reconcile",
]


class ReplayDesk:
    """For asking what alerts would have led to: no responses, and nobody is called."""

    def running(self, _connection: Connection, _proposals: Collection[str], /) -> Sequence[RunningResponse]:
        return ()

    def call(self, _connection: Connection, _proposal: Proposal, _plan: Plan, _now: datetime, /) -> None:
        pass

    def tell(self, _response: str, _news: News, _change: Text, /) -> None:
        pass


@dataclass(frozen=True)
class Applied:
    """An effect and the proposal as it is after it."""

    effect: Effect
    proposal: Proposal


@dataclass(frozen=True)
class Report:
    """What became of one message, of its chain, and what followed for the plans."""

    result: IngestResult
    chain: Chain | None
    effects: tuple[Applied, ...]
    proposals: tuple[Proposal, ...]
    """All that ever stood on this chain, as they are now, newest first."""

    @property
    def is_exercise_without_drill(self) -> bool:
        """Exercise alerts are shown; they start nothing by themselves."""
        return self.chain is not None and not self.chain.is_real


class Alerts:
    """`plans` gives the plans that can be activated now; `profiles` are the sources by name."""

    def __init__(
        self,
        database: Database,
        plans: Callable[[], Iterable[Plan]],
        profiles: Mapping[str, Profile],
        clock: Clock,
        desk: Desk,
    ) -> None:
        self._database, self._plans, self._profiles, self._clock = database, plans, profiles, clock
        self._desk = desk

    def ingest(self, raw: bytes, source: str = "local") -> list[Report]:
        """Errors: `UnknownNameError` for a source without a profile, `StoreError`. What is wrong with the bytes is reported."""
        profile = self._profiles.get(source)
        if profile is None:
            raise UnknownNameError("alert source", source, self._profiles)
        now = self._clock.now()
        with self._database.write() as connection:
            ledger.keep(connection, raw, source, now)
        examination, plans = examine(raw, source, profile, now), tuple(self._plans())
        with self._database.write() as connection:
            results = ledger.record(connection, raw, examination, source, now)
            fold, applied = self._settle(connection, [result.key for result in results if result.key], plans, now)
            reports = [_report(connection, result, fold, applied) for result in results]
        self.pass_on_news()
        return reports

    def replay(self, database: Database, clock: Clock) -> "Alerts":
        """The same plans and sources on another database and clock: what would have followed, with nobody called."""
        return Alerts(database, self._plans, self._profiles, clock, ReplayDesk())

    def refresh(self) -> list[Applied]:
        """What time alone has changed: alerts that begin or run out, proposals to be called again, news not yet told."""
        now = self._clock.now()
        due = self.next_due()
        if due is None or due > now:
            self.pass_on_news()
            return []
        plans = tuple(self._plans())
        with self._database.write() as connection:
            keys = {*ledger.due(connection, now), *_overdue_questions(connection, now)}
            _, applied = self._settle(connection, keys, plans, now)
            call_due(connection, self._desk, plans, list_proposals(connection, (ProposalState.OPEN,)), now)
        self.pass_on_news()
        return applied

    def next_due(self) -> datetime | None:
        """When `refresh` next has something to do."""
        with self._database.read() as connection:
            moments = [connection.scalar(select(func.min(tables.messages.c.wakes)))]
            for proposal in list_proposals(connection, (ProposalState.OPEN,)):
                moments += [next_call(proposal), proposal.content.until]
        return min((moment for moment in moments if moment), default=None)

    def pass_on_news(self) -> None:
        """Tells running responses what their alerts did; each is marked once it has been said, else said at the next refresh."""
        with self._database.read() as connection:
            waiting = untold_news(connection)
        for news in waiting:
            try:
                self._desk.tell(news["response"], news["kind"], Text(news["zh"], news["en"]))
            except FlowError:
                log.exception("response %s could not be told of its alert; it is told at the next refresh", news["response"])
                continue
            with self._database.write() as connection:
                mark_told(connection, news["id"], self._clock.now())

    def _settle(
        self, connection: Connection, keys: Collection[str], plans: Sequence[Plan], now: datetime
    ) -> tuple[Fold, list[Applied]]:
        fold = ledger.fold_related(connection, keys, now)
        messages = {key for chain in fold.chains for key in chain.keys}
        known = proposals_on(connection, messages)
        running = self._desk.running(connection, [proposal.id for proposal in known])
        effects = reconcile(plans, fold.chains, known, running, now)
        applied = [Applied(effect, carry_out(connection, effect, now)) for effect in effects]
        touched = {each.proposal.id: each.proposal for each in applied}.values()
        call_due(connection, self._desk, plans, touched, now)
        return fold, applied


def _overdue_questions(connection: Connection, now: datetime) -> set[str]:
    """Messages of open proposals whose own time is over: a question about an old alert runs out by itself."""
    opened = list_proposals(connection, (ProposalState.OPEN,))
    return {key for proposal in opened if _is_over(proposal, now) for key in proposal.messages}


def _is_over(proposal: Proposal, now: datetime) -> bool:
    return proposal.content.until is not None and proposal.content.until <= now


def _report(connection: Connection, result: IngestResult, fold: Fold, applied: Sequence[Applied]) -> Report:
    chain = fold.chain_of(result.key) if result.key else None
    if chain is None:
        return Report(result, None, (), ())
    proposals = tuple(proposals_on(connection, chain.keys))
    ours = {proposal.id for proposal in proposals}
    return Report(result, chain, tuple(each for each in applied if each.proposal.id in ours), proposals)
