"""Whom the running service asks later, or not at all for a moment: the same at the API, in `channels` and in `doctor`."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from notifications import outbox, receipts
from notifications.channels.gateways import Gateways
from notifications.dispatcher import Dispatcher
from notifications.message import Call, Channel, Outcome, Priority, Receipt, ReceiptState, Recipient, Result
from notifications.testing import FakeChannel
from plans.model import Text
from service.api.app import make_app
from service.desk.hearing import Hearing
from service.notify.doctor import served_findings
from service.notify.findings import Verdict
from service.notify.gateways import channels_view
from service.notify.pictures import print_channels
from service.notify.standing import told, with_treatment
from service.plain import Json
from service.watch.watch import Watch
from service.wiring import Home
from store.clock import MovableClock
from store.kinds import Kind
from tests.service.notify_bureau import bureau_with

DOWN = Outcome(Result.PROVIDER_DOWN, code="no-money")


@dataclass
class Served:
    """What `tocsin serve` puts together, with providers that do as they are told."""

    home: Home
    first: FakeChannel
    email: FakeChannel
    dispatcher: Dispatcher
    api: TestClient

    def call(self, people: int, channel: str) -> list[str]:
        now = self.home.clock.now()
        late, words = now + timedelta(hours=1), {"task": "巡堤查险"}
        calls = [
            Call("R-1", "d", "verify.1", "call", 1, person, (channel,), "call", words, Priority.OPERATION, now, late)
            for person in (Recipient(f"p{number}", f"p{number}", "zh", {channel: f"c{number}"}) for number in range(people))
        ]
        with self.home.database.write() as connection:
            outbox.add(connection, calls, now)
        asyncio.run(self.dispatcher.drain())
        return [outbox.delivery_id(each, channel) for each in calls]

    def says(self) -> Json:
        answer: Json = self.api.get("/api/v1/channels").json()
        return answer


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    home = bureau_with(tmp_path)
    assert isinstance(home.clock, MovableClock)
    first, email = FakeChannel("sms"), FakeChannel("email")
    sms = Gateways("sms", [("aliyunsms", first), ("tencentsms", FakeChannel("sms"))], home.clock)
    channels: dict[Kind, dict[str, Channel]] = {Kind.REAL: {"sms": sms, "email": email}, Kind.DRILL: {}}
    hearing = Hearing(home, channels)
    watch = Watch(home, hearing)
    dispatcher = Dispatcher(home.database, channels, home.clock, home.template, home.link_for)
    watch.treatment.ask(dispatcher)
    headers = {"Authorization": f"Bearer {home.keys.api_token}"}
    yield Served(home, first, email, dispatcher, TestClient(make_app(home, hearing, watch), headers=headers))
    home.database.close()


@pytest.fixture
def degraded(served: Served) -> Served:
    """Of twenty SMS that the first took, the carrier failed eight."""
    sent = served.call(20, "sms")
    now = served.home.clock.now()
    with served.home.database.write() as connection:
        for place, delivery in enumerate(sent):
            state = ReceiptState.DELIVERED if place < 12 else ReceiptState.FAILED
            receipts.record(connection, Receipt(delivery, state, now), now)
    assert isinstance(served.home.clock, MovableClock)
    served.home.clock.forward(timedelta(seconds=15))
    asyncio.run(served.dispatcher.drain())
    return served


def test_the_api_says_who_stands_behind_its_twins_and_by_which_figures(degraded: Served) -> None:
    first, second = degraded.says()["by_receipts"]

    assert (first["gateway"], first["share"], second["gateway"], second["share"]) == ("aliyunsms", 0, "tencentsms", 100)
    assert (first["messages"], first["delivered"], first["slow"], first["failed"]) == (20, 12, 0, 8)


def test_the_doctor_warns_of_it_in_both_languages_and_says_what_to_do(degraded: Served) -> None:
    (warning,) = [each for each in served_findings(degraded.says()) if each.verdict is Verdict.WARNING]

    assert warning.about == "sms aliyunsms receipts"
    assert warning.what == Text(
        "按回执排在其他网关之后，近期 20 条，送达 12，慢 0，运营商失败 8",
        "asked after its twins for its receipts; of 20 of late 12 delivered, 0 slow, 8 failed at the carrier",
    )
    assert warning.remedy is not None


def test_channels_shows_it_at_the_gateway(degraded: Served, capsys: pytest.CaptureFixture[str]) -> None:
    print_channels(with_treatment(channels_view(degraded.home), degraded.says()), "zh")

    lines = capsys.readouterr().out.splitlines()
    place = next(number for number, line in enumerate(lines) if "1. aliyunsms" in line)
    assert "按回执排在其他网关之后" in "\n".join(lines[place : place + 4])


def test_a_gateway_that_is_alone_and_rests_is_seen_too(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    served.email.answer_next(*[DOWN] * 5)
    served.call(5, "email")

    says = served.says()
    assert [(each["channel"], each["gateway"]) for each in says["resting"]] == [("email", "")]
    assert [each.about for each in served_findings(says) if each.verdict is Verdict.FAULT] == ["email"]
    print_channels(with_treatment(channels_view(served.home), says), "en")
    assert "left alone after a run of faults until" in capsys.readouterr().out


def test_without_a_running_service_nothing_is_said_of_it(served: Served) -> None:
    gateways = [gateway for channel in with_treatment(channels_view(served.home), None) for gateway in channel["gateways"]]

    assert {(gateway["resting_until"], gateway["by_receipts"]) for gateway in gateways} == {(None, None)}


@pytest.mark.parametrize(("share", "zh"), [(10, "试回原位，10% 的普通消息先走它，近期"), (100, "近期")])
def test_a_trial_is_said_and_a_place_of_its_own_needs_no_word(share: int, zh: str) -> None:
    seen = {"share": share, "messages": 0, "delivered": 0, "slow": 0, "failed": 0}

    assert told(seen).zh.startswith(zh)
