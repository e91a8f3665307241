"""The HTTP API: what it opens, what it refuses and in which words."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from alerts.samples import flood_cancel, flood_warning
from notifications import outbox
from service.wiring import Home
from tests.service.conftest import START

XML = {"Content-Type": "application/cap+xml"}
Activation = dict[str, Any]


def refused(answer: Any, status: int, *words: str) -> None:
    """A problem that says enough, as RFC 9457 wants it."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    for word in words:
        assert word in answer.json()["detail"]


def test_an_activation_calls_the_first_people_in_the_same_moment(api: TestClient, home: Home, activation: Activation) -> None:
    answer = api.post("/api/v1/responses", json=activation)

    assert answer.status_code == 201
    assert answer.json()["called"][0]["person"] == "chenzhiyuan"
    with home.database.read() as connection:
        queued = outbox.deliveries(connection, answer.json()["response"])
    assert {each.channel for each in queued} == {"wechat", "sms"}


def test_the_same_idempotency_key_gives_the_same_response(api: TestClient, activation: Activation) -> None:
    first = api.post("/api/v1/responses", json=activation, headers={"Idempotency-Key": "k"})
    second = api.post("/api/v1/responses", json=activation, headers={"Idempotency-Key": "k"})

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["response"] == second.json()["response"]
    assert len(api.get("/api/v1/responses").json()) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"place": "魏家堡"},
        {"level": "II", "approved_by": "gaozhenhua"},
        {"facts": {"flow": 3301}},
        {"reason": "x"},
        {"oral": True},
    ],
    ids=str,
)
def test_the_same_idempotency_key_with_other_words_is_refused(
    api: TestClient, activation: Activation, change: Activation
) -> None:
    first = api.post("/api/v1/responses", json=activation, headers={"Idempotency-Key": "k"}).json()["response"]
    before = api.get(f"/api/v1/responses/{first}").json()

    other = api.post("/api/v1/responses", json=activation | change, headers={"Idempotency-Key": "k"})

    refused(other, 422, "'k'", first, "another key")
    assert other.json()["title"] == "The idempotency key was used for something else"
    assert api.get(f"/api/v1/responses/{first}").json() == before
    assert len(api.get("/api/v1/responses").json()) == 1


def test_a_drill_with_a_key_that_began_another_drill_is_refused(api: TestClient) -> None:
    drill = {"plan": "flood", "level": "III", "by": "chenzhiyuan"}
    first = api.post("/api/v1/drills", json=drill, headers={"Idempotency-Key": "k"}).json()["response"]

    refused(api.post("/api/v1/drills", json=drill | {"level": "II"}, headers={"Idempotency-Key": "k"}), 422, first)
    assert api.post("/api/v1/drills", json=drill, headers={"Idempotency-Key": "k"}).json()["response"] == first


def test_the_same_words_are_the_same_however_a_value_is_written(api: TestClient, activation: Activation) -> None:
    first = api.post("/api/v1/responses", json=activation, headers={"Idempotency-Key": "k"})
    second = api.post("/api/v1/responses", json=activation | {"facts": {"flow": "3300 m3/s"}}, headers={"Idempotency-Key": "k"})

    assert (second.status_code, second.json()["response"]) == (200, first.json()["response"])


def test_whoever_accepts_a_proposal_second_gets_what_the_first_opened(api: TestClient) -> None:
    told = api.post("/api/v1/alerts", content=flood_warning(START), headers=XML).json()["messages"][0]
    path = f"/api/v1/proposals/{told['proposals'][0]['id']}/accept"
    first = api.post(path, json={"by": "chenzhiyuan", "approved_by": "liangwenbo", "level": "III"})

    second = api.post(path, json={"by": "liangwenbo", "level": "III"})

    assert (second.status_code, second.json()["response"]) == (200, first.json()["response"])
    assert second.json()["changed"] is False


def test_without_a_level_the_facts_decide_it(api: TestClient, activation: Activation) -> None:
    answer = api.post("/api/v1/responses", json=activation | {"level": "", "facts": {"flow": 4100}, "approved_by": "gaozhenhua"})

    assert answer.json()["level"] == "II"


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"plan": "flod"}, 404, ("flod", "did you mean 'flood'")),
        ({"level": "V"}, 404, ("level 'V'", "IV")),
        ({"facts": {"flw": 1}}, 404, ("flw", "did you mean 'flow'")),
        ({"facts": {"flow": "high"}}, 422, ("flow", "high", "a number in m3/s")),
        ({"facts": {"flow": "3300 mm"}}, 422, ("flow", "m3/s")),
        ({"facts": {"warning_color": "purple"}}, 422, ("warning_color", "blue, yellow, orange, red")),
        ({"by": "chenzhiyuen"}, 404, ("chenzhiyuen", "did you mean 'chenzhiyuan'")),
        ({"approved_by": "liangwenbu"}, 404, ("liangwenbu", "did you mean 'liangwenbo'")),
        ({"approved_by": ""}, 403, ("deputy_commander", "梁文博", "--approved-by")),
        ({"level": "", "facts": {}}, 422, ("reach no level", "flow")),
        ({"colour": "red"}, 422, ("colour",)),
    ],
)
def test_a_bad_activation_says_what_was_expected_and_opens_nothing(
    api: TestClient, activation: Activation, change: Activation, status: int, words: tuple[str, ...]
) -> None:
    refused(api.post("/api/v1/responses", json=activation | change), status, *words)

    assert api.get("/api/v1/responses", params={"closed": True}).json() == []


def test_a_second_activation_for_the_same_incident_names_the_first(api: TestClient, activation: Activation) -> None:
    first = api.post("/api/v1/responses", json=activation).json()["response"]

    refused(api.post("/api/v1/responses", json=activation), 409, first, "already open")


def test_without_the_token_nobody_comes_in(api: TestClient, activation: Activation) -> None:
    refused(api.post("/api/v1/responses", json=activation, headers={"Authorization": "Bearer wrong"}), 401, "keys/api-token")


def test_an_acknowledgement_by_someone_who_was_not_called_changes_nothing(api: TestClient, activation: Activation) -> None:
    response = api.post("/api/v1/responses", json=activation).json()["response"]

    answer = api.post(f"/api/v1/responses/{response}/tasks/verify/acknowledge", json={"by": "zhourui"})

    refused(answer, 403, "zhourui", "was not called", "chenzhiyuan")


def test_a_task_goes_from_called_to_done_with_its_evidence(api: TestClient, activation: Activation) -> None:
    response = api.post("/api/v1/responses", json=activation).json()["response"]
    path = f"/api/v1/responses/{response}/tasks/verify"
    by = {"by": "chenzhiyuan"}

    api.post(f"{path}/acknowledge", json=by)
    again = api.post(f"{path}/acknowledge", json=by)
    api.post(f"{path}/start", json=by)
    without = api.post(f"{path}/complete", json=by)
    done = api.post(f"{path}/complete", json=by | {"reason": "电话核实，照片后补"})

    assert again.json()["changed"] is False
    refused(without, 422, "evidence is not complete", "reason")
    assert "task_completed" in done.json()["events"]
    assert {call["assignment"] for call in done.json()["called"]} >= {"judge.1", "levee_patrol.1"}


def test_after_the_close_every_verb_is_refused_in_words(api: TestClient, activation: Activation) -> None:
    response = api.post("/api/v1/responses", json=activation).json()["response"]
    path = f"/api/v1/responses/{response}"
    early = api.post(f"{path}/close", json={"by": "chenzhiyuan"})
    ending = {"by": "chenzhiyuan", "approved_by": "liangwenbo", "reason": "水退"}
    asked = api.post(f"{path}/stand-down", json=ending)
    api.post(f"{path}/stand-down", json=ending | {"although": "现场核实"})
    api.post(f"{path}/close", json={"by": "chenzhiyuan", "reason": "归档", "although": "后续由办公室办理"})

    refused(asked, 409, "the end condition does not hold", "although")
    refused(early, 409, "stand it down first")
    refused(
        api.post(f"{path}/tasks/verify/acknowledge", json={"by": "chenzhiyuan"}),
        409,
        "closed: cannot acknowledge",
        "new response",
    )
    assert api.get(f"{path}/verify").json()["whole"] is True


def test_an_alert_proposes_and_accepting_it_opens_one_response(api: TestClient) -> None:
    told = api.post("/api/v1/alerts", content=flood_warning(START), headers=XML).json()["messages"][0]
    proposal = told["proposals"][0]["id"]
    body = {"by": "chenzhiyuan", "approved_by": "liangwenbo", "level": "III"}

    first = api.post(f"/api/v1/proposals/{proposal}/accept", json=body)
    second = api.post(f"/api/v1/proposals/{proposal}/accept", json=body)

    assert told["verdict"] == "accepted"
    assert first.json()["response"] == second.json()["response"]
    assert len(api.get("/api/v1/responses").json()) == 1
    assert api.get(f"/api/v1/proposals/{proposal}").json()["state"] == "accepted"


def test_a_cancelled_alert_proposes_the_end_of_its_response_and_ends_nothing(api: TestClient, home: Home) -> None:
    told = api.post("/api/v1/alerts", content=flood_warning(START), headers=XML).json()["messages"][0]
    body = {"by": "chenzhiyuan", "approved_by": "liangwenbo", "level": "III"}
    response = api.post(f"/api/v1/proposals/{told['proposals'][0]['id']}/accept", json=body).json()["response"]

    api.post("/api/v1/alerts", content=flood_cancel(START + timedelta(minutes=1), START), headers=XML)

    journal = api.get(f"/api/v1/responses/{response}/journal").json()
    assert [entry["news"] for entry in journal if entry["kind"] == "alert_noticed"] == ["source_cancelled"]
    assert api.get(f"/api/v1/responses/{response}").json()["status"] == "open"


@pytest.mark.parametrize(
    ("raw", "headers", "status", "words"),
    [
        (b"{}", {"Content-Type": "application/json"}, 415, "application/cap+xml"),
        (b"<alert>" + b" " * (50 * 1024 * 1024), XML, 413, "bytes"),
    ],
)
def test_what_cannot_be_an_alert_is_turned_away_at_the_door(
    api: TestClient, raw: bytes, headers: dict[str, str], status: int, words: str
) -> None:
    refused(api.post("/api/v1/alerts", content=raw, headers=headers), status, words)


@pytest.mark.parametrize(
    "raw",
    [
        b"this is not XML",
        b'<!DOCTYPE alert [<!ENTITY x "y">]><alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"/>',
        flood_warning(START).replace(b"<sent>", b"<sent_>").replace(b"</sent>", b"</sent_>"),
    ],
    ids=["not XML", "a DOCTYPE", "no sent"],
)
def test_a_refused_alert_says_why_and_proposes_nothing(api: TestClient, raw: bytes) -> None:
    answer = api.post("/api/v1/alerts", content=raw, headers=XML)

    refused(answer, 400, "0 of 1 messages took effect")
    (message,) = answer.json()["messages"]
    assert message["verdict"] in ("rejected", "withheld")
    refused(api.post("/api/v1/alerts", content=raw, headers=XML), 400, message["reasons"][0]["en"])
    assert message["reasons"]
    assert all(reason["zh"] and reason["en"] for reason in message["reasons"])
    assert api.get("/api/v1/proposals").json() == []


def test_a_machine_must_say_whose_rules_apply_once_the_bureau_has_rules(api: TestClient, home: Home) -> None:
    home.folder.alert_sources.write_text('[sources.hydrology]\nsenders = ["hydrology@baoji.example"]\n', "utf-8")

    refused(api.post("/api/v1/alerts", content=flood_warning(START), headers=XML), 400, "?source=NAME")
    named = api.post("/api/v1/alerts", params={"source": "hydrology"}, content=flood_warning(START), headers=XML)

    assert named.json()["messages"][0]["verdict"] == "accepted"


def test_a_drill_reaches_only_people_who_take_part(api: TestClient, home: Home) -> None:
    answer = api.post("/api/v1/drills", json={"plan": "flood", "level": "II", "by": "chenzhiyuan"})
    response = answer.json()["response"]

    assert response.startswith("D-")
    with home.database.read() as connection:
        told = {each.person for each in outbox.deliveries(connection, response)}
    assert told
    assert all(home.duty().people[person].exercises for person in told)


def test_a_real_activation_ends_the_drill_that_needs_the_same_people(api: TestClient, activation: Activation) -> None:
    drill = api.post("/api/v1/drills", json={"plan": "flood", "level": "III", "by": "chenzhiyuan"}).json()["response"]

    real = api.post("/api/v1/responses", json=activation).json()["response"]

    ended = api.get(f"/api/v1/responses/{drill}").json()
    assert ended["status"] == "closed"
    assert any(real in str(entry) for entry in api.get(f"/api/v1/responses/{drill}/journal").json())


def test_whoever_activates_is_told_which_drills_that_has_ended(api: TestClient, activation: Activation) -> None:
    drill = api.post("/api/v1/drills", json={"plan": "flood", "level": "III", "by": "chenzhiyuan"}).json()["response"]

    real = api.post("/api/v1/responses", json=activation).json()

    assert real["ended_drills"] == [drill]
    last = api.get(f"/api/v1/responses/{real['response']}/journal").json()[-1]
    assert (last["kind"], last["drills"]) == ("drills_ended", [drill])


def test_a_drill_beside_a_real_response_of_the_same_people_is_refused(api: TestClient, activation: Activation) -> None:
    real = api.post("/api/v1/responses", json=activation).json()["response"]

    answer = api.post("/api/v1/drills", json={"plan": "flood", "level": "III", "by": "chenzhiyuan"})

    refused(answer, 409, real, "needs the same people", "wait until it is closed")
    assert [each["id"] for each in api.get("/api/v1/responses").json()] == [real]
