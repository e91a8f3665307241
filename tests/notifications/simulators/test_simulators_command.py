"""`tocsin simulators`: names the addresses for the settings, and ends by itself."""

import socket
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from notifications.channels.registry import build
from service.cli.simulators import simulators
from service.folder import Folder
from service.serving.simulators import callbacks_of
from service.settings import read_settings

COMMAND = typer.Typer()
COMMAND.command()(simulators)
FREE = ("--sms-port", "0", "--wecom-port", "0", "--tencent-port", "0", "--smpp-port", "0")


def run(home: Path, *words: str) -> Result:
    return CliRunner(env={"TOCSIN_HOME": str(home)}).invoke(COMMAND, list(words))


def test_the_printed_settings_can_be_pasted_and_it_ends_by_itself(tmp_path: Path) -> None:
    result = run(tmp_path, *FREE, "--minutes", "0.01")

    settings = tmp_path / "tocsin.toml"
    settings.write_text(result.output[result.output.index("[channels]") : result.output.index("simulators: stopped")], "utf-8")
    read = read_settings(settings)
    assert result.exit_code == 0
    assert set(build(read.channels.named(), tmp_path)) == {"sms", "wechat", "voice"}
    assert (read.wecom.token, read.official_account.application) == ("simulatedtoken", "wx0123456789abcdef")
    assert f"For {settings}" in result.output
    assert "stopped after" in result.output


@pytest.mark.parametrize(
    ("server", "address"),
    [
        ("", "http://127.0.0.1:8700"),
        ("[server]\nport = 8701", "http://127.0.0.1:8701"),
        ('[server]\nhost = "0.0.0.0"\npublic_url = "https://tocsin.example.org"', "http://127.0.0.1:8700"),
        ('[server]\nhost = "::1"', "http://[::1]:8700"),
    ],
)
def test_answers_go_to_serve_on_the_same_data_folder(tmp_path: Path, server: str, address: str) -> None:
    (tmp_path / "tocsin.toml").write_text(server, "utf-8")

    assert callbacks_of(Folder(tmp_path)) == f"{address}/callbacks/{(tmp_path / 'keys' / 'callback-path').read_text()}"
    assert f"answers go to  {address}, where" in run(tmp_path, *FREE, "--minutes", "0.01").output


def test_the_secret_of_the_address_is_not_printed(tmp_path: Path) -> None:
    result = run(tmp_path, *FREE, "--minutes", "0.01")

    assert (tmp_path / "keys" / "callback-path").read_text() not in result.output


def test_a_port_that_is_taken_is_said_with_the_way_out(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = run(tmp_path, *FREE, "--sms-port", str(taken.getsockname()[1]), "--minutes", "0.01")

    assert result.exit_code == 1
    assert "choose other ports with --sms-port" in result.output
