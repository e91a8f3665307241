"""The points at which tests kill a process are inert in every other process."""

import ast
import subprocess
import sys

from tests.house.test_layout import MODULES, ROOT


def test_nothing_that_ships_installs_a_strike() -> None:
    installing = [path for path in MODULES if path.name != "faults.py" and "faults.installed" in path.read_text("utf-8")]
    imported = [
        path
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom)
        and node.module == "store.faults"
        and "installed" in {each.name for each in node.names}
    ]

    assert installing + imported == []


def test_no_setting_leads_to_a_strike() -> None:
    source = (ROOT / "store/faults.py").read_text("utf-8")

    assert "environ" not in source
    script = "from store import faults; faults.reached(faults.Point.BEFORE_COMMIT)"
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)
