"""Brings the tables to the present: a new database gets them as they are now, an older one the steps in between.

Alembic is imported only where there is a step to take. Its table is named for us: Prefect's may live in the same database.
"""

from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlmodel import SQLModel

from store.errors import SchemaVersionError

REVISION = "0007"
"""The newest of `migrations/versions`."""
TABLE = "tocsin_schema"
MIGRATIONS = Path(__file__).parent / "migrations"


def revision(connection: Connection) -> str:
    """Empty where there are no tables of ours yet."""
    if inspect(connection).has_table(TABLE):
        return str(connection.execute(text(f"SELECT version_num FROM {TABLE}")).scalar_one())  # noqa: S608 - a constant
    # the first files kept a number of their own, which became the revision of that number
    number = connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    return f"{number:04}" if number else ""


def bring_forward(connection: Connection, name: str) -> None:
    """In the caller's transaction: all steps or none. Error: `SchemaVersionError` for a database of a later version."""
    found = revision(connection)
    if found == "":
        SQLModel.metadata.create_all(connection, checkfirst=False)
        stamp(connection, REVISION)
    elif found != REVISION:
        if found not in _known():
            raise SchemaVersionError(name, found, REVISION)
        if not inspect(connection).has_table(TABLE):
            stamp(connection, found)
        upgrade(connection)


def stamp(connection: Connection, found: str) -> None:
    """Remembers the revision."""
    # as Alembic itself would make it
    key = f"CONSTRAINT {TABLE}_pkc PRIMARY KEY (version_num)"
    connection.execute(text(f"CREATE TABLE {TABLE} (version_num VARCHAR(32) NOT NULL, {key})"))
    connection.execute(text(f"INSERT INTO {TABLE} VALUES (:found)"), {"found": found})  # noqa: S608 - a constant


def upgrade(connection: Connection) -> None:
    """Takes every step from the revision that the database is at; from none on an empty one."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _known() -> frozenset[str]:
    return frozenset(path.stem.removeprefix("revision_") for path in (MIGRATIONS / "versions").glob("revision_*.py"))
