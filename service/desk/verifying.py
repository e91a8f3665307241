"""Verifies the records: of one response, or of all of them."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from flows.errors import BrokenJournalError
from flows.running import journal, rebuilding
from flows.running.tables import BOOKS
from service.plain import Json
from store.database import Database


@dataclass(frozen=True, slots=True)
class Verified:
    """`fault` is empty where the chain is whole."""

    response: str
    entries: int = 0
    last: str = ""
    fault: str = ""
    entry: int = 0
    """The first that is not right."""

    def as_json(self) -> Json:
        if self.fault:
            return {"response": self.response, "whole": False, "entry": self.entry, "fault": self.fault}
        return {"response": self.response, "entries": self.entries, "hash": self.last, "whole": True}


def verified(database: Database, response: str) -> Verified:
    """Errors: `UnknownNameError`, `BrokenJournalError`."""
    with database.read() as connection:
        return _whole(connection, response)


def every_verified(database: Database) -> list[Verified]:
    """In the order in which they were opened; a broken one does not hide the others."""
    with database.read() as connection:
        return [_verified(connection, each) for each in _every(connection)]


def compared(database: Database, response: str = "") -> list[str]:
    """What is kept beside the journal and does not follow from it: of the response, or of all. Error: `BrokenJournalError`."""
    with database.read() as connection:
        named = [response] if response else _every(connection)
        return [line for each in named for line in rebuilding.differences(connection, each)]


def rebuilt(database: Database, response: str = "") -> list[str]:
    """The same, made anew."""
    with database.read() as connection:
        named = [response] if response else _every(connection)
    found = []
    for each in named:
        with database.write() as connection:
            found += rebuilding.rebuild(connection, each)
    return found


def _verified(connection: Connection, response: str) -> Verified:
    try:
        return _whole(connection, response)
    except BrokenJournalError as fault:
        return Verified(response, fault=str(fault), entry=fault.entry)


def _whole(connection: Connection, response: str) -> Verified:
    entries = journal.verify(connection, response)
    return Verified(response, entries, journal.load(connection, response).hash)


def _every(connection: Connection) -> list[str]:
    heads = [book.heads for book in BOOKS.values()]
    rows = [row for table in heads for row in connection.execute(select(table.c.opened_at, table.c.id))]
    return [row.id for row in sorted(rows, key=lambda row: (row.opened_at, row.id))]
