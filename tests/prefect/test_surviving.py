"""Processes are killed for real; the flow run of a response goes on under the same id."""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from service.serving.children import Child
from tests.prefect.bureau import Bureau
from tests.prefect.conftest import Prefect

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("prefect")]

Until = Callable[..., Any]
BEGUN = {"assign · verify": "Completed", "assign · evacuate": "Failed"}
ALL = BEGUN | {
    "report · verify": "Completed",
    "assign · patrol": "Completed",
    "end · 终止响应": "Completed",
    "end · 归档": "Completed",
}


def begin(bureau: Bureau, prefect: Prefect, until: Until) -> tuple[str, str]:
    response = bureau.activate()
    bureau.deliver()
    run = until(lambda: bureau.head(response).flow_run)
    until(lambda: prefect.task_runs(run), BEGUN)
    return response, run


def finish(bureau: Bureau, response: str) -> None:
    bureau.complete(response, "verify.1", "zhao")
    bureau.deliver()
    bureau.close(response)


def test_a_killed_worker_is_followed_by_another_that_completes_the_same_flow_run(
    start_worker: Callable[[], Child], bureau: Bureau, prefect: Prefect, until: Until
) -> None:
    worker = start_worker()
    response, run = begin(bureau, prefect, until)
    shown = prefect.task_run_ids(run)

    os.kill(worker.pid or 0, signal.SIGKILL)
    finish(bureau, response)
    until(lambda: prefect.flow_run(run)["state_name"], "Completed")

    assert worker.starts == 2
    assert prefect.task_runs(run) == ALL
    assert shown < prefect.task_run_ids(run)
    assert bureau.head(response).flow_run == run
    assert prefect.flow_run(run)["run_count"] == 2


def test_an_act_under_way_when_the_worker_is_killed_goes_on_as_the_same_task_run(
    start_worker: Callable[[], Child], bureau: Bureau, prefect: Prefect, until: Until
) -> None:
    worker = start_worker()
    response = bureau.activate()
    run = until(lambda: bureau.head(response).flow_run)
    until(lambda: prefect.task_runs(run), dict.fromkeys(BEGUN, "Running"))
    shown = prefect.task_run_ids(run)

    os.kill(worker.pid or 0, signal.SIGKILL)
    until(lambda: worker.starts == 2)
    bureau.deliver()
    until(lambda: prefect.task_runs(run), BEGUN)

    assert prefect.task_run_ids(run) == shown


def test_a_worker_that_is_stopped_hands_its_run_to_the_next(
    start_worker: Callable[[], Child], bureau: Bureau, prefect: Prefect, until: Until
) -> None:
    first = start_worker()
    response, run = begin(bureau, prefect, until)

    first.stop()
    assert prefect.flow_run(run)["state_name"] == "AwaitingRetry"
    start_worker()
    until(lambda: prefect.flow_run(run)["state_name"], "Running")

    bureau.close(response)
    until(lambda: prefect.flow_run(run)["state_name"], "Completed")


def test_a_killed_prefect_server_does_not_stop_the_response_and_learns_of_all_its_acts(
    server: Child, start_worker: Callable[[], Child], bureau: Bureau, prefect: Prefect, until: Until
) -> None:
    worker = start_worker()
    response, run = begin(bureau, prefect, until)
    dead = server.pid

    os.kill(dead or 0, signal.SIGKILL)
    finish(bureau, response)
    until(lambda: server.is_ready and server.pid != dead, seconds=120)
    until(lambda: prefect.flow_run(run)["state_name"], "Completed", seconds=150)

    until(lambda: prefect.task_runs(run), ALL)
    assert worker.starts == 1


def test_a_prefect_server_that_loses_its_database_gets_another_run_with_all_that_was_done(
    server: Child, start_worker: Callable[[], Child], bureau: Bureau, prefect: Prefect, until: Until
) -> None:
    worker = start_worker()
    response, lost = begin(bureau, prefect, until)
    dead = server.pid

    os.kill(dead or 0, signal.SIGKILL)
    for path in Path(server.recipe.environment["PREFECT_HOME"]).glob("prefect.db*"):
        path.unlink()
    bureau.complete(response, "verify.1", "zhao")
    bureau.deliver()
    until(lambda: server.is_ready and server.pid != dead, seconds=120)

    run = until(lambda: bureau.head(response).flow_run != lost and bureau.head(response).flow_run, seconds=120)
    until(lambda: prefect.task_runs(run).get("assign · patrol"), "Completed", seconds=120)
    bureau.close(response)
    bureau.deliver()
    until(lambda: prefect.flow_run(run)["state_name"], "Completed", seconds=120)
    # what was told to the dead server is told again last: Prefect's own client holds on to it for a minute
    until(lambda: prefect.task_runs(run).items() >= ALL.items(), seconds=240)
    assert (prefect.flow_run(run)["name"], worker.starts) == (response, 1)
