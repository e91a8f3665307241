"""/healthz, /readyz and /metrics as a machine asks them."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from notifications.channels import registry
from service.api.app import make_app
from service.desk.hearing import Hearing
from service.watch.watch import Watch
from service.wiring import Home
from store.kinds import Kind

HERE, ELSEWHERE = ("127.0.0.1", 50000), ("203.0.113.7", 50000)


@pytest.fixture
def watch(home: Home) -> Watch:
    channels = registry.build(home.settings.channel_urls(), home.folder.path)
    return Watch(home, Hearing(home, dict.fromkeys(Kind, channels)))


def asked_from(home: Home, watch: Watch, client: tuple[str, int] = HERE) -> TestClient:
    return TestClient(make_app(home, Hearing(home, {kind: {} for kind in Kind}), watch), client=client)


@contextmanager
def locked(home: Home) -> Iterator[None]:
    other = sqlite3.connect(home.folder.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.close()


def test_a_process_whose_loops_come_round_is_alive_and_says_so_to_anybody(home: Home, watch: Watch) -> None:
    watch.pulse.of("standby")

    answer = asked_from(home, watch, ELSEWHERE).get("/healthz")

    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert answer.json()["loops"].keys() == {"standby"}


def test_a_loop_that_has_not_come_round_makes_it_neither_alive_nor_ready(home: Home) -> None:
    seconds = [0.0]
    watch = watch_at(home, seconds)
    watch.pulse.of("standby")
    watch.pulse.of("doors")
    seconds[0] = 30
    beat = watch.pulse.of("doors")
    seconds[0] = 60

    api = asked_from(home, watch)
    health, ready = api.get("/healthz"), api.get("/readyz")

    assert (health.status_code, ready.status_code) == (503, 503)
    assert health.headers["content-type"] == "application/problem+json"
    assert health.json()["reasons"] == ["the loop 'standby' has not come round for 60 s"]
    beat()


def watch_at(home: Home, seconds: list[float]) -> Watch:
    watch = Watch(home, Hearing(home, {kind: {} for kind in Kind}), lambda: seconds[0])
    assert home.settings.watchdog.silent < timedelta(seconds=60)
    return watch


def test_it_is_ready_while_the_database_takes_changes(home: Home, watch: Watch) -> None:
    answer = asked_from(home, watch, ELSEWHERE).get("/readyz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})


def test_a_locked_database_is_alive_but_not_ready_and_says_why(home: Home, watch: Watch) -> None:
    api = asked_from(home, watch)

    with locked(home):
        health, ready = api.get("/healthz"), api.get("/readyz")
    after = api.get("/readyz")

    assert (health.status_code, ready.status_code, after.status_code) == (200, 503, 200)
    assert "locked by another process" in ready.json()["detail"]
    assert ready.headers["retry-after"] == "5"


def test_a_database_of_a_later_version_is_not_ready(home: Home, watch: Watch) -> None:
    home.duty()
    with sqlite3.connect(home.folder.database) as other:
        other.execute("UPDATE tocsin_schema SET version_num = '9999'")

    answer = asked_from(home, watch).get("/readyz")

    assert answer.status_code == 503
    assert "schema 9999" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("client", "headers", "status"),
    [
        (HERE, {}, 200),
        (ELSEWHERE, {}, 401),
        (ELSEWHERE, {"Authorization": "Bearer of-the-scraper"}, 200),
        (ELSEWHERE, {"Authorization": "Bearer wrong"}, 401),
        (HERE, {"X-Forwarded-For": "203.0.113.7"}, 401),
    ],
    ids=["this machine", "another", "another with the token", "a wrong token", "passed on by a proxy"],
)
def test_figures_are_for_this_machine_or_for_the_token(
    home: Home, client: tuple[str, int], headers: dict[str, str], status: int
) -> None:
    home.folder.path.mkdir(parents=True, exist_ok=True)
    home.folder.settings.write_text('[metrics]\ntoken = "of-the-scraper"\n', "utf-8")
    fresh = Home(home.folder, home.clock)
    watch = Watch(fresh, Hearing(fresh, {kind: {} for kind in Kind}))

    answer = asked_from(fresh, watch, client).get("/metrics", headers=headers)

    assert answer.status_code == status


def test_figures_come_even_when_the_database_does_not(home: Home, watch: Watch, tmp_path: Path) -> None:
    api = asked_from(home, watch)
    home.database.close()
    home.folder.database.write_bytes(b"this is no database" * 100)

    answer = api.get("/metrics")

    assert answer.status_code == 200
    assert "tocsin_database_up 0.0" in answer.text
