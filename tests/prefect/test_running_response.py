"""A response and its flow run, as Prefect's API shows them at each stage."""

from collections.abc import Callable
from typing import Any

import pytest

from flows.model.state import Status
from plans.model import Level
from service.serving.children import Child
from store.kinds import Kind
from tests.prefect.bureau import Bureau
from tests.prefect.conftest import Prefect

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("prefect")]

Until = Callable[..., Any]


@pytest.fixture
def worker(start_worker: Callable[[], Child], prefect: Prefect, until: Until) -> Child:
    started = start_worker()
    until(lambda: prefect.try_post("deployments/filter", {"deployments": {"name": {"any_": ["drill"]}}}).json())
    return started


def test_a_response_from_our_door_gets_one_flow_run_whose_task_runs_tell_the_truth(
    worker: Child, bureau: Bureau, prefect: Prefect, until: Until
) -> None:
    response = bureau.activate()
    run = until(lambda: bureau.head(response).flow_run)
    until(lambda: prefect.flow_run(run)["state_name"], "Running")
    until(lambda: prefect.task_runs(run), {"assign · verify": "Running", "assign · evacuate": "Running"})

    bureau.deliver()
    until(lambda: prefect.task_runs(run), {"assign · verify": "Completed", "assign · evacuate": "Failed"})

    bureau.complete(response, "verify.1", "zhao")
    bureau.deliver()
    until(lambda: prefect.task_runs(run).get("assign · patrol"), "Completed")
    until(lambda: prefect.task_runs(run).get("escalate · patrol"), "Running")
    bureau.deliver()
    until(lambda: prefect.task_runs(run).get("escalate · patrol"), "Completed")
    assert prefect.flow_run(run)["state_name"] == "Running"

    bureau.close(response)
    until(lambda: prefect.flow_run(run)["state_name"], "Completed")
    assert prefect.task_runs(run) == {
        "assign · verify": "Completed",
        "assign · evacuate": "Failed",
        "report · verify": "Completed",
        "assign · patrol": "Completed",
        "escalate · patrol": "Completed",
        "end · 终止响应": "Completed",
        "end · 归档": "Completed",
    }
    assert prefect.flow_run(run)["state"]["message"] == "1 of 3 tasks done"
    assert prefect.flow_run(run)["name"] == response
    assert [each["id"] for each in prefect.runs_of("quick/response") if each["name"] == response] == [run]


def test_a_task_run_says_who_was_reached_how_and_who_was_not(
    worker: Child, bureau: Bureau, prefect: Prefect, until: Until
) -> None:
    response = bureau.activate()
    bureau.deliver()
    run = until(lambda: bureau.head(response).flow_run)

    until(lambda: prefect.task_runs(run), {"assign · verify": "Completed", "assign · evacuate": "Failed"})

    assert prefect.messages(run)["assign · verify"].startswith("zhao by ")
    assert prefect.messages(run)["assign · evacuate"] == "nobody was reached: wu not reached (no such number)"


def test_a_run_started_in_prefect_opens_exactly_one_response(
    worker: Child, bureau: Bureau, prefect: Prefect, until: Until
) -> None:
    parameters = {"level": "III", "by": "zhao", "approved_by": "sun", "facts": {"flow": 2600, "flow.forecast": 3100}}
    created = prefect.run_deployment("quick/response", parameters)
    assert created.status_code == 201, created.text
    run = created.json()["id"]

    (head,) = until(bureau.opened)
    until(lambda: bureau.head(head.response).flow_run, run)
    assert (head.state.kind, head.state.level, head.state.facts["flow"]) == (Kind.REAL, Level.III, 2600.0)
    until(lambda: prefect.flow_run(run)["name"], head.response)

    bureau.close(head.response)
    until(lambda: prefect.flow_run(run)["state_name"], "Completed")
    assert len(bureau.opened()) == 1


def test_parameters_of_the_wrong_type_are_refused_at_once_with_the_reason(
    worker: Child, bureau: Bureau, prefect: Prefect
) -> None:
    wrong_level = prefect.run_deployment("quick/response", {"level": "V", "by": "zhao"})
    unknown_fact = prefect.run_deployment("quick/response", {"level": "III", "by": "zhao", "facts": {"flw": 1}})

    assert wrong_level.status_code == 409
    assert "'V'" in wrong_level.text
    assert unknown_fact.status_code == 409
    assert "flw" in unknown_fact.text
    assert bureau.opened() == []


def test_a_run_that_may_not_be_activated_fails_and_says_why(
    worker: Child, bureau: Bureau, prefect: Prefect, until: Until
) -> None:
    run = prefect.run_deployment("quick/response", {"level": "III", "by": "wang"}).json()["id"]
    until(lambda: prefect.flow_run(run)["state_name"], "Failed")

    message = prefect.flow_run(run)["state"]["message"]
    assert "NotAuthorisedError: wang may not" in message
    assert "Sun (sun)" in message
    assert bureau.opened() == []


def test_a_drill_handed_to_the_flow_of_the_real_plan_is_refused(worker: Child, prefect: Prefect, until: Until) -> None:
    run = prefect.run_deployment("quick/response", {"response": "D-1"}).json()["id"]
    until(lambda: prefect.flow_run(run)["state_name"], "Failed")

    assert "drills (D-…) in <plan>-drill" in prefect.flow_run(run)["state"]["message"]


def test_a_drill_started_in_prefect_is_a_drill(worker: Child, bureau: Bureau, prefect: Prefect, until: Until) -> None:
    run = prefect.run_deployment("quick-drill/drill", {"level": "III"}).json()["id"]

    (head,) = until(bureau.opened)

    assert head.state.kind is Kind.DRILL
    until(lambda: bureau.head(head.response).flow_run, run)


def test_whoever_cancels_the_run_in_prefect_is_asked_why_and_only_a_person_with_a_reason_ends_the_response(
    worker: Child, bureau: Bureau, prefect: Prefect, until: Until
) -> None:
    response = bureau.activate()
    bureau.deliver()
    run = until(lambda: bureau.head(response).flow_run)
    until(lambda: prefect.flow_run(run)["state_name"], "Running")

    cancel(prefect, run)
    until(lambda: prefect.flow_run(run)["state_name"], "Awaiting reason")
    assert bureau.head(response).state.status is Status.OPEN
    assert bureau.head(response).state.end_proposed_at

    bureau.refuse_end(response, "the water still rises")
    until(lambda: prefect.flow_run(run)["state_name"], "Running")

    cancel(prefect, run)
    until(lambda: prefect.flow_run(run)["state_name"], "Awaiting reason")
    bureau.close(response)
    until(lambda: prefect.flow_run(run)["state_name"], "Cancelled")

    assert "then stood down: the water has gone" in prefect.flow_run(run)["state"]["message"]
    assert prefect.flow_run(run)["run_count"] == 1
    assert worker.starts == 1


def cancel(prefect: Prefect, run: str) -> None:
    """As the button in Prefect's pages does."""
    prefect.post(f"flow_runs/{run}/set_state", {"state": {"type": "CANCELLING"}})
