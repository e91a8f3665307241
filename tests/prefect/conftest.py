"""One real Prefect server for the session, and worker processes on demand."""

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from service.serving.children import Child, free_port, prefect_server, prefect_worker
from tests.prefect.bureau import Bureau

ROOT = Path(__file__).parents[2]


class Prefect:
    """What Prefect's API says, as anybody could ask it."""

    def __init__(self, address: str) -> None:
        self._client = httpx.Client(base_url=address, trust_env=False, timeout=30)

    def get(self, path: str) -> Any:
        return self._client.get(path).raise_for_status().json()

    def post(self, path: str, body: dict[str, Any]) -> Any:
        return self.try_post(path, body).raise_for_status().json()

    def try_post(self, path: str, body: dict[str, Any]) -> httpx.Response:
        """Again while the server is too busy, as Prefect's own client does."""
        for _ in range(5):
            answer = self._client.post(path, json=body)
            if answer.status_code != 503:
                break
            time.sleep(1)  # noqa: TID251  # another process is awaited, its clock cannot be moved
        return answer

    def has_deployment(self, name: str) -> bool:
        return self._client.get(f"deployments/name/{name}").status_code == 200

    def deployment(self, name: str) -> Any:
        return self.get(f"deployments/name/{name}")

    def run_deployment(self, name: str, parameters: dict[str, Any]) -> httpx.Response:
        deployment = self.deployment(name)["id"]
        return self.try_post(f"deployments/{deployment}/create_flow_run", {"parameters": parameters})

    def flow_run(self, run: str) -> Any:
        return self.get(f"flow_runs/{run}")

    def task_runs(self, run: str) -> dict[str, str]:
        """State by name; two runs of one name would show as a number too few."""
        found = self.post("task_runs/filter", {"flow_runs": {"id": {"any_": [run]}}, "limit": 200})
        assert len({each["name"] for each in found}) == len(found)
        return {each["name"]: each["state_name"] for each in found}

    def messages(self, run: str) -> dict[str, str]:
        found = self.post("task_runs/filter", {"flow_runs": {"id": {"any_": [run]}}, "limit": 200})
        return {each["name"]: each["state"]["message"] for each in found}

    def task_run_ids(self, run: str) -> set[str]:
        return {each["id"] for each in self.post("task_runs/filter", {"flow_runs": {"id": {"any_": [run]}}, "limit": 200})}

    def artifacts(self, run: str) -> dict[str, Any]:
        """What each holds, by what it is called after the response; two of one key would show as a number too few."""
        all_of_it = self.post("artifacts/filter", {"artifacts": {"flow_run_id": {"any_": [run]}}})
        # the flow's own result has no key
        found = [each for each in all_of_it if each["key"]]
        assert len({each["key"] for each in found}) == len(found)
        return {each["key"].rpartition("-")[2]: each["data"] for each in found}

    def events(self, response: str) -> list[Any]:
        """Ours of one response, in the order of its journal."""
        wanted = {"event": {"prefix": ["tocsin"]}, "related": {"id": [f"tocsin.response.{response}"]}, "order": "ASC"}
        found = self.post("events/filter", {"filter": wanted, "limit": 50})["events"]
        return sorted(found, key=lambda each: each["payload"]["entry"])

    def patch(self, path: str, body: dict[str, Any]) -> None:
        self._client.patch(path, json=body).raise_for_status()

    def delete(self, path: str) -> None:
        self._client.delete(path).raise_for_status()

    def runs_of(self, deployment: str) -> list[Any]:
        wanted = {"deployments": {"id": {"any_": [self.deployment(deployment)["id"]]}}, "limit": 200}
        return list(self.post("flow_runs/filter", wanted))

    def cancel_all(self) -> None:
        """So that the next test's worker does not take up the responses of a bureau that is no more."""
        unfinished = {"flow_runs": {"state": {"type": {"any_": ["SCHEDULED", "PENDING", "RUNNING", "CANCELLING"]}}}, "limit": 200}
        for run in self.post("flow_runs/filter", unfinished):
            self.post(f"flow_runs/{run['id']}/set_state", {"state": {"type": "CANCELLED"}, "force": True})


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Child]:
    port = free_port()
    child = Child(prefect_server(tmp_path_factory.mktemp("prefect-home"), port))
    child.start()
    assert child.wait_until_ready(120), child.recipe.log_file.read_text()[-2000:]
    yield child
    child.stop()


@pytest.fixture(scope="session")
def address(server: Child) -> str:
    return str(server.recipe.environment["PREFECT_API_URL"])


@pytest.fixture
def prefect(address: str) -> Prefect:
    return Prefect(address + "/")


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    bureau = Bureau(tmp_path / "bureau")
    yield bureau
    bureau.close_all()
    bureau.database.close()


@pytest.fixture
def start_worker(bureau: Bureau, prefect: Prefect, address: str, tmp_path: Path) -> Iterator[Callable[[], Child]]:
    children: list[Child] = []

    def start() -> Child:
        command = [sys.executable, "-m", "tests.prefect.worker_process", str(bureau.folder)]
        recipe = prefect_worker(tmp_path, address, command)
        child = Child(replace(recipe, environment={**recipe.environment, "PYTHONPATH": str(ROOT)}))
        child.start()
        children.append(child)
        return child

    yield start
    for child in children:
        child.stop()
    prefect.cancel_all()


def _answer(question: Callable[[], Any]) -> Any:
    """None while Prefect has no answer: not made yet, or its server on SQLite is busy."""
    try:
        return question()
    except httpx.HTTPError:
        return None


@pytest.fixture
def until() -> Callable[..., Any]:
    """Asks again until the answer is the one wanted, or any truthy one; fails with the last answer when the time is over."""

    def ask(question: Callable[[], Any], wanted: Any = None, seconds: float = 60.0) -> Any:
        end = time.monotonic() + seconds
        while True:
            answer = _answer(question)
            if answer == wanted if wanted is not None else answer:
                return answer
            assert time.monotonic() < end, f"not within {seconds} s: {answer!r}"
            time.sleep(0.1)  # noqa: TID251  # another process is awaited, its clock cannot be moved

    return ask
