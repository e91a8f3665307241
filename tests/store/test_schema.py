"""Whatever way a database came to its tables, they are the same."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine
from sqlmodel import SQLModel

import service.tables  # noqa: F401  # every table
from store import schema
from store.append_only import guards
from store.database import Database
from store.postgresql import parsed

NewPostgresql = Callable[[], str]
_ROOT = Path(__file__).parents[2]
_SQLITE = (
    'SELECT m.name, c.name, c.type, c."notnull", c.dflt_value, c.pk FROM sqlite_master m, pragma_table_info(m.name) c'
    " WHERE m.type = 'table'",
    "SELECT type, tbl_name, sql FROM sqlite_master WHERE type <> 'table' AND sql IS NOT NULL",
    'SELECT m.name, k."from", k."table", k."to" FROM sqlite_master m, pragma_foreign_key_list(m.name) k',
)
_POSTGRESQL = (
    "SELECT table_name, column_name, data_type, is_nullable, replace(column_default, '::character varying', '')"
    " FROM information_schema.columns WHERE table_schema = 'public'",
    "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE connamespace = 'public'::regnamespace",
    "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "sqlite":
        engine = create_engine(f"sqlite:///{tmp_path}/migrated.db")
    else:
        engine = create_engine(parsed(request.getfixturevalue("new_postgresql")()))
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    yield engine
    engine.dispose()


@pytest.fixture
def created(empty: Engine, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """As a new folder or server gets it."""
    if empty.dialect.name == "sqlite":
        Database(tmp_path / "created.db").close()
        engine = create_engine(f"sqlite:///{tmp_path}/created.db")
    else:
        engine = create_engine(parsed(request.getfixturevalue("new_postgresql")()))
    yield engine
    engine.dispose()


def facts(connection: Connection) -> set[tuple[object, ...]]:
    """Everything that the database knows of its tables: columns, defaults, keys, rules, indexes, triggers."""
    questions = _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL
    return {
        tuple(" ".join(value.split()) if isinstance(value, str) else value for value in row)
        for question in questions
        for row in connection.exec_driver_sql(question)
    }


def test_the_steps_from_nothing_lead_to_the_tables_of_this_version(empty: Engine, created: Engine) -> None:
    with empty.begin() as connection:
        schema.upgrade(connection)

    with empty.connect() as one, created.connect() as other:
        assert compare_metadata(MigrationContext.configure(one, opts={"version_table": schema.TABLE}), SQLModel.metadata) == []
        assert facts(one) == facts(other)
        assert schema.revision(one) == schema.revision(other) == schema.REVISION


def test_a_rule_that_is_missing_in_a_step_would_show(empty: Engine, created: Engine) -> None:
    with empty.begin() as connection:
        schema.upgrade(connection)
        connection.exec_driver_sql("DROP INDEX real_message_queue")

    with empty.connect() as one, created.connect() as other:
        assert facts(one) != facts(other)


def test_the_newest_step_is_the_one_that_the_program_expects() -> None:
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))

    assert ScriptDirectory.from_config(config).get_heads() == [schema.REVISION]


def test_a_file_of_the_first_version_keeps_what_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "tocsin.db"
    as_of_version_2(path)
    with sqlite3.connect(path) as before:
        before.execute("INSERT INTO real_assignment VALUES ('R-1', 'a.1', 'a', 'open', '[]', 1, 2, 3, 0)")
    before.close()

    database = Database(path)

    with database.read() as connection:
        row = connection.exec_driver_sql("SELECT response, task, finding FROM real_assignment").one()
        assert (tuple(row), schema.revision(connection)) == (("R-1", "a", ""), schema.REVISION)
    database.close()


def test_a_step_that_fails_leaves_the_version_before(tmp_path: Path) -> None:
    path = tmp_path / "tocsin.db"
    as_of_version_2(path)
    with sqlite3.connect(path) as before:
        before.execute("CREATE TABLE reading_newest (x)")  # in the way of an index, late in the step
    before.close()

    with pytest.raises(Exception, match="reading_newest"):
        Database(path)

    with sqlite3.connect(path) as after:
        names = {row[1] for row in after.execute("PRAGMA table_info(real_assignment)")}
        assert "finding" not in names
        assert after.execute(f"SELECT count(*) FROM sqlite_master WHERE name = '{schema.TABLE}'").fetchone() == (0,)
    after.close()


def test_hosts_that_start_at_once_on_an_empty_database_make_its_tables_once(empty: Engine, tmp_path: Path) -> None:
    place = tmp_path / "migrated.db" if empty.dialect.name == "sqlite" else address_of(empty)

    with ThreadPoolExecutor(6) as hosts:
        opened = list(hosts.map(lambda _: Database(place), range(6)))

    for database in opened:
        with database.read() as connection:
            assert schema.revision(connection) == schema.REVISION
        database.close()


@pytest.mark.slow
def test_hosts_that_start_at_once_take_the_steps_once(new_postgresql: NewPostgresql) -> None:
    address = new_postgresql()
    engine = create_engine(parsed(address))
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        step_to(connection, "0002")

    with ThreadPoolExecutor(4) as hosts:
        opened = list(hosts.map(lambda _: Database(address), range(4)))

    with engine.connect() as connection:
        assert schema.revision(connection) == schema.REVISION
    for database in opened:
        database.close()
    engine.dispose()


def test_a_database_that_is_up_to_date_is_opened_without_alembic(tmp_path: Path) -> None:
    Database(tmp_path / "tocsin.db").close()
    script = (
        "import sys, pathlib, service.tables; from store.database import Database\n"
        "Database(pathlib.Path(sys.argv[1])); sys.exit('alembic' in sys.modules or 'psycopg' in sys.modules)"
    )

    ran = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "tocsin.db")], cwd=_ROOT, env={**os.environ, "PYTHONPATH": _path()}
    )

    assert ran.returncode == 0


def test_the_triggers_of_an_append_only_table_are_named_after_it() -> None:
    assert [statement.split()[2] for statement in guards("sqlite", "t")] == ["t_no_update", "t_no_delete"]


def address_of(engine: Engine) -> str:
    return engine.url.set(drivername="postgresql").render_as_string(hide_password=False)


def step_to(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def as_of_version_2(path: Path) -> None:
    """As the first folders were: with the number that they kept."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        step_to(connection, "0002")
        connection.exec_driver_sql(f"DROP TABLE {schema.TABLE}")
        connection.exec_driver_sql("PRAGMA user_version = 2")
    engine.dispose()


def _path() -> str:
    return os.pathsep.join(sys.path)
