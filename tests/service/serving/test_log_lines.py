"""The log of `tocsin serve` says what became of each message in one plain line, and what reaches nobody."""

from pathlib import Path

import pytest

from notifications import outbox
from notifications.message import Outcome, Result
from notifications.outbox import DeliveryView
from service.desk.duty import Activation, Desk
from service.serving.log_lines import channel_warnings, delivery_line
from service.wiring import Home
from store.kinds import Kind

FILE, GATEWAY = "file://", "json://localhost"


@pytest.fixture
def by_sms(home: Home) -> DeliveryView:
    asked = Activation(
        plan="flood", level="III", facts={"flow": 3300}, incident="渭河洪水", by="chenzhiyuan", approved_by="liangwenbo"
    )
    response = Desk(home).activate(asked, "test").response
    with home.database.read() as connection:
        return next(view for view in outbox.deliveries(connection, response) if view.channel == "sms")


def test_an_outcome_is_one_line_with_its_names_and_without_the_number(by_sms: DeliveryView) -> None:
    refused = Outcome(Result.FAILED_FOR_GOOD, code="isv.MOBILE_NUMBER_ILLEGAL", detail=f"{by_sms.address} is no number")

    line = delivery_line(by_sms, refused)

    masked = f"{by_sms.address[:3]}****{by_sms.address[-4:]}"
    assert line == (
        f"{by_sms.response} {by_sms.assignment} [{by_sms.step}] to {by_sms.person} by sms {masked}: "
        f"failed for good ({by_sms.id}): isv.MOBILE_NUMBER_ILLEGAL: {masked} is no number"
    )


def test_a_plain_acceptance_says_no_more_than_that(by_sms: DeliveryView) -> None:
    assert delivery_line(by_sms, Outcome(Result.ACCEPTED, provider_id="1")).endswith(f": accepted ({by_sms.id})")


def test_each_channel_that_reaches_nobody_is_warned_of_once() -> None:
    urls = {
        Kind.REAL: {"sms": GATEWAY, "wechat": GATEWAY, "email": FILE},
        Kind.DRILL: {"sms": GATEWAY, "wechat": FILE, "email": FILE},
    }
    files = {kind: {name: Path("/data", kind.value, f"{name}.jsonl") for name in urls[kind]} for kind in Kind}

    warnings = list(channel_warnings(urls, files))

    assert [line.partition(":")[0] for line in warnings] == ["wechat", "email"]
    assert warnings[0] == "wechat: messages of drills are written to /data/drill/wechat.jsonl and reach nobody ([drill_channels])"
    assert warnings[1].startswith(
        "email: no gateway is set up, its messages are written to /data/real/email.jsonl and reach nobody"
    )
