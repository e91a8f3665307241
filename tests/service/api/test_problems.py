"""Problems are words for people: a title, and of a misshapen request which field, what was expected, what was found."""

import re
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

import service.serving.serve  # noqa: F401  # brings every error that a door can meet
from alerts.errors import AlertError
from flows.errors import FlowError, UnknownNameError
from plans.errors import PlanError, UnknownPlanError
from service.api.problems import install
from service.api.titles import title_of
from service.auth import AuthError, ForgedLinkError
from service.wiring import Home
from store.errors import DatabaseBusyError, StoreError

Activation = dict[str, Any]


def kinds(base: type[Exception]) -> set[type[Exception]]:
    return {base} | {each for below in base.__subclasses__() for each in kinds(below)}


EVERY = sorted(
    {each for base in (AlertError, FlowError, PlanError, StoreError, AuthError) for each in kinds(base)},
    key=lambda each: each.__name__,
)


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: kind.__name__)
def test_no_title_is_the_name_of_a_class(kind: type[Exception]) -> None:
    title = title_of(kind.__new__(kind))

    assert re.fullmatch(r"[A-Z][a-z ]+[a-z]", title), title
    assert "error" not in title.lower()


@pytest.mark.parametrize(
    ("error", "title"),
    [
        (UnknownNameError("plan", "flod", ()), "Unknown name"),
        (UnknownPlanError("flod", ()), "Unknown plan"),
        (ForgedLinkError(), "Forged link"),
        (DatabaseBusyError("tocsin.db", 30), "The database is busy"),
    ],
)
def test_a_title_says_what_went_wrong(error: Exception, title: str) -> None:
    assert title_of(error) == title


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"level": 3}, "body field 'level': found 3; expected a valid string"),
        (
            {"facts": {"flow": [1]}},
            "body field 'facts.flow': found [1]; expected a valid number or a valid boolean or a valid string",
        ),
        ({"facts": 7}, "body field 'facts': found 7; expected a valid dictionary"),
        ({"oral": "perhaps"}, "body field 'oral': found 'perhaps'; expected a valid boolean"),
        ({"levle": "II"}, "body field 'levle': not known here (did you mean 'level'?); expected only plan, level, facts,"),
        ({"incident": "x" * 501}, f"body field 'incident': found '{'x' * 79}…; expected at most 500 characters"),
    ],
)
def test_a_misshapen_body_is_told_by_field(api: TestClient, activation: Activation, change: Activation, words: str) -> None:
    answer = api.post("/api/v1/responses", json=activation | change)

    assert answer.status_code == 422
    assert answer.json()["title"] == "The request does not have the expected form"
    assert words in answer.json()["detail"]


@pytest.mark.parametrize(
    ("content", "headers", "words"),
    [
        (b'{"plan": ', {"Content-Type": "application/json"}, "the body: not JSON: Expecting value at character 9"),
        (b"[]", {"Content-Type": "application/json"}, "the body: found []; expected a JSON object"),
        (b'{"plan": "flood"}', {"Content-Type": "text/plain"}, "sent with Content-Type: application/json"),
        (b"", {}, "the body: missing; expected a JSON object"),
        (b"{}", {"Content-Type": "application/json"}, "body field 'plan': missing; expected a value"),
    ],
    ids=["not JSON", "no object", "plain text", "nothing", "no plan"],
)
def test_what_is_no_body_is_told(api: TestClient, content: bytes, headers: dict[str, str], words: str) -> None:
    answer = api.post("/api/v1/responses", content=content, headers=headers)

    assert answer.status_code == 422
    assert words in answer.json()["detail"]


def test_every_field_that_is_wrong_is_told_at_once_and_for_machines_too(api: TestClient, activation: Activation) -> None:
    answer = api.post("/api/v1/responses", json=activation | {"level": 3, "plan": None})

    assert [(each["in"], each["field"]) for each in answer.json()["errors"]] == [("body", "plan"), ("body", "level")]
    assert all(each["expected"] and each["found"] for each in answer.json()["errors"])


def test_what_stands_in_the_address_is_told_the_same_way(api: TestClient) -> None:
    answer = api.get("/api/v1/responses/R-1/journal", params={"after": "soon"})

    assert answer.status_code == 422
    assert "query field 'after': found 'soon'; expected a valid integer" in answer.json()["detail"]


def test_a_time_without_its_zone_is_a_fault_of_the_request(api: TestClient, activation: Activation) -> None:
    response = api.post("/api/v1/responses", json=activation).json()["response"]
    body = {"by": "chenzhiyuan", "facts": {"flow": 3400}, "observed_at": "2026-09-03T18:00:00"}

    answer = api.post(f"/api/v1/responses/{response}/facts", json=body)

    assert answer.status_code == 422
    assert "body field 'observed_at': found '2026-09-03T18:00:00'; expected a time with its zone" in answer.json()["detail"]


def test_alert_rules_that_are_not_right_are_told_as_a_problem(api: TestClient, home: Home) -> None:
    home.folder.alert_sources.write_text("[sources.hydrology]\nsender = 1\n", "utf-8")

    answer = api.post("/api/v1/alerts", params={"source": "hydrology"}, content=b"<x/>", headers={"Content-Type": "text/xml"})

    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert (answer.json()["title"], "alerts.toml" in answer.json()["detail"]) == ("The alert profile is not right", True)


def test_a_failure_of_ours_is_a_problem_too_and_tells_nothing_of_the_inside() -> None:
    app = FastAPI()
    install(app)

    @app.get("/")
    def fail() -> None:
        raise RuntimeError("the inside")

    answer = TestClient(app, raise_server_exceptions=False).get("/")

    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert "log" in answer.json()["detail"]
    assert "inside" not in answer.text
