"""`tocsin simulators`: names the addresses for the settings, and ends by itself."""

import socket
from pathlib import Path

import typer
from typer.testing import CliRunner

from notifications.channels.registry import build
from service.cli.simulators import simulators

COMMAND = typer.Typer()
COMMAND.command()(simulators)
FREE = ["--sms-port", "0", "--wecom-port", "0"]


def test_the_printed_addresses_can_be_put_into_the_settings_and_it_ends_by_itself(tmp_path: Path) -> None:
    result = CliRunner().invoke(COMMAND, [*FREE, "--minutes", "0.01"])

    addresses = dict(line.split(maxsplit=1) for line in result.output.splitlines() if line.startswith(("sms ", "wechat  ")))
    assert result.exit_code == 0
    assert set(build(addresses, tmp_path)) == {"sms", "wechat"}
    assert "stopped after" in result.output


def test_a_port_that_is_taken_is_said_with_the_way_out() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = CliRunner().invoke(
            COMMAND, ["--sms-port", str(taken.getsockname()[1]), "--wecom-port", "0", "--minutes", "0.01"]
        )

    assert result.exit_code == 1
    assert "choose other ports with --sms-port" in result.output
