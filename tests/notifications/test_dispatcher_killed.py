"""A dispatcher's process is killed with -9 in the middle of its work, and another one goes on."""

import asyncio
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from notifications import outbox
from notifications.dispatcher import Dispatcher, DispatchSettings
from notifications.message import Call, Outcome, Outgoing, Priority, Recipient, Result
from notifications.states import State
from notifications.testing import FakeChannel, plain_links, plain_templates
from store.clock import RealClock
from store.database import Database
from store.kinds import Kind
from store.testing import place_in

PEOPLE = 120


class Ledger(FakeChannel):
    """A provider that writes down what it got, in a file that outlives the sender."""

    def __init__(self, kind: str, path: Path, *, resend_is_safe: bool) -> None:
        super().__init__(kind, resend_is_safe=resend_is_safe)
        self._path = path

    async def deliver(self, message: Outgoing) -> Outcome:
        with self._path.open("a") as file:
            file.write(f"{self.kind} {message.delivery}\n")
        await asyncio.sleep(0.01)
        return Outcome(Result.ACCEPTED, f"p-{message.delivery}")


def dispatcher(database: Database, folder: Path, *, alone: bool = True) -> Dispatcher:
    ledger = folder / "ledger"
    channels = {
        "sms": Ledger("sms", ledger, resend_is_safe=False),
        "wechat": Ledger("wechat", ledger, resend_is_safe=True),
    }
    settings = DispatchSettings(at_once=dict.fromkeys(Priority, 8), alone=alone)
    return Dispatcher(database, {Kind.REAL: channels}, RealClock(), plain_templates, plain_links, settings)


def received(folder: Path) -> list[str]:
    path = folder / "ledger"
    return path.read_text().splitlines() if path.exists() else []


def started(folder: Path, *options: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, __file__, str(folder), *options]
    return subprocess.Popen(command, cwd=Path(__file__).parents[2], env={"PYTHONPATH": "."})


@pytest.mark.slow
@pytest.mark.usefixtures("each_database")
@pytest.mark.parametrize("killed_after", [1, 40, 90])
def test_after_a_kill_everyone_is_told_once_or_the_delivery_says_it_is_in_doubt(tmp_path: Path, killed_after: int) -> None:
    database = Database(place_in(tmp_path))
    fill(database)
    process = started(tmp_path)
    while len(received(tmp_path)) < killed_after:
        assert process.poll() is None, "the dispatcher ended before it could be killed"
    process.kill()
    process.wait()

    asyncio.run(dispatcher(database, tmp_path).drain())

    times = Counter(line.split()[1] for line in received(tmp_path))
    with database.read() as connection:
        views = outbox.deliveries(connection, "R-1")
    assert len(views) == 2 * PEOPLE
    for view in views:
        if view.channel == "sms":
            assert times[view.id] <= 1
            assert view.state is State.ACCEPTED or (view.state is State.UNKNOWN and view.in_doubt)
        else:
            assert view.state is State.ACCEPTED
            assert times[view.id] == 1 or view.in_doubt
    database.close()


@pytest.mark.slow
@pytest.mark.usefixtures("each_database")
def test_two_hosts_that_send_from_one_outbox_tell_everyone_once(tmp_path: Path) -> None:
    database = Database(place_in(tmp_path))
    hosts = [started(tmp_path, "beside another") for _ in range(2)]

    fill(database)

    end = time.monotonic() + 60
    while len(received(tmp_path)) < 2 * PEOPLE:
        assert [host.poll() for host in hosts] == [None, None]
        assert time.monotonic() < end, "not everyone was told"
        time.sleep(0.02)  # noqa: TID251  # other processes are awaited, their clock cannot be moved
    for host in hosts:
        host.kill()
        host.wait()
    assert max(Counter(line.split()[1] for line in received(tmp_path)).values()) == 1


def fill(database: Database) -> None:
    now = RealClock().now()
    calls = [
        Call(
            "R-1", "digest", "patrol", "call", 0, Recipient(f"p{n}", f"p{n}", "zh", {"sms": f"s{n}", "wechat": f"w{n}"}),
            ("sms", "wechat"), "call", {"task": "巡堤查险"}, Priority.OPERATION, now, now + timedelta(hours=1),
        )
        for n in range(PEOPLE)
    ]  # fmt: skip
    with database.write() as connection:
        outbox.add(connection, calls, now)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    asyncio.run(dispatcher(Database(place_in(folder)), folder, alone=len(sys.argv) == 2).run())
