"""Plans opened in the YAML language server, which many editors use: what it underlines, and what it offers as one types."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from plans.extending import library
from tests.plans.editor.language_server import PROGRAM, LanguageServer

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        shutil.which("node") is None or not PROGRAM.exists(),
        reason="the YAML language server is not installed: tools/install_test_tools.sh",
    ),
]

_schema = (library / "plan.schema.json").as_uri()
_small = (Path(__file__).parent / "small.yaml").read_text(encoding="utf-8")
_plans = sorted(file for file in library.rglob("*.yaml") if "scenarios" not in file.parts)


@pytest.fixture(scope="module")
def server() -> Iterator[LanguageServer]:
    with LanguageServer() as running:
        yield running


@pytest.mark.parametrize("plan", _plans, ids=lambda file: file.name)
def test_nothing_is_underlined_in_a_shipped_plan(server: LanguageServer, tmp_path: Path, plan: Path) -> None:
    assert server.problems(_file(tmp_path, plan.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    ("instead_of", "write", "says"),
    [
        ("    ack: 3 min\n", "", '34: Missing property "ack".'),
        ("life_safety: true", "life_safty: true", "64: Property life_safty is not allowed."),
        ("phase: recovery", "phase: recover", '71: Value is not accepted. Valid values: "response", "recovery".'),
        ("done: 10 min", "done: 10 minutes", "40: String does not match the pattern"),
    ],
)
def test_a_fault_is_underlined_in_its_line(
    server: LanguageServer, tmp_path: Path, instead_of: str, write: str, says: str
) -> None:
    (problem,) = server.problems(_file(tmp_path, _small.replace(instead_of, write)))

    assert problem.startswith(says)


def test_the_keys_of_a_task_are_offered_with_what_they_mean(server: LanguageServer, tmp_path: Path) -> None:
    file = _file(tmp_path, _small.replace("  watch:\n", "  watch:\n    \n"))
    line = file.read_text(encoding="utf-8").splitlines().index("    ") + 1

    offered = server.completions(file, line, 5)

    assert {"late", "progress", "on_downgrade"} <= offered.keys()
    assert offered["progress"] == "多久报一次进展。How often whoever works on it says how far they are: one duration, or by level"


def test_the_values_of_a_closed_list_are_offered(server: LanguageServer, tmp_path: Path) -> None:
    file = _file(tmp_path, _small.replace("phase: recovery", "phase: "))
    line = file.read_text(encoding="utf-8").splitlines().index("    phase: ") + 1

    assert {"response", "recovery"} <= server.completions(file, line, 12).keys()


def _file(folder: Path, plan: str) -> Path:
    file = folder / "plan.yaml"
    file.write_text(f"# yaml-language-server: $schema={_schema}\n{plan}", encoding="utf-8")
    return file
