"""What the demo runs on: a throw-away data folder with the sample bureau, simulated phones, and `tocsin serve` as a process."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from notifications.simulators.settings import SimulatorSettings
from notifications.simulators.simulators import Simulators
from resources import tables as roster
from resources.samples import sample_duty
from service.folder import Folder
from service.serving.children import free_port, local_address
from service.serving.simulators import callbacks_of, settings_for
from service.wiring import Home
from store.clock import RealClock, ScaledClock

START_SECONDS, STOP_SECONDS = 15, 20


@dataclass(frozen=True, slots=True)
class Stage:
    """What the demo runs on."""

    home: Home
    clock: ScaledClock
    phones: Simulators
    port: int
    prefect_port: int

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


@contextlib.asynccontextmanager
async def stage(folder: Path, speed: float) -> AsyncIterator[Stage]:
    clock = ScaledClock(RealClock().now(), speed)
    home = Home(Folder(folder), clock)
    port, prefect_port = free_port(), free_port()
    async with Simulators(SimulatorSettings(ledger=folder / "phones.jsonl"), clock) as phones:
        home.folder.settings.write_text(_settings(phones, port, prefect_port), "utf-8")
        phones.point_to(callbacks_of(home.folder))
        with home.database.write() as connection:
            roster.replace(connection, sample_duty(home.zone), clock.now())
        yield Stage(home, clock, phones, port, prefect_port)
        home.database.close()


def _settings(phones: Simulators, port: int, prefect_port: int) -> str:
    return f"""
[server]
port = {port}
[prefect]
port = {prefect_port}
{settings_for(phones)}"""


class ServerProcess:
    """`tocsin serve` on the stage, which can be killed and started again."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None, "the server was started"
        return self._process.pid

    async def start(self) -> float:
        """Seconds until the doors were open."""
        home, clock = self._stage.home, self._stage.clock
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")},
            "TOCSIN_HOME": str(home.folder.path),
            "TOCSIN_DATABASE_URL": "",  # not the bureau's own database
            "TOCSIN_CLOCK": f"{clock.speed}@{clock.start.isoformat()}",
        }
        began = asyncio.get_running_loop().time()
        command = (sys.executable, "-m", "service", "serve")
        with (home.folder.path / "serve.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *command, env=environment, stdout=log, stderr=log, stdin=asyncio.subprocess.DEVNULL
            )
        async with asyncio.timeout(START_SECONDS):
            while not await self._answers():
                await asyncio.sleep(0.05)
        return asyncio.get_running_loop().time() - began

    async def kill(self) -> None:
        """As a power cut would."""
        assert self._process is not None, "the server was started"
        self._process.kill()
        await self._process.wait()

    async def stop(self) -> None:
        if self._process is None or self._process.returncode is not None:
            return
        self._process.terminate()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
        if self._process.returncode is None:
            await self.kill()

    async def flow_state(self, flow_run: str) -> str:
        """What Prefect's API says of the run."""
        address = f"{local_address(self._stage.prefect_port)}/flow_runs/{flow_run}"
        try:
            async with aiohttp.ClientSession() as http, http.get(address) as answer:
                return str((await answer.json()).get("state_type", "")) if answer.status == 200 else "unknown"
        except aiohttp.ClientError:
            return "unreachable"

    async def _answers(self) -> bool:
        try:
            async with aiohttp.ClientSession() as http, http.get(self._stage.url("/healthz")) as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False
