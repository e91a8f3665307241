"""What this process has done, counted for Prometheus, beside the figures of the database. No label names a person."""

import platform
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import partial
from importlib.metadata import version
from time import perf_counter

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from notifications.message import Outcome
from notifications.outbox import DeliveryView
from service.watch.figures import Figures
from service.watch.fired import FiredClocks
from service.watch.logs import TURNS
from service.watch.pulse import Pulse
from service.watch.receipts import HAPPENED as RECEIPT
from store import schema
from store.clock import Clock
from store.database import Database
from store.errors import StoreError
from store.kinds import Kind
from store.watching import Step

GatewayNames = Mapping[tuple[Kind, str], Collection[str]]
"""By kind of message and channel, as the settings name them."""
Resting = Callable[[], Mapping[tuple[Kind, str], Mapping[str, datetime]]]
"""Gateways that are left alone after a run of faults, and until when."""
_QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_LATE = (0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600)
_RECEIPTS = (0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600, 14400)
_ANOTHER = "other"


class Metrics:
    """`text()` for a scrape; the other methods are told what happens, from any thread."""

    def __init__(self, database: Database, clock: Clock, pulse: Pulse, gateways: GatewayNames, resting: Resting) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # it has no annotations
        self._gateways = gateways
        self.registry = CollectorRegistry()
        self._one_scrape = threading.Lock()
        count, measure = partial(Counter, registry=self.registry), partial(Histogram, registry=self.registry)
        self._commands = count("tocsin_commands", "Commands taken here.", ["command", "result"])
        self._durations = measure("tocsin_command_duration_seconds", "How long a command took.", ["command"], buckets=_QUICK)
        self._deliveries = count("tocsin_deliveries", "What gateways answered here.", ["kind", "channel", "gateway", "outcome"])
        self._receipts = measure(
            "tocsin_receipt_delay_seconds", "From acceptance to a receipt.", ["channel", "state"], buckets=_RECEIPTS
        )
        self._lateness = measure("tocsin_fired_clock_lateness_seconds", "How late clocks fired.", ["kind"], buckets=_LATE)
        build = Gauge("tocsin_build_info", "Always 1.", ["version", "schema", "python"], registry=self.registry)
        build.labels(version("tocsin"), schema.REVISION, platform.python_version()).set(1)
        self._fired = FiredClocks(database, clock, self._clock_fired)
        self._circuits = _Circuits(gateways, resting)
        self.registry.register(_Loops(pulse))
        self.registry.register(self._circuits)
        self.registry.register(Figures(database, clock))

    def text(self) -> bytes:
        # with a fault tocsin_database_up says so, and the next look finds what this one has missed
        with self._one_scrape, suppress(StoreError):
            self._fired.look()
        return generate_latest(self.registry)

    def ask(self, channels_resting: Callable[[], Mapping[tuple[Kind, str], datetime]]) -> None:
        """Whom to ask which channels are left alone as a whole."""
        self._circuits.channels_resting = channels_resting

    @contextmanager
    def watch(self, step: Step) -> Iterator[None]:
        """A watcher of turns and receipts."""
        if step.name == RECEIPT:
            channel, state, delay = (step.about[name] for name in ("channel", "state", "delay"))
            assert isinstance(delay, timedelta)
            self._receipts.labels(channel, state).observe(delay.total_seconds())
        if step.name not in TURNS:
            yield
            return
        began, result = perf_counter(), "failed"
        try:
            yield
            result = "changed" if step.about.get("events") else "unchanged"
        except Exception as error:
            result = "refused" if getattr(error, "status", 500) < 500 else "failed"
            raise
        finally:
            command = str(step.about["command"])
            self._commands.labels(command, result).inc()
            self._durations.labels(command).observe(perf_counter() - began)

    def delivered(self, view: DeliveryView, outcome: Outcome) -> None:
        names = self._gateways.get((view.kind, view.channel), ())
        gateway = next(iter(names)) if len(names) == 1 else outcome.provider if outcome.provider in names else _ANOTHER
        self._deliveries.labels(view.kind.value, view.channel, gateway, outcome.result.value).inc()

    def _clock_fired(self, kind: Kind, late: timedelta) -> None:
        self._lateness.labels(kind.value).observe(late.total_seconds())


class _Loops(Collector):
    """Of this process, asked at each scrape."""

    def __init__(self, pulse: Pulse) -> None:
        self._pulse = pulse

    def collect(self) -> Iterator[Metric]:
        loops = GaugeMetricFamily("tocsin_loop_silent_seconds", "Since this loop last came round.", labels=["loop"])
        for loop, silence in self._pulse.silences().items():
            loops.add_metric([loop], silence.total_seconds())
        yield loops


class _Circuits(Collector):
    """Of this process: a gateway of a list, or a channel as a whole."""

    def __init__(self, gateways: GatewayNames, resting: Resting) -> None:
        self._gateways, self._resting = gateways, resting
        self.channels_resting: Callable[[], Mapping[tuple[Kind, str], datetime]] = dict

    def collect(self) -> Iterator[Metric]:
        labels = ["kind", "channel", "gateway"]
        circuits = GaugeMetricFamily("tocsin_gateway_circuit_open", "Left alone after a run of faults.", labels=labels)
        resting, shut = self._resting(), self.channels_resting()
        for (kind, channel), names in self._gateways.items():
            for name in names:
                is_open = (kind, channel) in shut or name in resting.get((kind, channel), ())
                circuits.add_metric([kind.value, channel, name], float(is_open))
        yield circuits
