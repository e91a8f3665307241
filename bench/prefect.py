"""`python -m bench.prefect [COUNT …]`: many activations at once in a real `tocsin serve`, and how long until Prefect shows each.

Messages go to files. The responses do not wait for any of it: that is printed too, as the lateness of their first calls.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
from rich.console import Console
from rich.table import Table

from bench.activation import activate
from flows.on_prefect.worker import LIMIT
from flows.running import journal
from resources import tables as roster
from resources.samples import sample_duty
from service.folder import Folder
from service.serving.children import free_port, local_address
from service.wiring import Home
from store.clock import new_token

COUNTS = (50, 500)
PATIENCE_SECONDS = 1200.0
READY_SECONDS = 180.0

console = Console()


class Prefect:
    """What its API says of runs; None while it does not answer."""

    def __init__(self, address: str) -> None:
        self._client = httpx.Client(base_url=address, trust_env=False, timeout=20)

    def runs(self, *states: str) -> int | None:
        wanted = {"flow_runs": {"state": {"type": {"any_": list(states)}}}} if states else {}
        return self._ask("flow_runs/count", wanted)

    def deployments(self) -> int | None:
        return self._ask("deployments/count", {})

    def _ask(self, path: str, body: object) -> int | None:
        try:
            return int(self._client.post(path, json=body).raise_for_status().json())
        except httpx.HTTPError:
            return None


@contextmanager
def served() -> Iterator[tuple[Home, Prefect]]:
    """`tocsin serve` with the sample roster, its doors, its worker and its Prefect server on SQLite."""
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-", ignore_cleanup_errors=True) as name:
        home, own, port = Home(Folder(Path(name))), free_port(), free_port()
        home.folder.settings.write_text(f"[server]\nport = {own}\n[prefect]\nport = {port}\n", "utf-8")
        with home.database.write() as connection:
            roster.replace(connection, sample_duty(home.zone), home.clock.now())
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PREFECT_")}
        with (Path(name) / "serve.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "service", "serve"], env={**environment, "TOCSIN_HOME": name}, stdout=log, stderr=log
            )
        try:
            prefect = Prefect(local_address(port) + "/")
            _until(lambda: (prefect.deployments() or 0) >= 2 * len(home.plans_by_name()), READY_SECONDS)
            yield home, prefect
        finally:
            process.terminate()
            process.wait()
            home.database.close()


def crowd(count: int) -> tuple[str, ...]:
    """One row: what `count` activations at the same moment came to."""
    with served() as (home, prefect):
        one, began = activate(home), time.monotonic()
        with ThreadPoolExecutor(8) as pool:
            opened = list(pool.map(one, range(count)))
        at_doors = time.monotonic() - began
        shown = _until(lambda: (prefect.runs() or 0) >= count, PATIENCE_SECONDS) - began
        room = min(count, LIMIT)
        driven = _until(lambda: (prefect.runs("RUNNING") or 0) >= room, PATIENCE_SECONDS) - began
        failed = prefect.runs("FAILED", "CRASHED", "CANCELLED")
        late = _lateness(home, opened)
    return (
        str(count),
        f"{at_doors:.1f}",
        f"{shown:.0f}",
        f"{driven:.0f} ({room})",
        f"{count / shown:.1f}",
        str(failed),
        f"{late:.2f}",
    )


def _lateness(home: Home, opened: list[str]) -> float:
    """The latest step of any ladder, in seconds after it was due."""
    from flows.model.events import StepFired

    latest = 0.0
    with home.database.read() as connection:
        for response in opened:
            steps = [each.event for each in journal.entries(connection, response) if isinstance(each.event, StepFired)]
            latest = max([latest, *(step.late.total_seconds() for step in steps)])
    return latest


def _until(is_so: "object", seconds: float) -> float:
    assert callable(is_so)
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            raise TimeoutError(f"not within {seconds} s")
        time.sleep(0.5)
    return time.monotonic()


def main() -> None:
    table = Table(title=f"Activations of the flood plan at once, Prefect on SQLite ({new_token(2)})")
    for column in (
        "at once",
        "all open s",
        "all runs in Prefect s",
        "all running s (of)",
        "runs a second",
        "failed",
        "latest step s",
    ):
        table.add_column(column, justify="right")
    for count in [int(each) for each in sys.argv[1:]] or COUNTS:
        with console.status(f"{count} at once …"):
            table.add_row(*crowd(count))
    console.print(table)


if __name__ == "__main__":
    main()
