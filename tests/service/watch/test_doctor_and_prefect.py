"""What the doctor says of a real Prefect server: without a worker, with one, and when it does not answer."""

import os
import sys
from pathlib import Path

import pytest

from resources import tables as roster
from resources.samples import sample_duty
from service.desk.duty import Activation, Desk
from service.folder import Folder
from service.notify.findings import Finding, Verdict
from service.serving.children import Child, free_port, local_address, prefect_server, prefect_worker, stop_in_turn
from service.watch.checks.prefect_side import prefect
from service.wiring import Home
from tests.service.field_bureau import APPROVER, OFFICER
from tests.service.waiting import until

pytestmark = pytest.mark.slow


def found_by(home: Home) -> dict[str, Finding]:
    return {each.about: each for each in prefect(home)}


def test_a_server_without_a_worker_and_then_with_one_and_then_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, port = Home(Folder(tmp_path)), free_port()
    monkeypatch.setenv("PREFECT_API_URL", local_address(port))
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path))
    with home.database.write() as connection:
        roster.replace(connection, sample_duty(home.zone), home.clock.now())
    server = Child(prefect_server(tmp_path, port))
    worker = Child(prefect_worker(tmp_path, local_address(port), [sys.executable, "-m", "service", "worker"]))
    try:
        server.start()
        assert server.wait_until_ready(120)
        alone = found_by(home)
        worker.start()
        until(lambda: found_by(home)["worker"].verdict is Verdict.GOOD, 120)
        asked = Activation(plan="flood", level="III", facts={"flow": 3300}, incident="渭河洪水", by=OFFICER, approved_by=APPROVER)
        response = Desk(home).activate(asked, "test").response
        until(lambda: home.engine.head(response).flow_run is not None, 120)
        followed = found_by(home)
    finally:
        stop_in_turn([server, worker])
    gone = found_by(home)

    assert (alone["prefect"].verdict, alone["worker"].verdict) == (Verdict.GOOD, Verdict.WARNING)
    assert "no worker is alive" in alone["worker"].what.en
    assert os.uname().nodename in followed["worker"].what.en
    assert followed["flow runs"].what.en == "1 open responses, each is followed"
    assert list(gone) == ["prefect"]
    assert (gone["prefect"].verdict, "responses go on without it" in gone["prefect"].what.en) == (Verdict.WARNING, True)


def test_a_server_that_only_serve_starts_is_honestly_not_looked_at_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    (tmp_path / "tocsin.toml").write_text(f"[server]\nport = {free_port()}\n", "utf-8")

    (found,) = prefect(Home(Folder(tmp_path)))

    assert found.verdict is Verdict.UNPROVEN
