"""`tocsin serve` as a process: it refuses what is not right before a door opens, warns of what reaches nobody, and ends soon."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from service.serving.children import answers, free_port

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[3]


def served(home: Path, settings: str, database: str = "") -> "subprocess.Popen[str]":
    home.mkdir(exist_ok=True)
    (home / "tocsin.toml").write_text(settings, "utf-8")
    command = [sys.executable, "-m", "service", "serve", "--without-prefect"]
    environment = {**os.environ, "TOCSIN_HOME": str(home), "TOCSIN_DATABASE_URL": database}
    return subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)


def refused(home: Path, settings: str, database: str = "") -> tuple[int, str]:
    process = served(home, settings, database)
    _, said = process.communicate(timeout=60)
    return process.returncode, said


def test_settings_that_are_not_right_are_refused_at_the_start(tmp_path: Path) -> None:
    code, said = refused(tmp_path, '[channels]\nsmss = "file://"\n[wecom]\ntoken = "abcdef"')

    assert code == 2
    assert f"{tmp_path}/tocsin.toml: [channels] smss: there is no such setting; expected one of sms, wechat" in said
    assert f"{tmp_path}/tocsin.toml: [wecom]: encoding_aes_key and corp missing" in said
    assert "Traceback" not in said


def test_a_gateway_that_cannot_be_right_is_refused_with_its_table(tmp_path: Path) -> None:
    code, said = refused(tmp_path, '[drill_channels]\nsms = "smtp://gateway.example.org"')

    assert code == 2
    assert f"{tmp_path}/tocsin.toml: [drill_channels] channel 'sms': smtp:// is for email; expected it under email" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("address", "said_of_it"),
    [
        ("postgresql://tocsin:secret@127.0.0.1:1/night", "postgresql://tocsin@127.0.0.1:1/night: cannot be reached"),
        ("mysql://tocsin:secret@127.0.0.1/night", "TOCSIN_DATABASE_URL is not the address of a database; expected postgresql://"),
    ],
)
def test_a_database_that_cannot_be_had_is_said_without_its_password(tmp_path: Path, address: str, said_of_it: str) -> None:
    code, said = refused(tmp_path, "", address)

    assert code == 1
    assert said_of_it in said
    assert "secret" not in said
    assert "Traceback" not in said


def test_a_server_is_named_at_the_start(tmp_path: Path, new_postgresql: Callable[[], str]) -> None:
    port = free_port()
    process = served(tmp_path, f"[server]\nport = {port}", new_postgresql())
    _until_open(port)

    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=60)

    assert "database postgresql://postgres@" in said
    assert not (tmp_path / "tocsin.db").exists()


def test_it_warns_of_each_channel_without_a_gateway_and_ends_soon_when_told(tmp_path: Path) -> None:
    port = free_port()
    process = served(tmp_path, f'[server]\nport = {port}\n[channels]\nsms = "json://localhost"')
    _until_open(port)

    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=60)

    assert time.monotonic() - began < 5
    assert process.returncode == 0
    warned = [line.partition("tocsin.serve: ")[2] for line in said.splitlines() if " WARNING tocsin.serve" in line]
    assert [line.partition(":")[0] for line in warned] == ["wechat", "voice", "email"]
    assert warned[0].startswith(
        f"wechat: no gateway is set up, its messages are written to {tmp_path}/wechat.jsonl and reach nobody"
    )
    assert f"doors open at http://127.0.0.1:{port} (data in {tmp_path}, database {tmp_path}/tocsin.db)" in said


def _until_open(port: int) -> None:
    end = time.monotonic() + 60
    while not answers(f"http://127.0.0.1:{port}/healthz"):
        assert time.monotonic() < end
        time.sleep(0.05)  # noqa: TID251  # another process is awaited, its clock cannot be moved
