"""A journal as JSON Lines, an entry a line exactly as it was hashed, and the check of such lines without a database."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from flows.errors import BrokenJournalError
from flows.running.chain import chained, genesis
from flows.running.tables import book_of


@dataclass(frozen=True, slots=True)
class Walked:
    """What a walk over the lines has found to be right."""

    entries: int
    first: str
    last: str


def lines(connection: Connection, response: str) -> Iterator[bytes]:
    """`body` is the text that the hash covers: it is quoted once more, never written anew."""
    table = book_of(response).entries
    for row in connection.execute(select(table).where(table.c.response == response).order_by(table.c.entry)):
        shown = {"entry": row.entry, "recorded_at": row.recorded_at.isoformat(), "body": row.body, "hash": row.hash}
        yield json.dumps(shown, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def walk(response: str, written: Iterable[bytes]) -> Walked:
    """Error: `BrokenJournalError` at the first entry that is not right."""
    expected, first, last = 1, "", genesis(response)
    for line in written:
        entry, recorded_at, body, found = _read(response, expected, line)
        if entry != expected:
            raise BrokenJournalError(response, expected, f"missing; the next one found is {entry}")
        last = chained(last, entry, recorded_at, body)
        if last != found:
            raise BrokenJournalError(response, entry, "its content does not match its hash: it was altered")
        first, expected = first or last, expected + 1
    return Walked(expected - 1, first, last)


def _read(response: str, expected: int, line: bytes) -> tuple[int, datetime, str, str]:
    try:
        shown = json.loads(line)
        return int(shown["entry"]), datetime.fromisoformat(shown["recorded_at"]), str(shown["body"]), str(shown["hash"])
    except (ValueError, TypeError, LookupError) as cause:
        fault = f"line {expected} is no entry; expected JSON with entry, recorded_at, body and hash"
        raise BrokenJournalError(response, expected, fault) from cause
