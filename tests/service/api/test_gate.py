"""The gate before the API: no token, no reading; too large, no more reading."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from service.api.gate import LARGEST_ALERT, LARGEST_BODY
from service.folder import Folder
from service.serving.children import answers, free_port
from service.wiring import Home
from store.clock import RealClock

MEGABYTE = 1024 * 1024
CHUNK = b"%x\r\n%s\r\n" % (MEGABYTE, b" " * MEGABYTE)
JSON = {"Content-Type": "application/json"}


def without_token(api: TestClient) -> TestClient:
    del api.headers["Authorization"]
    return api


def test_no_route_of_the_api_opens_without_the_token(api: TestClient) -> None:
    stranger = without_token(api)
    paths = stranger.get("/openapi.json").json()["paths"]
    routes = [(method, path) for path, methods in paths.items() if path.startswith("/api/") for method in methods]

    answered = {(method, path): stranger.request(method, path).status_code for method, path in routes}

    assert len(answered) > 15
    assert set(answered.values()) == {401}


@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer ", "Bearer wrong", "Basic {token}", "{token}", "Bearer {token}x", "Bearer ä"], ids=str
)
def test_only_the_whole_bearer_token_opens(api: TestClient, home: Home, given: str) -> None:
    header = given.format(token=home.keys.api_token).encode()

    answer = api.get("/api/v1/responses", headers={b"Authorization": header})  # type: ignore[dict-item]

    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert answer.headers["content-type"] == "application/problem+json"
    assert "keys/api-token" in answer.json()["detail"]


def test_a_stranger_does_not_even_hear_that_a_body_is_malformed(api: TestClient) -> None:
    answer = without_token(api).post("/api/v1/responses", content=b"{", headers=JSON)

    assert answer.status_code == 401


def test_a_body_told_too_large_is_refused_before_it_comes(api: TestClient) -> None:
    answer = api.post("/api/v1/responses", content=b"{", headers=JSON | {"Content-Length": str(60 * MEGABYTE)})

    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")
    assert str(LARGEST_BODY) in answer.json()["detail"]


@pytest.mark.parametrize(("path", "most"), [("/api/v1/responses", LARGEST_BODY), ("/api/v1/alerts", LARGEST_ALERT)])
def test_a_body_that_does_not_tell_its_length_is_counted(api: TestClient, path: str, most: int) -> None:
    def pieces(total: int) -> Iterator[bytes]:
        yield from (b" " * 65536 for _ in range(total // 65536))

    headers = {"Content-Type": "application/xml" if path.endswith("alerts") else "application/json"}
    fits = api.post(path, content=pieces(most), headers=headers)
    too_large = api.post(path, content=pieces(most + 65536), headers=headers)

    assert fits.status_code in (400, 422)
    assert (too_large.status_code, too_large.headers["content-type"]) == (413, "application/problem+json")
    assert str(most) in too_large.json()["detail"]


@dataclass(frozen=True, slots=True)
class Served:
    """A real `tocsin serve` without Prefect."""

    port: int
    process: int
    token: str

    def answer_to_chunks(self, path: str, megabytes: int, content_type: str, *headers: str) -> str:
        """What it says to a client that sends all of it, whatever the server says meanwhile."""
        head = [
            f"POST {path} HTTP/1.1",
            "Host: localhost",
            "Transfer-Encoding: chunked",
            f"Content-Type: {content_type}",
            *headers,
        ]
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as client:
            client.sendall("\r\n".join([*head, "", ""]).encode())
            for _ in range(megabytes):
                client.sendall(CHUNK)
            client.sendall(b"0\r\n\r\n")
            return client.recv(65536).decode()

    def most_memory(self) -> int:
        """Megabytes, the most there ever were."""
        status = Path(f"/proc/{self.process}/status").read_text()
        return next(int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith("VmHWM"))


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    home, port = Home(Folder(tmp_path), RealClock()), free_port()
    home.folder.settings.write_text(f"[server]\nport = {port}\n")
    command = [sys.executable, "-m", "service", "serve", "--without-prefect"]
    with (tmp_path / "serve.log").open("wb") as log:
        process = subprocess.Popen(command, env={**os.environ, "TOCSIN_HOME": str(tmp_path)}, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 30
        while not answers(f"http://127.0.0.1:{port}/healthz"):
            assert process.poll() is None, (tmp_path / "serve.log").read_text()
            assert time.monotonic() < deadline, (tmp_path / "serve.log").read_text()
        yield Served(port, process.pid, home.keys.api_token)
    finally:
        process.kill()
        process.wait()


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the most memory of a process is read from /proc")
def test_three_hundred_megabytes_cost_a_server_nothing(served: Served) -> None:
    before = served.most_memory()

    token = f"Authorization: Bearer {served.token}"
    stranger = served.answer_to_chunks("/api/v1/responses", 300, "application/json")
    known = served.answer_to_chunks("/api/v1/responses", 60, "application/json", token)
    alert = served.answer_to_chunks("/api/v1/alerts", 60, "application/cap+xml", token)

    assert [told.split()[1] for told in (stranger, known, alert)] == ["401", "413", "413"]
    assert all("application/problem+json" in told for told in (stranger, known, alert))
    assert served.most_memory() - before < 40
    assert answers(f"http://127.0.0.1:{served.port}/healthz")
