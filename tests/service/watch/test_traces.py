"""Traces as a collector receives them over OTLP/HTTP: one for each turn, across processes, and nothing of a person in it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from flows.running.tables import BOOKS
from resources import tables as roster
from resources.samples import sample_duty
from service.folder import Folder
from service.serving.children import answers, free_port
from service.watch.traces import is_wanted
from service.wiring import Home
from store.kinds import Kind
from tests.service.field_bureau import APPROVER, OFFICER
from tests.service.waiting import until
from tests.service.watch_outside import Outside

ROOT = Path(__file__).parents[3]
ACTIVATE = ["activate", "flood", "--level", "III", "--incident", "渭河洪水", "--fact", "flow=3300", "--by", OFFICER]


@pytest.fixture
def bureau(tmp_path: Path) -> Home:
    home = Home(Folder(tmp_path / "bureau"))
    with home.database.write() as connection:
        roster.replace(connection, sample_duty(home.zone), home.clock.now())
    return home


def environment(home: Home, **more: str) -> dict[str, str]:
    return {**os.environ, "TOCSIN_HOME": str(home.folder.path), "TOCSIN_DATABASE_URL": "", **more}


def to(outside: Outside) -> dict[str, str]:
    return {"OTEL_EXPORTER_OTLP_ENDPOINT": outside.url, "OTEL_BSP_SCHEDULE_DELAY": "200"}


def activated(home: Home, **more: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "service", *ACTIVATE, "--approved-by", APPROVER]
    return subprocess.run(command, cwd=ROOT, env=environment(home, **more), text=True, capture_output=True, check=True)


@contextmanager
def served(home: Home, **more: str) -> Iterator[None]:
    port = free_port()
    home.folder.settings.write_text(f"[server]\nport = {port}\n", "utf-8")
    command = [sys.executable, "-m", "service", "serve", "--without-prefect"]
    log = (home.folder.path / "serve.log").open("wb")
    process = subprocess.Popen(command, cwd=ROOT, env=environment(home, **more), stderr=log)
    try:
        until(lambda: answers(f"http://127.0.0.1:{port}/healthz"))
        yield
    finally:
        process.terminate()
        process.wait(30)
        log.close()


def spans(outside: Outside) -> list[Span]:
    found = []
    for body in outside.bodies("/v1/traces"):
        request = ExportTraceServiceRequest.FromString(body)
        found += [span for resource in request.resource_spans for scope in resource.scope_spans for span in scope.spans]
    return found


def attributes(span: Span) -> dict[str, str]:
    return {each.key: each.value.string_value or str(each.value.int_value) for each in span.attributes}


@pytest.mark.slow
def test_the_activation_of_one_process_and_the_dispatch_of_another_are_one_trace(bureau: Home) -> None:
    with Outside() as outside, served(bureau, **to(outside)):
        activated(bureau, **to(outside))
        until(lambda: {"activation", "gateway"} <= {span.name for span in spans(outside)})
    found = spans(outside)
    with bureau.database.read() as connection:
        (head,) = connection.execute(BOOKS[Kind.REAL].heads.select()).all()

    (activation,) = [span for span in found if span.name == "activation"]
    within = [span for span in found if span.trace_id == activation.trace_id]
    parents = {span.span_id: span.name for span in within}
    lines = {(span.name, parents.get(span.parent_span_id, "")) for span in within}
    assert lines == {
        ("activation", ""),
        ("decide", "activation"),
        ("append", "activation"),
        ("outbox", "append"),
        ("dispatch", "activation"),
        ("gateway", "dispatch"),
    }
    assert attributes(activation)["tocsin.response"] == head.id
    assert attributes(activation)["tocsin.plan"] == "flood"
    assert {attributes(span)["tocsin.outcome"] for span in within if span.name == "gateway"} == {"accepted"}
    assert activation.start_time_unix_nano < activation.end_time_unix_nano
    processes = {
        (each.key, each.value.string_value)
        for body in outside.bodies("/v1/traces")
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans
        for each in resource.resource.attributes
    }
    assert ("service.name", "tocsin") in processes
    people = {person for each in bureau.duty().people.values() for person in (each.name, *each.addresses.values())}
    assert not [each for each in people if any(each.encode() in body for body in outside.bodies("/v1/traces"))]


@pytest.mark.slow
def test_without_an_exporter_nothing_is_sent_and_nothing_of_it_is_imported(bureau: Home) -> None:
    found = activated(bureau, PYTHONPROFILEIMPORTTIME="1")

    assert "opentelemetry" not in found.stderr


@pytest.mark.slow
def test_without_the_libraries_it_is_said_and_everything_goes_on(bureau: Home, tmp_path: Path) -> None:
    (tmp_path / "hidden" / "opentelemetry").mkdir(parents=True)
    (tmp_path / "hidden" / "opentelemetry" / "__init__.py").write_text("")
    paths = os.pathsep.join([str(tmp_path / "hidden"), str(ROOT)])

    found = activated(bureau, PYTHONPATH=paths, OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9")

    assert "install Tocsin with its extra 'traces'" in found.stderr
    with bureau.database.read() as connection:
        assert len(connection.execute(BOOKS[Kind.REAL].heads.select()).all()) == 1


@pytest.mark.parametrize(
    ("variables", "wanted"),
    [
        ({}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://collector:4318/v1/traces"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318", "OTEL_TRACES_EXPORTER": "none"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318", "OTEL_SDK_DISABLED": "true"}, False),
    ],
)
def test_the_standard_variables_say_whether_traces_are_wanted(variables: dict[str, str], *, wanted: bool) -> None:
    assert is_wanted(variables) is wanted
