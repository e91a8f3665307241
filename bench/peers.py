"""What Tocsin is measured beside: SQLite with the same bytes, DBOS, and plain Prefect with a task run for each plan task."""

import asyncio
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.measure import Sample
from service.serving.children import answers, free_port, local_address, prefect_environment


@contextmanager
def raw_sqlite(folder: Path, size: int) -> Iterator[Callable[[int], None]]:
    """Commits of `size` bytes into one table, WAL and synchronous FULL as ours: the physical limit of this disk."""
    connection = sqlite3.connect(folder / "raw.db", isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode = WAL", "synchronous = FULL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE bytes (id INTEGER PRIMARY KEY, content BLOB)")
    payload = os.urandom(size)

    def commit(_: int) -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO bytes (content) VALUES (?)", (payload,))
        connection.execute("COMMIT")

    yield commit
    connection.close()


@contextmanager
def dbos(folder: Path) -> Iterator[Callable[[int], None]]:
    """A durable workflow with one step, started and awaited, on SQLite."""
    from dbos import DBOS

    database = f"sqlite:///{folder}/dbos.sqlite"
    DBOS(config={"name": "bench", "system_database_url": database, "run_admin_server": False, "log_level": "ERROR"})

    @DBOS.step()
    def step(number: int) -> int:
        return number

    @DBOS.workflow()
    def workflow(number: int) -> int:
        return step(number)

    DBOS.launch()

    def run(number: int) -> None:
        DBOS.start_workflow(workflow, number).get_result()

    yield run
    DBOS.destroy()


def naive_prefect(folder: Path, tasks: int, count: int) -> Sample:
    """`count` flow runs, each with a task run for each of `tasks`, against a Prefect server of our own; run one by one."""
    port = free_port()
    environment = prefect_environment(folder, local_address(port))
    server = subprocess.Popen(
        [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _until_ready(f"{local_address(port)}/health")
        os.environ.update(environment | {"PREFECT_LOGGING_LEVEL": "ERROR"})
        return asyncio.run(_flow_runs(tasks, count))
    finally:
        server.terminate()
        server.wait()


async def _flow_runs(tasks: int, count: int) -> Sample:
    from prefect import flow, task

    @task
    async def act(number: int) -> int:
        return number

    @flow
    async def response() -> None:
        for number in range(tasks):
            await act(number)

    await response()
    began, calls = time.perf_counter(), []
    for _ in range(count):
        start = time.perf_counter()
        await response()
        calls.append(time.perf_counter() - start)
    return Sample(tuple(calls), time.perf_counter() - began)


def _until_ready(address: str) -> None:
    deadline = time.monotonic() + 90
    while not answers(address):
        if time.monotonic() > deadline:
            raise SystemExit("the Prefect server did not start within 90 s")
        time.sleep(0.5)
