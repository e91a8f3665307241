"""`tocsin serve` as a process, watched from outside: its event loop is frozen, its database locked, the whole of it stopped."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from resources import tables as roster
from resources.samples import sample_duty
from service.desk.duty import Activation, Desk
from service.folder import Folder
from service.serving.children import answers, free_port
from service.wiring import Home
from tests.service.field_bureau import APPROVER, OFFICER
from tests.service.waiting import until
from tests.service.watch_outside import Outside

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[3]
FREEZABLE = """
import signal, threading
from service.serving.serve import serve
from service.wiring import Home
signal.signal(signal.SIGUSR1, lambda *_: threading.Event().wait(120))
serve(Home(), with_prefect=False)
"""
"""A signal's handler runs in the thread of the event loop: while it waits, no loop comes round."""


class Served:
    def __init__(self, folder: Path, outside: Outside) -> None:
        self.port, self.home = free_port(), Home(Folder(folder))
        folder.mkdir(exist_ok=True)
        self.home.folder.settings.write_text(
            f"""[server]
port = {self.port}
[watchdog]
overdue = "3 s"
silent = "12 s"
tell = ["{OFFICER}"]
channel = "sms"
gateway = "json://127.0.0.1:{outside.port}/second?allow=127.0.0.0/8"
[heartbeat]
url = "{outside.url}/ping"
every = "1 s"
[logs]
format = "json"
""",
            "utf-8",
        )
        with self.home.database.write() as connection:
            roster.replace(connection, sample_duty(self.home.zone), self.home.clock.now())
        environment = {**os.environ, "TOCSIN_HOME": str(folder), "TOCSIN_DATABASE_URL": ""}
        self.log = folder / "serve.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen([sys.executable, "-c", FREEZABLE], cwd=ROOT, env=environment, stderr=log)

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read().decode()

    def flood(self) -> str:
        asked = Activation(plan="flood", level="III", facts={"flow": 3300}, incident="渭河洪水", by=OFFICER, approved_by=APPROVER)
        return Desk(self.home).activate(asked, "test").response


@contextmanager
def served(folder: Path, outside: Outside) -> Iterator[Served]:
    one = Served(folder, outside)
    try:
        until(lambda: answers(f"http://127.0.0.1:{one.port}/healthz"))
        yield one
    finally:
        one.process.send_signal(signal.SIGCONT)
        one.process.kill()
        one.process.wait()
        one.home.database.close()


def said(outside: Outside, words: str) -> str:
    found = outside.wait_for("/second", lambda body: words in json.loads(body)["message"])
    return str(json.loads(found)["message"])


def test_a_frozen_event_loop_is_said_over_the_second_gateway_and_the_outside_hears_of_it(tmp_path: Path) -> None:
    with Outside() as outside, served(tmp_path, outside) as one:
        outside.wait_for("/ping")
        one.process.send_signal(signal.SIGUSR1)

        message = said(outside, "没有动静")
        failed = outside.wait_for("/ping/fail").decode()
        well_before = len(outside.bodies("/ping"))
        until(lambda: len(outside.bodies("/ping/fail")) > 1)

        assert message.startswith("警钟自检告警：循环 ")
        assert "has not come round for" in failed
        assert len(outside.bodies("/ping")) == well_before
        assert outside.heard[0][0] == "/ping/start"


def test_a_locked_database_is_said_with_the_clocks_that_it_makes_late_and_that_it_is_over(tmp_path: Path) -> None:
    with Outside() as outside, served(tmp_path, outside) as one:
        one.flood()
        other = sqlite3.connect(one.home.folder.database, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")

        message = said(outside, "数据库无法写入")
        ready, why = one.get("/readyz")
        other.close()

        over = said(outside, "已恢复")
        until(lambda: one.get("/readyz")[0] == 200)
        assert "locked by another process" in message
        assert (ready, "locked by another process" in why) == (503, True)
        assert "数据库" in over


def test_a_stopped_process_is_silent_and_that_is_what_the_outside_hears(tmp_path: Path) -> None:
    with Outside() as outside, served(tmp_path, outside) as one:
        outside.wait_for("/ping")
        one.process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, one.process.pid, os.WSTOPPED | os.WNOWAIT)
        until(lambda: not thread_runs(one.process.pid))
        heard = len(outside.heard)

        one.process.send_signal(signal.SIGCONT)
        until(lambda: len(outside.heard) > heard)

        assert outside.heard[heard][0] in ("/ping", "/ping/fail")


def thread_runs(pid: int) -> bool:
    return any((each / "stat").read_text().rpartition(")")[2].split()[0] in "RS" for each in Path(f"/proc/{pid}/task").iterdir())


def test_figures_of_a_running_service_and_json_lines_of_what_it_sent(tmp_path: Path) -> None:
    with Outside() as outside, served(tmp_path, outside) as one:
        response = one.flood()
        until(lambda: "tocsin_deliveries_total{" in one.get("/metrics")[1])
        status, text = one.get("/metrics")
        lines = [json.loads(line) for line in one.log.read_text("utf-8").splitlines()]

    families = {family.name: family for family in text_string_to_metric_families(text)}
    loops = {sample.labels["loop"]: sample.value for sample in families["tocsin_loop_silent_seconds"].samples}
    (opened,) = families["tocsin_open_responses"].samples
    assert status == 200
    assert loops.keys() == {"doors", "dispatcher", "standby", "reaching", "cascade", "hearing", "alerts", "watchdog"}
    assert all(silence < timedelta(seconds=12).total_seconds() for silence in loops.values())
    assert (opened.labels, opened.value) == ({"kind": "real", "plan": "flood", "level": "III"}, 1)
    sent = [line for line in lines if line.get("response") == response and line.get("delivery")]
    assert sent
    assert {"time", "level", "logger", "message", "response", "task", "person", "delivery"} <= sent[0].keys()
