"""Fifty responses at the same moment: Prefect on SQLite follows as fast as it can, and no run fails on the way."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from service.serving.children import Child
from tests.prefect.bureau import Bureau
from tests.prefect.conftest import Prefect

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("prefect")]

CROWD = 50


def test_fifty_responses_at_once_all_get_their_run_and_none_fails(
    start_worker: Callable[[], Child], bureau: Bureau, prefect: Prefect, until: Callable[..., Any]
) -> None:
    worker = start_worker()
    until(lambda: prefect.has_deployment("quick/response"))

    with ThreadPoolExecutor(8) as pool:
        responses = sorted(pool.map(lambda number: bureau.activate(f"{number}号险情"), range(CROWD)))
    bureau.deliver()
    until(lambda: sorted(each["name"] for each in running(prefect) if each["name"] in responses), responses, seconds=240)

    assert {each["state_name"] for each in prefect.runs_of("quick/response") if each["name"] in responses} == {"Running"}
    assert {each["run_count"] for each in running(prefect) if each["name"] in responses} == {1}
    assert worker.starts == 1


def running(prefect: Prefect) -> list[Any]:
    return list(prefect.post("flow_runs/filter", {"flow_runs": {"state": {"type": {"any_": ["RUNNING"]}}}, "limit": 200}))
