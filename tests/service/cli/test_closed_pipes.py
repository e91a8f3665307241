"""`tocsin … | head`: whoever reads has had enough, and no command makes a noise about it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    "command",
    [
        ("plan", "show", "flood"),
        ("plan", "show", "flood", "--json"),
        ("plan", "check", "flood"),
        ("response", "list", "--json"),
        ("response", "list"),
        ("alert", "--help"),
    ],
)
def test_a_command_ends_quietly_when_nobody_reads_on(tmp_path: Path, command: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)

    ran = subprocess.run(
        [sys.executable, "-m", "service", *command],
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "TOCSIN_HOME": str(tmp_path)},
    )

    os.close(writing)
    assert (ran.returncode, ran.stderr) == (141, "")


def test_what_is_read_whole_keeps_its_exit_code(tmp_path: Path) -> None:
    ran = subprocess.run([sys.executable, "-m", "service", "plan", "check", "no-such"], capture_output=True, text=True, cwd=ROOT)

    assert ran.returncode == 2
    assert "there is no plan 'no-such'" in ran.stderr
