"""A gateway proves that it knows us without sending; what it would say is shown by the code that says it."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from notifications.channels.described import hidden
from notifications.channels.previews import preview
from notifications.channels.registry import build
from notifications.channels.sms_templates import read_templates
from notifications.message import Outcome, Outgoing, Proving, Result
from notifications.simulators.simulators import Simulators

pytestmark = pytest.mark.anyio
Make = Callable[..., Outgoing]
NOW = datetime(2026, 9, 3, 18, tzinfo=UTC)


async def proved(kind: str, url: str, tmp_path: Path) -> Outcome:
    channel = build({kind: url}, tmp_path)[kind]
    assert isinstance(channel, Proving)
    try:
        return await channel.prove()
    finally:
        await channel.close()


async def test_who_is_known_is_accepted_and_who_is_not_hears_the_providers_code(simulators: Simulators, tmp_path: Path) -> None:
    right = [("sms", simulators.sms_url), ("sms", simulators.smpp_url), ("wechat", simulators.wechat_url)]
    wrong = [(kind, url.replace("simulated-secret", "another").replace(":simulate@", ":wrong@")) for kind, url in right]

    known = [await proved(kind, url, tmp_path) for kind, url in right]
    unknown = [await proved(kind, url, tmp_path) for kind, url in wrong]

    assert [each.result for each in known] == [Result.ACCEPTED] * 3
    assert [each.code for each in unknown] == ["SignatureDoesNotMatch", "RINVPASWD", "40001"]
    assert {each.result for each in unknown} == {Result.PROVIDER_DOWN}
    assert not simulators.ledger.all()


def test_what_only_tries_a_channel_has_a_template_of_its_own_or_none(message: Make) -> None:
    calls_only = read_templates("sms", {"default": "SMS_1"})
    with_test = read_templates("sms", {"default": "SMS_1", "test": "SMS_9"})
    trial = message(template="test", answerable=False)

    chosen = with_test.choose(trial)

    assert calls_only.choose(trial) is None
    assert chosen
    assert chosen.code == "SMS_9"


def test_a_mail_is_shown_with_its_sender_and_subject_and_a_group_message_with_whom_it_mentions(message: Make) -> None:
    mail = preview("email", "smtp://mail.example?from=duty@bureau.example", message(address="a@b.example"), NOW)
    group = preview("wechat", "wecomgroup://:KEY@qyapi.weixin.qq.com/", message(address="zhang"), NOW)

    assert mail.text.startswith("From: duty@bureau.example\nSubject: 防汛 Ⅲ级\n\n巡堤查险")
    assert group.text.endswith("\n@zhang")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("wecomgroup://:KEY@qyapi.weixin.qq.com/", "wecomgroup://***@qyapi.weixin.qq.com/"),
        ("smtp://duty:word@mail.example:587?from=a@b.example", "smtp://du***@mail.example:587"),
        ("mailto://me:word@mail.example?pass=word", "mailto://me***@mail.example/***"),
        ("${WHOLE_ADDRESS}", "***"),
        ("smtp://[half", "smtp://***"),
    ],
)
def test_an_address_is_shown_without_what_could_be_a_secret(url: str, shown: str) -> None:
    assert hidden(url) == shown
