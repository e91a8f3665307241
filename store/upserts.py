"""INSERT with ON CONFLICT, which both databases know and SQLAlchemy keeps apart."""

from typing import TYPE_CHECKING

from sqlalchemy import Connection, Table

if TYPE_CHECKING:
    from sqlalchemy.dialects.postgresql import Insert as PostgresqlInsert
    from sqlalchemy.dialects.sqlite import Insert as SqliteInsert


def insert(connection: Connection, table: Table) -> "SqliteInsert | PostgresqlInsert":
    """An INSERT for the database of `connection`, with `on_conflict_do_nothing` and `on_conflict_do_update`."""
    # only the dialect in use is imported: a command on SQLite does not wait for the other
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)
    from sqlalchemy.dialects import sqlite

    return sqlite.insert(table)
