"""The house keeps its shape: what import-linter cannot see."""

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))

# A library, and the only places that may import it. What is allowed there by purpose is said by the layers.
HOMES = {
    "prefect": (
        "flows/on_prefect/response_flow.py",
        "flows/on_prefect/act_runs.py",
        "flows/on_prefect/worker.py",
        "flows/on_prefect/keeper.py",
        "flows/on_prefect/pages.py",
        "flows/on_prefect/events_worker.py",
        "flows/on_prefect/deployments.py",
    ),
    "apprise": ("notifications/channels/",),
    "fastapi": ("service/",),
    "prometheus_client": ("service/watch/",),
    "opentelemetry": ("service/watch/",),
    "sqlmodel": ("store/", "flows/", "alerts/", "notifications/", "resources/"),
}


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tracked_files() -> list[Path]:
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout: no list of tracked files")
    return [ROOT / name for name in listed.decode().split("\0") if name and (ROOT / name).is_file()]


def imported_names(tree: ast.AST) -> set[str]:
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module and not node.level}
    return {name.partition(".")[0] for name in names}


def test_every_folder_with_library_code_is_in_the_wheel():
    beside_the_library = {"tests", "bench", "tools"}

    found = {relative(path).partition("/")[0] for path in tracked_files() if path.suffix == ".py" and path.parent != ROOT}

    assert found - beside_the_library == set(PACKAGES)


def test_tests_are_no_packages():
    assert not list((ROOT / "tests").rglob("__init__.py"))


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_each_module_says_what_it_is_for(path: Path):
    tree = ast.parse(path.read_text())

    # an empty __init__.py has nothing to say
    assert not tree.body or ast.get_docstring(tree), f"{relative(path)}:1: begin with a sentence on what the module is for"


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_each_module_is_one_idea(path: Path):
    lines = len(path.read_text().splitlines())

    assert lines <= 300, f"{relative(path)}: {lines} lines; past 300 it is two ideas"


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_a_library_is_imported_only_at_home(path: Path):
    strangers = {
        library
        for library in imported_names(ast.parse(path.read_text())) & HOMES.keys()
        if not relative(path).startswith(HOMES[library])
    }

    assert not strangers, f"{relative(path)} imports {strangers}; allowed: " + str({name: HOMES[name] for name in strangers})


def test_no_file_names_a_registry_or_a_machine():
    # in two halves, so that this file does not find itself
    forbidden = re.compile(
        "|".join(
            head + tail
            for head, tail in [
                ("files.python", r"hosted\.org"),
                (r"pypi\.", "org"),
                (r"registry\.npm", r"js\.org"),
                (r"deb\.", r"debian\.org"),
                ("--index", "-url "),
                ("--extra-index", "-url "),
                ("/work/", "main"),
                ("/work/", "shared"),
                ("/home/", "[a-z]"),
                ("/root/", "[.a-z]"),
            ]
        )
    )

    found = [
        f"{relative(path)}:{number}: {line.strip()[:80]}"
        for path in tracked_files()
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1)
        if forbidden.search(line)
    ]

    assert not found
