"""What the README shows of plan checking is what happens; `…` stands for what differs each time."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def shown(first: str) -> Iterator[tuple[str, list[str]]]:
    """The commands of the console block that begins with `first`, each with its output."""
    readme = (ROOT / "README.md").read_text("utf-8")
    block = readme[readme.index(f"```console\n$ {first}") :].split("```")[1].removeprefix("console\n")
    for part in block.removeprefix("$ ").split("\n$ "):
        command, *output = part.strip().split("\n")
        yield command, output


@pytest.mark.parametrize(("command", "output"), [each for each in shown("tocsin plan check flood") if each[1]])
def test_the_tour_shows_what_really_happens(tmp_path: Path, command: str, output: list[str]) -> None:
    (tmp_path / "plans").symlink_to(ROOT / "plans")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

    ran = subprocess.run(
        ["bash", "-c", command],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "TOCSIN_HOME": str(tmp_path / "home")},
    )

    wanted = re.escape("\n".join(output)).replace("…", ".*")
    assert re.fullmatch(wanted, ran.stdout.strip()), ran.stdout + ran.stderr
