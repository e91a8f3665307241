"""`tocsin worker` on a host of its own, with the same PostgreSQL: it goes on when the host with the doors is dead."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from notifications.simulators.settings import SimulatorSettings
from notifications.simulators.simulators import Simulators
from store.testing import ADDRESS
from tests.chaos.bureau import Bureau, clock_at
from tests.chaos.test_serve_is_killed import LADDER, steps_of
from tests.prefect.conftest import Prefect

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("prefect")]

Until = Callable[..., Any]
SPEED = 40.0
# the worker registers every plan first, and Prefect on a busy machine takes its time
PATIENCE = 120.0


def test_a_worker_goes_on_with_a_response_when_the_host_with_the_doors_is_killed(
    tmp_path: Path, new_postgresql: Callable[[], str], address: str, prefect: Prefect, until: Until
) -> None:
    database = new_postgresql()
    (tmp_path / ADDRESS).write_text(database)
    asyncio.run(story(tmp_path, database, address, prefect, until))


async def story(folder: Path, database: str, address: str, prefect: Prefect, until: Until) -> None:
    clock = clock_at(SPEED)
    async with Simulators(SimulatorSettings(ledger=folder / "phones.jsonl"), clock) as phones:
        doors = Bureau(folder, phones, clock)
        worker = started(folder / "other", database, address, f"{clock.speed}@{clock.start.isoformat()}")
        try:
            await asyncio.to_thread(doors.serve)
            await asyncio.to_thread(until, lambda: prefect.has_deployment("flood/response"), None, PATIENCE)
            response = await asyncio.to_thread(doors.activate)
            run = await asyncio.to_thread(until, lambda: doors.home.engine.head(response).flow_run, None, PATIENCE)
            await asyncio.to_thread(until, lambda: prefect.flow_run(run)["state_name"], "Running", PATIENCE)

            doors.kill()
            before = len(steps_of(doors.history(response), "verify.1"))

            await asyncio.to_thread(until, lambda: steps_of(doors.history(response), "verify.1")[-1:], ["manual"], PATIENCE)
            assert before < len(LADDER), "it was over before the host was killed"
            assert steps_of(doors.history(response), "verify.1") == LADDER
        finally:
            doors.kill()
            worker.kill()
            worker.wait()
            prefect.cancel_all()


def started(folder: Path, database: str, address: str, clock: str) -> "subprocess.Popen[bytes]":
    folder.mkdir()
    ours = {"TOCSIN_HOME": str(folder), "TOCSIN_DATABASE_URL": database, "TOCSIN_CLOCK": clock}
    with (folder / "worker.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "service", "worker"],
            env={**os.environ, **ours, "PREFECT_API_URL": address},
            stdout=log,
            stderr=log,
        )
