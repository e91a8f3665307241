"""The desk of proposals on the real engine and outbox: calls are queued, running responses hear of their alerts."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from flows.errors import WrongStateError
from flows.model.commands import NoticeAlert
from flows.model.events import ENGINE
from flows.model.state import Status
from flows.proposals.calls import calls_for
from flows.proposals.model import News, Proposal, RunningResponse
from flows.proposals.table import proposals
from flows.running import plan_versions
from flows.running.engine import Engine
from flows.running.tables import BOOKS
from notifications import outbox
from plans.model import Plan, Text
from resources.model import Duty
from store.kinds import Kind


class EngineDesk:
    """Implements `flows.proposals.door.Desk`."""

    def __init__(self, engine: Engine, duty: Callable[[], Duty]) -> None:
        self._engine, self._duty = engine, duty

    def running(self, connection: Connection, names: Collection[str], /) -> Sequence[RunningResponse]:
        heads = BOOKS[Kind.REAL].heads
        query = (
            select(heads.c.id, heads.c.plan, proposals.c.id.label("proposal"))
            .join(proposals, proposals.c.response == heads.c.id)
            .where(proposals.c.id.in_(list(names)), heads.c.status != Status.CLOSED.value)
        )
        return [RunningResponse(row.id, row.plan, row.proposal) for row in connection.execute(query)]

    def call(self, connection: Connection, proposal: Proposal, plan: Plan, now: datetime, /) -> None:
        # the words of a call are rendered from the stored plan version
        plan_versions.store(connection, plan, now)
        outbox.add(connection, calls_for(proposal, plan, self._duty(), proposal.round, now), now)

    def tell(self, response: str, news: News, change: Text, /) -> None:
        command = NoticeAlert(news=news, text=change, by=ENGINE, via="alert")
        try:
            self._engine.submit(response, command)
        except WrongStateError:
            # it closed meanwhile: nobody is left to hear it, and the proposal's row keeps the news
            return
