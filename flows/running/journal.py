"""The append-only record of a response, hash-chained; everything else is derived from it.

Each entry's hash covers the hash before it, so an altered, missing or reordered entry shows. `append` is the one way in.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypedDict

from pydantic import ValidationError
from sqlalchemy import Connection, bindparam, insert, select, update

from flows.errors import BrokenJournalError, ConflictError, KeyReusedError, UnknownNameError
from flows.model.events import Event, events
from flows.model.state import ResponseState, Status, evolve
from flows.running import names, plan_versions, snapshots
from flows.running.chain import chained as chained
from flows.running.chain import genesis as genesis
from flows.running.names import Names
from flows.running.snapshots import Snapshot
from flows.running.tables import BOOKS, book_of
from store.kinds import Kind

# built once: an activation must not wait for statements to be put together
_BY_KEY = {
    kind: select(book.heads.c.id, book.heads.c.asked).where(book.heads.c.key == bindparam("wanted"))
    for kind, book in BOOKS.items()
}
_BY_ID = {kind: select(book.heads.c.id).where(book.heads.c.id == bindparam("asked")) for kind, book in BOOKS.items()}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the record. `recorded_at` is when it was written down, `event.at` when it happened."""

    response: str
    number: int
    recorded_at: datetime
    event: Event
    hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """Where a response stands: number and hash of its last entry, and the state they lead to."""

    response: str
    key: str
    version: int
    hash: str
    state: ResponseState
    flow_run: str | None
    kept: Snapshot = field(default=snapshots.NONE, compare=False)


def begin(
    connection: Connection,
    response: str,
    key: str,
    asked: str,
    history: Sequence[Event],
    state: ResponseState,
    now: datetime,
) -> Head:
    """Writes the head and the first entries of a new response."""
    rows = _rows(connection, response, 0, genesis(response), history, now)
    last = rows[-1]["hash"]
    row = {"id": response, "key": key, "asked": asked, "opened_at": state.opened_at}
    named = {"incident": state.incident, "place": state.place}
    moving = {**columns(state), "version": len(history), "hash": last}
    connection.execute(insert(book_of(response).heads), {**row, **named, **moving})
    connection.execute(insert(book_of(response).entries), rows)
    return Head(response, key, len(history), last, state, None, snapshots.write(connection, response, state, len(history)))


def append(connection: Connection, head: Head, history: Sequence[Event], state: ResponseState, now: datetime) -> Head:
    """Writes the next entries. Error: `ConflictError` when the response is no longer where `head` says."""
    version = head.version + len(history)
    rows = _rows(connection, head.response, head.version, head.hash, history, now)
    last = rows[-1]["hash"]
    heads = book_of(head.response).heads
    moved = update(heads).where(heads.c.id == head.response, heads.c.version == head.version)
    if connection.execute(moved.values(**columns(state), version=version, hash=last)).rowcount != 1:
        raise ConflictError(head.response, head.version)
    connection.execute(insert(book_of(head.response).entries), rows)
    kept = head.kept
    if kept.is_outgrown(version):
        kept = snapshots.write(connection, head.response, state, version)
    return Head(head.response, head.key, version, last, state, head.flow_run, kept)


def load(connection: Connection, response: str) -> Head:
    """Error: `UnknownNameError`."""
    heads = book_of(response).heads
    row = connection.execute(select(heads).where(heads.c.id == response)).one_or_none()
    if row is None:
        raise _unknown(connection, response)
    state, kept = snapshots.read(connection, response)
    if state is None or kept.version < row.version:
        since = [each.event for each in entries(connection, response, kept.version if state else 0)]
        state = folded(response, since, state, kept.version if state else 0)
    return Head(row.id, row.key, row.version, row.hash, state, row.flow_run, kept)


def _unknown(connection: Connection, response: str) -> UnknownNameError:
    heads = book_of(response).heads
    known = connection.execute(select(heads.c.id).order_by(heads.c.opened_at.desc()).limit(20)).scalars()
    return UnknownNameError("response", response, known)


def load_after(connection: Connection, known: Head) -> Head:
    """Where it stands now, from where it was known to stand: what has been added since is all that is read.

    Error: `UnknownNameError`, `BrokenJournalError`.
    """
    heads = book_of(known.response).heads
    wanted = select(heads.c.version, heads.c.hash, heads.c.flow_run).where(heads.c.id == known.response)
    row = connection.execute(wanted).one_or_none()
    # of a closed one names may have been erased since
    if row is None or row.version < known.version or known.state.status is Status.CLOSED:
        return load(connection, known.response)
    since = list(entries(connection, known.response, known.version)) if row.version > known.version else []
    if row.hash != (since[-1].hash if since else known.hash):
        return load(connection, known.response)
    state = folded(known.response, [each.event for each in since], known.state, known.version) if since else known.state
    return replace(known, version=row.version, hash=row.hash, state=state, flow_run=row.flow_run)


def version(connection: Connection, response: str) -> int:
    """Number of the last entry: a cheap way to see whether anything has happened. Error: `UnknownNameError`."""
    heads = book_of(response).heads
    found: int | None = connection.execute(select(heads.c.version).where(heads.c.id == response)).scalar_one_or_none()
    return load(connection, response).version if found is None else found


def by_key(connection: Connection, kind: Kind, key: str, asked: str) -> str | None:
    """The response that was opened with this idempotency key. Error: `KeyReusedError` where something else was asked with it."""
    found = connection.execute(_BY_KEY[kind], {"wanted": key}).one_or_none()
    if found is None:
        return None
    if found.asked != asked:
        raise KeyReusedError(key, found.id)
    return str(found.id)


def entries(connection: Connection, response: str, after: int = 0, kinds: Collection[str] = ()) -> Iterator[Entry]:
    """The record in order, from the entry after `after` on; only those of `kinds`, where some are named."""
    table = book_of(response).entries
    wanted = select(table).where(table.c.response == response, table.c.entry > after).order_by(table.c.entry)
    if kinds:
        wanted = wanted.where(table.c.kind.in_(list(kinds)))
    known = names.known(connection, response)
    for row in connection.execute(wanted):
        yield Entry(response, row.entry, row.recorded_at, events.validate_json(known.restored(row.body)), row.hash)


def verify(connection: Connection, response: str) -> int:
    """Walks the chain; returns the number of entries. Error: `BrokenJournalError` at the first entry that is not right."""
    head = load(connection, response)
    if folded(response, proven(connection, response)) != head.state:
        raise BrokenJournalError(response, head.version, "the response stands elsewhere than its entries lead: it was altered")
    for digest in (*head.state.earlier, head.state.digest):
        if plan_versions.load(connection, digest).digest != digest:
            raise BrokenJournalError(response, head.version, f"the stored plan {digest[:12]} was altered")
    return head.version


def proven(connection: Connection, response: str) -> Iterator[Event]:
    """What happened, each event once its entry has been proved, and at the end that there is no other.

    What is derived from it (snapshot, assignments, clocks) is not looked at. One after the other: a list of a hundred thousand
    events costs more to look after than all else. Errors: `UnknownNameError`, `BrokenJournalError`.
    """
    heads, table, known = book_of(response).heads, book_of(response).entries, names.known(connection, response)
    head = connection.execute(select(heads.c.version, heads.c.hash).where(heads.c.id == response)).one_or_none()
    if head is None:
        raise _unknown(connection, response)
    count, last = 0, genesis(response)
    for row in connection.execute(select(table).where(table.c.response == response).order_by(table.c.entry)):
        count += 1
        if row.entry != count:
            raise BrokenJournalError(response, count, f"missing; the next one found is {row.entry}")
        last = chained(last, row.entry, row.recorded_at, row.body)
        if last != row.hash:
            raise BrokenJournalError(response, count, "its content does not match its hash: it was altered")
        event = _event_of(response, count, row.body, known)
        if (row.kind, row.at, row.by, row.via) != (event.kind, event.at, event.by, event.via):
            raise BrokenJournalError(response, count, "its columns do not match its content: they were altered")
        yield event
    if wrong := known.wrong():
        raise BrokenJournalError(response, count, f"the name {wrong[0]!r} beside its entries is none of theirs: altered")
    if count < head.version:
        raise BrokenJournalError(response, count + 1, f"missing; the response has {head.version} entries")
    if count > head.version:
        raise BrokenJournalError(response, head.version + 1, f"added; the response has {head.version} entries")
    if last != head.hash:
        raise BrokenJournalError(response, count, "the response remembers another last entry: the chain was written anew")


def _event_of(response: str, entry: int, body: str, known: Names) -> Event:
    try:
        return events.validate_json(known.restored(body))
    except ValidationError as cause:
        raise BrokenJournalError(response, entry, "its content is no event that this version knows: it was altered") from cause


def folded(response: str, history: Iterable[Event], state: ResponseState | None = None, after: int = 0) -> ResponseState:
    """Events that are each well-formed may still not follow from each other. Error: `BrokenJournalError`."""
    number = after
    for number, event in enumerate(history, after + 1):
        try:
            state = evolve(state, event)
        except (LookupError, AssertionError) as cause:
            raise BrokenJournalError(response, number, "it does not follow from the entries before it: altered") from cause
    assert state is not None, f"{number} entries begin with an opening"
    return state


def is_taken(connection: Connection, response: str) -> bool:
    return connection.execute(_BY_ID[Kind.of(response)], {"asked": response}).first() is not None


class _Row(TypedDict):
    response: str
    entry: int
    kind: str
    at: datetime
    recorded_at: datetime
    by: str
    via: str
    body: str
    hash: str


def _rows(
    connection: Connection, response: str, version: int, before: str, history: Sequence[Event], now: datetime
) -> list[_Row]:
    rows: list[_Row] = []
    for number, event in enumerate(names.hidden(connection, response, history), version + 1):
        body = events.dump_json(event).decode()
        before = chained(before, number, now, body)
        rows.append(
            _Row(
                response=response,
                entry=number,
                kind=event.kind,
                at=event.at,
                recorded_at=now,
                by=event.by,
                via=event.via,
                body=body,
                hash=before,
            )
        )
    return rows


def columns(state: ResponseState) -> dict[str, object]:
    """Those of a head that follow from its entries."""
    told = {"plan": state.plan, "digest": state.digest, "level": int(state.level), "status": state.status.value}
    return {**told, "closed_at": state.closed_at}
