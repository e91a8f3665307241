"""One send: a process that was frozen after it took a delivery keeps its hands off it."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from notifications.masking import masked
from notifications.message import Call, Priority, Recipient, Result
from notifications.outbox import DeliveryView
from notifications.rendering import Renderer
from notifications.sending import Sender
from notifications.states import State
from notifications.testing import FakeChannel, plain_links, plain_templates
from store.clock import MovableClock
from store.kinds import Kind

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)


def claimed(until: datetime) -> DeliveryView:
    nothing = dict.fromkeys(DeliveryView.__dataclass_fields__)
    call = Call(
        "R-1", "digest", "patrol", "call", 0, Recipient("chen", "陈", "zh", {}), ("sms",), "call", {}, Priority.FLASH, NOW, NOW
    )
    known = {
        name: getattr(call, name) for name in ("response", "plan_digest", "assignment", "step", "epoch", "template", "parameters")
    }
    rest = {"id": "r-1", "channel": "sms", "address": "138", "name": "陈", "language": "zh", "priority": Priority.FLASH}
    view = DeliveryView(**(nothing | known | rest))  # type: ignore[arg-type]  # the columns a send does not read stay empty
    return replace(view, state=State.SENDING, next_at=until, answerable=True)


def test_a_process_that_was_frozen_until_its_claim_ran_out_does_not_send() -> None:
    channel, clock = FakeChannel(), MovableClock(NOW)
    sender = Sender(
        {Kind.REAL: {"sms": channel}},
        Renderer(plain_templates, plain_links),
        clock,
        timedelta(seconds=10),
        lambda view, fault: None,
    )
    view = claimed(until=NOW + timedelta(seconds=30))

    clock.forward(timedelta(seconds=30))
    sent = asyncio.run(sender.send(view))

    assert channel.received == []
    assert sent.outcome.result is Result.FAILED_FOR_NOW


def test_logs_show_enough_of_a_phone_to_know_it_and_not_enough_to_call_it() -> None:
    assert masked("13812340001") == "138****0001"
    assert masked("+8613812340001") == "138****0001"
    assert masked("chen.jianguo") == "ch***"
