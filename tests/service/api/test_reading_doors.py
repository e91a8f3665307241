"""POST /api/v1/readings: what a gateway of gauges pushes."""

from datetime import timedelta
from typing import Any

from fastapi.testclient import TestClient

from service.wiring import Home
from tests.service.conftest import START


def reading(flow: object, minutes: float = 0, **more: object) -> dict[str, Any]:
    at = (START - timedelta(minutes=minutes)).isoformat()
    return {"plan": "flood", "fact": "flow", "value": flow, "observed_at": at, **more}


def push(api: TestClient, *readings: dict[str, Any]) -> Any:
    return api.post("/api/v1/readings", json={"readings": list(readings), "source": "telemetry"})


def test_readings_above_the_line_propose_and_a_second_push_changes_nothing(api: TestClient) -> None:
    rise = [reading(2600, 15, station="魏家堡"), reading(2700, 0, station="魏家堡")]

    first, second = push(api, *rise), push(api, *rise)

    assert first.status_code == 200
    assert [(each["plan"], each["level"]) for each in first.json()["proposals"]] == [("flood", "IV")]
    assert (second.json()["new"], second.json()["known"], second.json()["proposals"]) == (0, 2, [])
    assert len(api.get("/api/v1/proposals").json()) == 1


def test_a_running_response_learns_the_reading(api: TestClient, home: Home, activation: dict[str, object]) -> None:
    response = api.post("/api/v1/responses", json=activation).json()["response"]
    home.clock.forward(timedelta(minutes=5))  # type: ignore[attr-defined]  # it stands still until moved

    answer = push(api, reading(3400, -5))

    assert answer.json()["told"] == [response]
    assert api.get(f"/api/v1/responses/{response}").json()["facts"]["flow"] == 3400


def test_what_is_refused_is_named_by_its_place_and_the_rest_taken(api: TestClient) -> None:
    answer = push(api, reading("2600 ft3/s"), reading(900), reading(900, -600))

    assert answer.status_code == 400
    body = answer.json()
    assert body["new"] == 1
    assert [each["place"] for each in body["refused"]] == [0, 2]
    assert "'ft3/s' is another unit" in body["refused"][0]["why"]
    assert "is in the future" in body["refused"][1]["why"]


def test_a_time_without_its_zone_and_an_empty_batch_are_refused(api: TestClient) -> None:
    naive = push(api, {**reading(900), "observed_at": "2026-07-01T08:00:00"})

    assert naive.status_code == 422
    assert push(api).status_code == 422
