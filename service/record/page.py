"""The record of a response as one self-contained HTML file that prints well: what an auditor or a reviewer is handed.

It holds what each hash covers, so the chain can be checked from the file alone; and it is written even where the chain is broken.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path

from sqlalchemy import Connection, RowMapping, select

from flows.deciding.levels.levels import grades_in
from flows.errors import BrokenJournalError
from flows.model.events import Event
from flows.model.state import ResponseState
from flows.running import journal, names
from flows.running.engine import Engine
from flows.running.journal import Head
from flows.running.tables import book_of
from notifications import outbox
from notifications.outbox import DeliveryView
from plans.model import Text
from service.html import template
from service.record import words
from service.record.lines import Writer, read
from service.record.told import names_in
from store.kinds import Kind


@dataclass(frozen=True, slots=True)
class Chain:
    whole: bool
    entries: int
    words: str
    """The last hash, or what is wrong."""


class RecordUnwritableError(Exception):
    status = 422

    def __init__(self, path: str, reason: str, option: str = "--output") -> None:
        super().__init__(path, reason, option)
        self.path, self.reason, self.option = path, reason, option

    def __str__(self) -> str:
        return f"{self.path}: cannot be written ({self.reason}); name another file with {self.option}"


def write_record(engine: Engine, response: str, zone: tzinfo, output: Path) -> None:
    """Errors: `UnknownNameError`, `RecordUnwritableError`."""
    record = render_record(engine, response, zone)
    try:
        output.write_text(record, "utf-8")
    except OSError as cause:
        raise RecordUnwritableError(str(output), cause.strerror or str(cause)) from cause


def render_record(engine: Engine, response: str, zone: tzinfo) -> str:
    """Error: `UnknownNameError`. A broken chain is shown, not raised."""
    head = engine.head(response)
    plan, state = engine.plan_of(head), head.state
    with engine.database.read() as connection:
        rows, known = _rows(connection, response), names.known(connection, response)
        deliveries = outbox.deliveries(connection, response)
        chain = _chain(connection, head)
    history = [read(row, known) for row in rows]
    writer = Writer(plan, state, zone, _names(history, deliveries))
    forecasts = {f"{name}.forecast": value for name, value in state.forecasts.items()}
    values = {**state.facts, **grades_in(plan, state), **forecasts}
    stale = dict.fromkeys(state.situation.stale, "（已过时，按未知处理 too old: unknown）")
    return template("record.html").render(
        response=response,
        plan=plan,
        state=state,
        is_drill=state.kind is Kind.DRILL,
        kind=words.KIND[state.kind.value],
        status=words.STATUS[state.status.value],
        opening=writer.opening(history[0] if history else None),
        opened=writer.moment(state.opened_at),
        closed=writer.moment(state.closed_at),
        zone=str(zone),
        chain=chain,
        genesis=journal.genesis(response),
        lines=[writer.line(row, event) for row, event in zip(rows, history, strict=True)],
        starts=[(label, writer.moment(at)) for label, at in _starts(state) if at],
        findings=writer.ground.findings(),
        reports=writer.ground.reports(),
        signals=writer.ground.signals(),
        tasks=[writer.task(each) for each in state.assignments.values()],
        deliveries=[writer.delivery(each) for each in deliveries],
        delivered=Counter(
            words.both(words.delivery(each.state.value, is_only_written=each.is_only_written)) for each in deliveries
        ),
        facts=[
            (
                plan.facts[name.removesuffix(".forecast")],
                name,
                words.value(value, plan.facts[name.removesuffix(".forecast")]) + stale.get(name, ""),
            )
            for name, value in values.items()
        ],
        flow_run=head.flow_run,
    )


def _starts(state: ResponseState) -> tuple[tuple[Text, datetime | None], ...]:
    """Where the clocks of reports begin, where somebody said so."""
    return (
        (Text("发生", "occurred"), state.occurred_at),
        (Text("接报", "learned"), state.learned_at),
        (Text("收到", "received"), state.received_at),
    )


def _rows(connection: Connection, response: str) -> list[RowMapping]:
    """As they are stored: an altered entry may not be readable as an event."""
    table = book_of(response).entries
    return list(connection.execute(select(table).where(table.c.response == response).order_by(table.c.entry)).mappings())


def _chain(connection: Connection, head: Head) -> Chain:
    try:
        count = journal.verify(connection, head.response)
    except BrokenJournalError as fault:
        return Chain(whole=False, entries=head.version, words=str(fault))
    return Chain(whole=True, entries=count, words=head.hash)


def _names(history: Iterable[Event | None], deliveries: Iterable[DeliveryView]) -> Mapping[str, str]:
    return {each.person: each.name for each in deliveries} | names_in(history)
