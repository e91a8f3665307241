"""What people and automations find in Prefect of a response: for whom it waits, its tasks, its record, our events."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from flows.testing.night import small_duty
from service.serving.children import Child
from tests.prefect.bureau import Bureau, page_of
from tests.prefect.conftest import Prefect

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("prefect")]

Until = Callable[..., Any]


def test_the_run_says_for_whom_it_waits_and_its_artifacts_follow_the_response(
    start_worker: Callable[[], Child], bureau: Bureau, prefect: Prefect, until: Until
) -> None:
    response = bureau.activate()
    start_worker()
    run = until(lambda: bureau.head(response).flow_run)

    until(lambda: prefect.flow_run(run)["state"]["message"], "等待 2 人 waiting for 2 people: verify、evacuate")
    until(lambda: prefect.flow_run(run)["tags"], ["tocsin", "等待2人 waiting for 2"])
    until(lambda: set(prefect.artifacts(run)), {"door", "tasks"})
    assert page_of(response) in prefect.artifacts(run)["door"]

    bureau.deliver()
    bureau.complete(response, "verify.1", "zhao")
    until(lambda: rows(prefect, run).get("verify.1"), "完成 done")
    bureau.close(response)
    until(lambda: prefect.flow_run(run)["state_name"], "Completed")

    assert set(prefect.artifacts(run)) == {"door", "tasks", "record"}
    assert "终止 stood down" in prefect.artifacts(run)["record"]
    assert (prefect.flow_run(run)["tags"], prefect.flow_run(run)["run_count"]) == (["tocsin"], 1)
    told = until(lambda: (events := prefect.events(response))[-1]["event"] == "tocsin.response.closed" and events)
    assert [each["event"] for each in told][:5] == [
        "tocsin.response.opened",
        "tocsin.task.opened",
        "tocsin.task.opened",
        "tocsin.task.called",
        "tocsin.task.called",
    ]
    for person in small_duty().people.values():
        for shown in (json.dumps(told), json.dumps(prefect.artifacts(run), ensure_ascii=False)):
            assert f'"{person.id}"' not in shown
            assert person.name not in shown


def rows(prefect: Prefect, run: str) -> dict[str, str]:
    return {row["编号 id"]: row["状态 state"] for row in json.loads(prefect.artifacts(run)["tasks"])}


@pytest.fixture
def probe(prefect: Prefect) -> Iterator[str]:
    """A deployment that an automation of Prefect runs at each escalation of a real response."""
    flow = prefect.post("flows/", {"name": "probe"})["id"]
    deployment = prefect.post("deployments/", {"name": "probe", "flow_id": flow})["id"]
    trigger = {"type": "event", "posture": "Reactive", "expect": ["tocsin.task.escalated"], "threshold": 1, "within": 0}
    action = {"type": "run-deployment", "source": "selected", "deployment_id": deployment}
    automation = prefect.post("automations/", {"name": "probe", "trigger": trigger, "actions": [action]})["id"]
    yield "probe/probe"
    prefect.delete(f"automations/{automation}")
    prefect.delete(f"deployments/{deployment}")


def test_an_automation_acts_on_an_escalation_and_never_on_that_of_a_drill(
    probe: str, start_worker: Callable[[], Child], bureau: Bureau, prefect: Prefect, until: Until
) -> None:
    start_worker()
    drill = bureau.drill()
    bureau.complete(drill, "verify.1", "zhao")
    until(lambda: [each for each in prefect.events(drill) if each["event"] == "tocsin-drill.task.escalated"])
    bureau.close(drill)

    response = bureau.activate()
    bureau.complete(response, "verify.1", "zhao")
    until(lambda: [each for each in prefect.events(response) if each["event"] == "tocsin.task.escalated"])
    until(lambda: prefect.runs_of(probe))

    (escalated,) = [each for each in prefect.events(response) if each["event"] == "tocsin.task.escalated"]
    assert escalated["resource"]["tocsin.task"] == "patrol"
    assert len(prefect.runs_of(probe)) == 1
