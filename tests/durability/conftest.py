"""Databases for towns, and the profile of `make chaos`."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

import tests.durability.searching  # noqa: F401  # the profile must be known before it is chosen
from store.testing import ADDRESS


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def new_folder(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Path]:
    """Gives folders, each with a database of its own."""

    def new() -> Path:
        folder = Path(tempfile.mkdtemp(dir=tmp_path))
        if request.param == "postgresql":
            (folder / ADDRESS).write_text(request.getfixturevalue("new_postgresql")())
        return folder

    return new
