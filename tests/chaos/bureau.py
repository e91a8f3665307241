"""A bureau for tests that kill processes: simulated phones that outlive everything, and `tocsin serve` as a real process."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from flows.model.commands import OpenResponse
from flows.model.events import Event
from flows.running import journal
from notifications import outbox
from notifications.outbox import DeliveryView
from notifications.simulators.simulators import Simulators
from plans.model import Level
from resources import tables as roster
from resources.samples import sample_duty
from service.folder import Folder
from service.serving.children import answers, free_port
from service.wiring import Home
from store.clock import RealClock, ScaledClock
from store.faults import Point
from store.testing import place_in

_ROOT = Path(__file__).parents[2]


class Bureau:
    """`speed` times as fast as real time; nobody answers unless the test does."""

    def __init__(self, folder: Path, phones: Simulators, clock: ScaledClock) -> None:
        place = place_in(folder)
        self.home = Home(Folder(folder, place if isinstance(place, str) else ""), clock)
        self.phones, self.clock = phones, clock
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.home.folder.settings.write_text(
            f'[server]\nport = {self.port}\n[channels]\nsms = "{phones.sms_url}"\nwechat = "{phones.wechat_url}"\n', "utf-8"
        )
        with self.home.database.write() as connection:
            roster.replace(connection, sample_duty(self.home.zone), clock.now())

    def serve(self, *, until_open: bool = True, struck: tuple[Point, int] | None = None) -> None:
        """`struck`: it kills itself when it comes to this point for the so manyth time."""
        clock = f"{self.clock.speed}@{self.clock.start.isoformat()}"
        ours = {"TOCSIN_HOME": str(self.home.folder.path), "TOCSIN_DATABASE_URL": self.home.folder.database_url}
        environment = {**os.environ, **ours, "TOCSIN_CLOCK": clock}
        with (self.home.folder.path / "serve.log").open("ab") as log:
            command = [sys.executable, "-m", "service", "serve", "--without-prefect"]
            if struck:
                command = [sys.executable, "-m", "tests.chaos.struck", struck[0].name, str(struck[1])]
            self._process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True, cwd=_ROOT)
        deadline = time.monotonic() + 30
        while until_open and not answers(f"http://127.0.0.1:{self.port}/healthz"):
            if struck and not self.is_alive:
                return
            assert self.is_alive, self.log
            assert time.monotonic() < deadline, self.log

    def kill(self) -> None:
        if self.is_alive:
            self.send(signal.SIGKILL)
            self._process.wait()

    @property
    def is_alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def send(self, number: signal.Signals) -> None:
        assert self._process
        os.kill(self._process.pid, number)

    def activate(self) -> str:
        opening = OpenResponse(
            incident="渭河洪水", level=Level.III, facts={"flow": 3300.0}, by="chenzhiyuan", approved_by="liangwenbo"
        )
        return self.home.engine.open("flood", opening).response

    def ask(self, path: str, body: dict[str, object], key: str = "") -> tuple[int, dict[str, Any]]:
        """At the API; 0 where nobody answered, which says nothing about whether it was done."""
        headers = {"Authorization": f"Bearer {self.home.keys.api_token}", "Content-Type": "application/json"}
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/v1{path}",
            json.dumps(body).encode(),
            headers | ({"Idempotency-Key": key} if key else {}),
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refusal:
            return refusal.code, json.load(refusal)
        except (OSError, http.client.HTTPException):
            return 0, {}

    def history(self, response: str) -> list[Event]:
        with self.home.database.read() as connection:
            journal.verify(connection, response)
            return [entry.event for entry in journal.entries(connection, response)]

    def deliveries(self, response: str) -> tuple[DeliveryView, ...]:
        with self.home.database.read() as connection:
            return outbox.deliveries(connection, response)

    @property
    def log(self) -> str:
        return (self.home.folder.path / "serve.log").read_text("utf-8", "replace")[-3000:]


def clock_at(speed: float) -> ScaledClock:
    return ScaledClock(RealClock().now(), speed)
