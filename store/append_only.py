"""Tables to which rows are only added: the database itself refuses to change them or take them away."""

from collections.abc import Iterator

from sqlalchemy import Connection, Table, event

_WORDS = "the journal is append-only"


def keep_append_only(table: Table) -> None:
    """From its creation on."""
    event.listen(table, "after_create", _guard)


def guards(dialect: str, table: str) -> Iterator[str]:
    """The statements that put the triggers on a table."""
    if dialect == "postgresql":
        yield from _postgresql(table)
    else:
        for verb in ("UPDATE", "DELETE"):
            refuse = f"SELECT RAISE(ABORT, '{_WORDS}')"
            yield f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} BEGIN {refuse}; END"


def _postgresql(table: str) -> Iterator[str]:
    # the same class of error as on SQLite, so that both are told alike
    refuse = f"RAISE EXCEPTION '{_WORDS}' USING ERRCODE = 'integrity_constraint_violation'"
    yield f"CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {refuse}; END $$"
    for verb, each in (("UPDATE", "ROW"), ("DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        called = f"FOR EACH {each} EXECUTE FUNCTION refuse_change()"
        yield f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} {called}"


def _guard(table: Table, connection: Connection, **_: object) -> None:
    for statement in guards(connection.dialect.name, table.name):
        connection.exec_driver_sql(statement)
