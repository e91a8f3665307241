"""What is kept beside a journal so that it need not be folded each time: compared with the entries, and made anew from them."""

from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy import Connection, RowMapping, Table, delete, select, update

from flows.errors import BrokenJournalError
from flows.model.state import ResponseState
from flows.running import journal, plan_versions, snapshots
from flows.running.projections import project, rows_of
from flows.running.tables import book_of

Row = Mapping[str, object] | RowMapping


def differences(connection: Connection, response: str) -> list[str]:
    """What does not follow from the entries, a line each; none where all is as it should be. Error: `BrokenJournalError`."""
    state = journal.folded(response, journal.proven(connection, response))
    return list(_differences(connection, response, state))


def rebuild(connection: Connection, response: str) -> list[str]:
    """Makes it anew where it differs; returns what differed. Error: `BrokenJournalError`: nothing is made from a broken chain."""
    state = journal.folded(response, journal.proven(connection, response))
    found = list(_differences(connection, response, state))
    if found:
        book = book_of(response)
        for table in (book.assignments, book.clocks):
            connection.execute(delete(table).where(table.c.response == response))
        project(connection, response, plan_versions.of_state(connection, state), None, state)
        connection.execute(update(book.heads).where(book.heads.c.id == response).values(**journal.columns(state)))
        snapshots.write(connection, response, state, journal.version(connection, response))
    return found


def _differences(connection: Connection, response: str, state: ResponseState) -> Iterator[str]:
    book = book_of(response)
    head = connection.execute(select(book.heads).where(book.heads.c.id == response)).mappings().one()
    wrong = [column for column, value in journal.columns(state).items() if head[column] != value]
    if not _has_snapshot_of(connection, response, state):
        wrong.append("snapshot")
    for column in wrong:
        yield f"{response}: its {column} is not what its entries lead to"
    assignments, clocks = rows_of(response, plan_versions.of_state(connection, state), state)
    for table, rows in ((book.assignments, assignments), (book.clocks, clocks)):
        yield from _of_table(connection, response, table, rows)


def _has_snapshot_of(connection: Connection, response: str, state: ResponseState) -> bool:
    """Compared as states: an earlier version has written the same in other words."""
    try:
        return journal.load(connection, response).state == state
    except BrokenJournalError:
        return False


def _of_table(connection: Connection, response: str, table: Table, wanted: Iterable[Row]) -> Iterator[str]:
    keys = [column.name for column in table.primary_key]
    found = _keyed(keys, connection.execute(select(table).where(table.c.response == response)).mappings())
    right = _keyed(keys, wanted)
    for key in sorted(found.keys() | right.keys(), key=str):
        if found.get(key) == right.get(key):
            continue
        fault = "missing" if key not in found else "too many" if key not in right else "not what its entries lead to"
        yield f"{response}: row {' '.join(map(str, key[1:]))} of {table.name} is {fault}"


def _keyed(keys: list[str], rows: Iterable[Row]) -> dict[tuple[object, ...], dict[str, object]]:
    return {tuple(row[key] for key in keys): {str(name): value for name, value in row.items()} for row in rows}
