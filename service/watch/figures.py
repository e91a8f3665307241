"""Figures that the database knows, read at each scrape: the same on every machine that shares it. No person is in them."""

from collections.abc import Iterator
from datetime import timedelta

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import Connection, func, literal, select, union_all

from flows.model.assignment import ENDED
from flows.model.state import Status
from flows.proposals.model import ProposalState
from flows.proposals.table import list_proposals
from flows.running.tables import BOOKS
from notifications import inbound_desk
from notifications.message import Priority
from notifications.states import State
from notifications.tables import message_table
from plans.model import Level
from store.clock import Clock
from store.database import Database
from store.errors import StoreError
from store.kinds import Kind

_WAITING = (State.QUEUED, State.SENDING, State.UNKNOWN)
_JUST_DUE = timedelta(seconds=1)


class Figures(Collector):
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def describe(self) -> Iterator[Metric]:
        """Nothing is read when it is registered."""
        yield GaugeMetricFamily("tocsin_database_up", "Whether the database could be read for this scrape.")

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("tocsin_database_up", "Whether the database could be read for this scrape.")
        found: list[Metric] = []
        try:
            with self._database.read() as connection:
                found += self._read(connection)
            up.add_metric([], 1)
        except StoreError:
            up.add_metric([], 0)
        yield up
        yield from found

    def _read(self, connection: Connection) -> Iterator[Metric]:
        yield _responses(connection)
        yield _tasks(connection)
        yield from self._clocks(connection)
        yield _outbox(connection)
        yield _entries(connection)
        yield from self._without_flow_run(connection)
        proposals = GaugeMetricFamily("tocsin_open_proposals", "Proposals that wait for a decision.")
        proposals.add_metric([], len(list_proposals(connection, (ProposalState.OPEN,))))
        replies = GaugeMetricFamily("tocsin_waiting_replies", "Replies that only a person at the desk can understand.")
        replies.add_metric([], len(inbound_desk.for_desk(connection)))
        yield from (proposals, replies)

    def _clocks(self, connection: Connection) -> Iterator[Metric]:
        overdue = GaugeMetricFamily("tocsin_overdue_clocks", "Clocks more than a second late.", labels=["kind"])
        oldest = GaugeMetricFamily("tocsin_oldest_overdue_clock_seconds", "How late the latest of them is.", labels=["kind"])
        now = self._clock.now()
        for kind, book in BOOKS.items():
            late = select(func.count(), func.min(book.clocks.c.due)).where(book.clocks.c.due < self._clock.after(-_JUST_DUE))
            count, first = connection.execute(late).one()
            overdue.add_metric([kind.value], count)
            oldest.add_metric([kind.value], (now - first).total_seconds() if first else 0)
        yield from (overdue, oldest)

    def _without_flow_run(self, connection: Connection) -> Iterator[Metric]:
        waiting = GaugeMetricFamily(
            "tocsin_responses_without_flow_run", "Open responses that Prefect does not follow yet.", labels=["kind"]
        )
        gap = GaugeMetricFamily("tocsin_flow_run_gap_seconds", "For how long the first of them has waited.", labels=["kind"])
        for kind, book in BOOKS.items():
            heads = book.heads
            unfollowed = select(func.count(), func.min(heads.c.opened_at)).where(
                heads.c.status != Status.CLOSED.value, heads.c.flow_run.is_(None)
            )
            count, first = connection.execute(unfollowed).one()
            waiting.add_metric([kind.value], count)
            gap.add_metric([kind.value], (self._clock.now() - first).total_seconds() if first else 0)
        yield from (waiting, gap)


def _responses(connection: Connection) -> Metric:
    family = GaugeMetricFamily("tocsin_open_responses", "Responses that have not closed.", labels=["kind", "plan", "level"])
    for kind, book in BOOKS.items():
        heads = book.heads
        by = (heads.c.plan, heads.c.level)
        for plan, level, count in connection.execute(
            select(*by, func.count()).where(heads.c.status != Status.CLOSED.value).group_by(*by)
        ):
            family.add_metric([kind.value, plan, Level(level).name], count)
    return family


def _tasks(connection: Connection) -> Metric:
    family = GaugeMetricFamily("tocsin_open_tasks", "Tasks that people are still asked for.", labels=["kind", "status"])
    for kind, book in BOOKS.items():
        heads, tasks = book.heads, book.assignments
        wanted = (heads.c.status != Status.CLOSED.value, tasks.c.status.not_in([each.value for each in ENDED]))
        statement = select(tasks.c.status, func.count()).join_from(heads, tasks, heads.c.id == tasks.c.response)
        for status, count in connection.execute(statement.where(*wanted).group_by(tasks.c.status)):
            family.add_metric([kind.value, status], count)
    return family


def _outbox(connection: Connection) -> Metric:
    family = GaugeMetricFamily(
        "tocsin_outbox_messages", "Messages that have not gone out, or are in doubt.", labels=["kind", "lane", "channel", "state"]
    )
    for kind in Kind:
        table = message_table(kind)
        by = (table.c.priority, table.c.channel, table.c.state)
        # a state each: the indexes hold one state, or two
        parts = [
            select(*by, func.count()).where(table.c.state == literal(state.value, literal_execute=True)).group_by(*by)
            for state in _WAITING
        ]
        for priority, channel, state, count in connection.execute(union_all(*parts)):
            family.add_metric([kind.value, Priority(priority).name.lower(), channel, state], count)
    return family


def _entries(connection: Connection) -> Metric:
    family = CounterMetricFamily("tocsin_journal_entries", "Entries of all journals.", labels=["kind"])
    for kind, book in BOOKS.items():
        family.add_metric([kind.value], connection.execute(select(func.coalesce(func.sum(book.heads.c.version), 0))).scalar_one())
    return family
