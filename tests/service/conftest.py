"""A bureau with its roster, and its HTTP API as a client sees it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from notifications.channels import registry
from resources import tables as roster
from resources.samples import sample_duty
from service.api.app import make_app
from service.desk.hearing import Hearing
from service.folder import Folder
from service.wiring import Home
from store.clock import MovableClock
from store.kinds import Kind
from tests.service.field_bureau import FieldBureau

START = datetime(2026, 9, 3, 18, 0, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    home = Home(Folder(tmp_path / "home"), MovableClock(START))
    with home.database.write() as connection:
        roster.replace(connection, sample_duty(home.zone), START)
    yield home
    home.database.close()


@pytest.fixture
def api(home: Home) -> TestClient:
    channels = registry.build(home.settings.channel_urls(), home.folder.path)
    app = make_app(home, Hearing(home, dict.fromkeys(Kind, channels)))
    return TestClient(app, headers={"Authorization": f"Bearer {home.keys.api_token}"}, raise_server_exceptions=False)


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[FieldBureau]:
    """One with an open flood response; where it is, it is 02:00."""
    bureau = FieldBureau(tmp_path / "home")
    bureau.flood()
    yield bureau
    bureau.home.database.close()


@pytest.fixture
def activation() -> dict[str, object]:
    return {
        "plan": "flood",
        "level": "III",
        "facts": {"flow": 3300},
        "incident": "渭河洪水",
        "by": "chenzhiyuan",
        "approved_by": "liangwenbo",
    }
