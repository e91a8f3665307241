"""The figures, read by Prometheus' own parser: what they count, how they are called, and that no person is in them."""

import asyncio
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from flows.errors import FlowError
from notifications.dispatcher import Dispatcher
from notifications.message import Outcome, Outgoing, Receipt, ReceiptState, Result
from notifications.outbox import DeliveryView, deliveries
from service.desk.hearing import Hearing
from service.watch.metrics import Metrics
from service.watch.receipts import keep_receipts
from service.watch.watch import Watch
from service.wiring import Home
from store import watching
from store.kinds import Kind
from tests.service.field_bureau import OFFICER, FieldBureau

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


class Watched:
    def __init__(self, folder: Path) -> None:
        self.bureau = FieldBureau(folder)
        self.watch = Watch(self.bureau.home, Hearing(self.bureau.home, {kind: {} for kind in Kind}))
        watching.watch(self.watch.metrics.watch)

    def samples(self) -> Samples:
        return {
            (sample.name, tuple(sorted(sample.labels.items()))): sample.value
            for family in text_string_to_metric_families(self.watch.metrics.text().decode())
            for sample in family.samples
        }

    def value(self, name: str, **labels: str) -> float:
        return self.samples().get((name, tuple(sorted(labels.items()))), 0.0)


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    watched = Watched(tmp_path)
    yield watched
    watching.forget(watched.watch.metrics.watch)


def test_open_responses_are_counted_by_plan_level_and_kind_and_their_tasks_by_status(watched: Watched) -> None:
    watched.bureau.flood()
    open_before = watched.value("tocsin_open_responses", kind="real", plan="flood", level="III")
    called = watched.value("tocsin_open_tasks", kind="real", status="called")

    watched.bureau.closed()

    assert (open_before, called > 0) == (1, True)
    assert watched.value("tocsin_open_responses", kind="real", plan="flood", level="III") == 0
    assert watched.value("tocsin_open_tasks", kind="real", status="called") == 0


def test_commands_are_counted_by_kind_and_result_with_how_long_they_took(watched: Watched) -> None:
    bureau = watched.bureau
    bureau.flood()
    bureau.desk.acknowledge(bureau.response, "verify.1", bureau.called("verify.1")[0], "test")
    bureau.desk.acknowledge(bureau.response, "verify.1", bureau.called("verify.1")[0], "test")
    with pytest.raises(FlowError):
        bureau.desk.close(bureau.response, OFFICER, "test", "too early")

    found = {
        (labels["command"], labels["result"]): value
        for (name, pairs), value in watched.samples().items()
        if name == "tocsin_commands_total" and (labels := dict(pairs))
    }

    assert found == {
        ("open_response", "changed"): 1,
        ("acknowledge", "changed"): 1,
        ("acknowledge", "unchanged"): 1,
        ("close", "refused"): 1,
    }
    assert watched.value("tocsin_command_duration_seconds_count", command="acknowledge") == 2


def test_overdue_clocks_show_and_once_fired_count_by_how_late_they_were_whoever_fired_them(watched: Watched) -> None:
    bureau = watched.bureau
    bureau.flood()
    watched.samples()
    bureau.clock.forward(timedelta(minutes=10))

    overdue = watched.value("tocsin_overdue_clocks", kind="real")
    oldest = watched.value("tocsin_oldest_overdue_clock_seconds", kind="real")
    Home(bureau.home.folder, bureau.clock).engine.tick(bureau.response)  # as another process would

    assert overdue > 0
    assert oldest >= 300
    assert watched.value("tocsin_overdue_clocks", kind="real") == 0
    fired = watched.value("tocsin_fired_clock_lateness_seconds_count", kind="real")
    assert fired > 0
    assert watched.value("tocsin_fired_clock_lateness_seconds_bucket", kind="real", le="30.0") < fired
    assert watched.value("tocsin_fired_clock_lateness_seconds_count", kind="real") == fired


def test_the_outbox_the_gateways_and_the_receipts_are_counted_by_channel(watched: Watched) -> None:
    bureau = watched.bureau
    bureau.flood()
    waiting = watched.value("tocsin_outbox_messages", kind="real", lane="operation", channel="sms", state="queued")
    asyncio.run(dispatched(watched))
    bureau.clock.forward(timedelta(seconds=7))
    with bureau.home.database.read() as connection:
        sent = next(view for view in deliveries(connection, bureau.response) if view.channel == "sms")

    keep_receipts(bureau.home, [Receipt(sent.id, ReceiptState.DELIVERED, bureau.clock.now())])

    assert waiting > 0
    assert watched.value("tocsin_outbox_messages", kind="real", lane="operation", channel="sms", state="queued") == 0
    assert watched.value("tocsin_deliveries_total", kind="real", channel="sms", gateway="file", outcome="accepted") == waiting
    assert watched.value("tocsin_receipt_delay_seconds_sum", channel="sms", state="delivered") == 7


async def dispatched(watched: Watched) -> None:
    home = watched.bureau.home
    channels = {kind: {name: Taking(name) for name in ("sms", "wechat", "voice")} for kind in Kind}
    telling = watched.watch.metrics.delivered
    await Dispatcher(home.database, channels, home.clock, home.template, home.link_for, None, telling).drain()


class Taking:
    """A gateway that takes everything."""

    resend_is_safe = False

    def __init__(self, kind: str) -> None:
        self.kind = kind

    async def deliver(self, message: Outgoing) -> Outcome:
        return Outcome(Result.ACCEPTED, f"id-{message.delivery}")

    async def look_up(self, message: Outgoing, sent: object) -> Outcome | None:
        return None

    async def close(self) -> None:
        """Nothing is open."""


def test_what_prefect_does_not_follow_yet_is_a_gap_that_grows(watched: Watched) -> None:
    watched.bureau.flood()
    watched.bureau.clock.forward(timedelta(minutes=2))

    assert watched.value("tocsin_responses_without_flow_run", kind="real") == 1
    assert watched.value("tocsin_flow_run_gap_seconds", kind="real") == 120


def test_what_the_second_of_a_list_took_counts_for_the_second(watched: Watched) -> None:
    bureau = watched.bureau
    bureau.flood()
    with bureau.home.database.read() as connection:
        sent = next(view for view in deliveries(connection, bureau.response) if view.channel == "sms")
    names = {(Kind.REAL, "sms"): ("aliyunsms", "tencentsms")}
    metrics = Metrics(bureau.home.database, bureau.clock, watched.watch.pulse, names, dict)

    said = "tencentsms (not by aliyunsms isv.OUT_OF_SERVICE)"
    metrics.delivered(sent, Outcome(Result.ACCEPTED, detail=said, provider="tencentsms"))

    counted = 'tocsin_deliveries_total{channel="sms",gateway="tencentsms",kind="real",outcome="accepted"} 1.0'
    assert counted in metrics.text().decode().splitlines()


def test_a_gateway_left_alone_is_an_open_circuit(watched: Watched) -> None:
    before = watched.value("tocsin_gateway_circuit_open", kind="real", channel="sms", gateway="file")
    watched.watch.metrics.ask(lambda: {(Kind.REAL, "sms"): watched.bureau.clock.now()})

    assert before == 0
    assert watched.value("tocsin_gateway_circuit_open", kind="real", channel="sms", gateway="file") == 1


def test_names_follow_the_conventions_and_each_says_what_it_is(watched: Watched) -> None:
    watched.bureau.flood()

    for family in text_string_to_metric_families(watched.watch.metrics.text().decode()):
        assert re.fullmatch(r"tocsin_[a-z_]+", family.name)
        assert family.documentation.endswith(".")
        assert not family.name.endswith(("_milliseconds", "_ms", "_count", "_sum"))
        # the parser drops `_total` of the name that a counter is called by
        assert all(sample.name.endswith(("_total", "_created")) for sample in family.samples) or family.type != "counter"


def test_no_label_names_a_person_a_response_or_an_address(watched: Watched) -> None:
    watched.bureau.flood()
    watched.bureau.done("verify.1")
    asyncio.run(dispatched(watched))
    text = watched.watch.metrics.text().decode()
    with watched.bureau.home.database.read() as connection:
        views: tuple[DeliveryView, ...] = deliveries(connection, watched.bureau.response)

    personal = {part for view in views for part in (view.person, view.name, view.address, view.response, view.assignment) if part}

    assert views
    assert not [part for part in personal if part in text]


def test_more_responses_add_no_series(watched: Watched) -> None:
    watched.bureau.flood("一")
    watched.samples()
    before = set(watched.samples())

    for number in range(20):
        watched.bureau.flood(f"渭河洪水 {number}")

    assert set(watched.samples()) == before
