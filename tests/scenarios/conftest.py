"""A night on a database of its own, for stories."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.testing.night import Night, small_plan, task


@pytest.fixture(autouse=True)
def on_each_database(each_database: str) -> None:
    """Every story is told on both."""


@pytest.fixture
def night(tmp_path: Path) -> Iterator[Night]:
    night = Night(tmp_path)
    yield night
    night.database.close()


@pytest.fixture
def patrol(tmp_path: Path) -> Iterator[Night]:
    """The same with one task, for `wang`, whose deputy is `li`."""
    night = Night(tmp_path, small_plan([task("patrol", "patrol", late="late")]))
    yield night
    night.database.close()
