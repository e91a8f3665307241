"""How thoroughly to search: a little in `make test`, thousands of schedules in `make chaos` (`--hypothesis-profile=chaos`)."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from store.testing import ADDRESS

settings.register_profile("chaos", max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def new_folder(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Path]:
    """Gives folders, each with a database of its own."""

    def new() -> Path:
        folder = Path(tempfile.mkdtemp(dir=tmp_path))
        if request.param == "postgresql":
            (folder / ADDRESS).write_text(request.getfixturevalue("new_postgresql")())
        return folder

    return new
