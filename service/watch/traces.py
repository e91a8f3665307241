"""OpenTelemetry traces of turns, when an exporter is configured by the standard OTEL_* variables and its libraries are there.

One trace for each turn, across processes: its identifier follows from the response and the moment of the turn, which the outbox
keeps too. So whoever dispatches a message adds to the trace of the turn that wrote it. Nothing of a person is told.
"""

import hashlib
import logging
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from service.watch.logs import TURNS
from store import watching
from store.clock import RealClock
from store.watching import Step

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
    from opentelemetry.trace import Span

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
DISPATCH = "dispatch"
_ROOTS = (*TURNS, DISPATCH)
_TOLD = ("response", "task", "plan", "command", "events", "entry", "calls", "delivery", "deliveries", "channel", "outcome")
_clock = RealClock()

log = logging.getLogger("tocsin.traces")


@dataclass(slots=True)
class Piece:
    """A step as it was: told once the outermost is over, when it is known whose trace it belongs to."""

    step: Step
    began: datetime
    ended: datetime | None = None
    error: str = ""
    parts: "list[Piece]" = field(default_factory=list)


def is_wanted(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether the standard variables name where traces go."""
    is_off = environment.get("OTEL_SDK_DISABLED", "").lower() == "true" or environment.get("OTEL_TRACES_EXPORTER") == "none"
    return not is_off and any(environment.get(name) for name in ENDPOINTS)


def start(service: str) -> "Traces | None":
    """From now on in this process. None, and a line in the log, where the libraries are missing."""
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as missing:
        log.warning("no traces are sent: %s; install Tocsin with its extra 'traces'", missing)
        return None
    named = Identifiers()
    name = os.environ.get("OTEL_SERVICE_NAME", "tocsin")
    resource = Resource.create({"service.name": name, "service.instance.id": f"{service}-{os.getpid()}"})
    provider = TracerProvider(resource=resource, id_generator=named.generator())
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    traces = Traces(provider, named)
    watching.watch(traces.watch)
    return traces


class Identifiers:
    """Hands out the identifiers that a turn has; at random for what is within it."""

    def __init__(self) -> None:
        self.next = threading.local()

    def generator(self) -> "RandomIdGenerator":
        from opentelemetry.sdk.trace.id_generator import RandomIdGenerator

        chosen = self.next

        class Generator(RandomIdGenerator):
            def generate_trace_id(self) -> int:
                return int(getattr(chosen, "trace", 0)) or super().generate_trace_id()

            def generate_span_id(self) -> int:
                return int(getattr(chosen, "span", 0)) or super().generate_span_id()

        return Generator()


class Traces:
    def __init__(self, provider: "TracerProvider", named: Identifiers) -> None:
        self._provider, self._named = provider, named
        self._tracer = provider.get_tracer("tocsin")
        self._piece: ContextVar[Piece | None] = ContextVar("tocsin_piece", default=None)

    @contextmanager
    def watch(self, step: Step) -> Iterator[None]:
        """A watcher of turns and dispatches, and of what is done within them."""
        outer = self._piece.get()
        if outer is None and step.name not in _ROOTS:
            yield
            return
        piece = Piece(step, _clock.now())
        token = self._piece.set(piece)
        try:
            yield
        except BaseException as error:
            piece.error = f"{type(error).__name__}"
            raise
        finally:
            self._piece.reset(token)
            piece.ended = _clock.now()
            if outer is not None:
                outer.parts.append(piece)
            else:
                self._tell(piece)

    def close(self) -> None:
        """Sends what has not been sent yet."""
        self._provider.shutdown()

    def _tell(self, piece: Piece) -> None:
        from opentelemetry.context import Context

        about, at = piece.step.about, _moment(piece)
        if at is None:
            if piece.error:
                self._span(piece, Context())
            return
        trace, span = identifiers(str(about.get("response", "")), at)
        if piece.step.name == DISPATCH:
            self._span(piece, self._within(trace, span))
            return
        self._named.next.trace, self._named.next.span = trace, span
        self._span(piece, Context())

    def _within(self, trace: int, span: int) -> "Context":
        """The turn, which another process may have taken; it is sampled by the same rule there and here."""
        from opentelemetry.context import Context
        from opentelemetry.sdk.trace.sampling import Decision
        from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, set_span_in_context

        decision = self._provider.sampler.should_sample(None, trace, "turn").decision
        flags = TraceFlags(TraceFlags.SAMPLED if decision is not Decision.DROP else TraceFlags.DEFAULT)
        return set_span_in_context(NonRecordingSpan(SpanContext(trace, span, is_remote=True, trace_flags=flags)), Context())

    def _span(self, piece: Piece, context: "Context") -> None:
        from opentelemetry.trace import set_span_in_context

        span = self._tracer.start_span(piece.step.name, context, start_time=_nanoseconds(piece.began))
        self._named.next.trace = self._named.next.span = 0
        _describe(span, piece)
        for part in piece.parts:
            self._span(part, set_span_in_context(span))
        span.end(_nanoseconds(piece.ended or piece.began))


def identifiers(response: str, at: datetime) -> tuple[int, int]:
    """Of the trace and of its first span: the same in every process."""
    digest = hashlib.sha256(f"{response} {at.timestamp():.6f}".encode()).digest()
    return int.from_bytes(digest[:16]), int.from_bytes(digest[16:24])


def _moment(piece: Piece) -> datetime | None:
    """When the turn was written down; None: it changed nothing."""
    found = piece.step.about.get("at")
    if isinstance(found, datetime):
        return found
    return next((moment for part in piece.parts if (moment := _moment(part))), None)


def _describe(span: "Span", piece: Piece) -> None:
    from opentelemetry.trace import Status, StatusCode

    for name in _TOLD:
        if value := piece.step.about.get(name):
            span.set_attribute(f"tocsin.{name}", value if isinstance(value, int) else str(value))
    if piece.error:
        span.set_status(Status(StatusCode.ERROR, piece.error))


def _nanoseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1_000_000) * 1000
