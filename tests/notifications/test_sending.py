"""One send: a process that was frozen after it took a delivery keeps its hands off it."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from notifications.masking import masked
from notifications.message import Call, Outcome, Priority, Recipient, Result
from notifications.outbox import DeliveryView
from notifications.rendering import Renderer
from notifications.sending import Sender
from notifications.states import State
from notifications.testing import FakeBatchChannel, FakeChannel, plain_links, plain_templates
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
    (sent,) = asyncio.run(sender.send([view]))

    assert channel.received == []
    assert sent.outcome.result is Result.FAILED_FOR_NOW


def test_logs_show_enough_of_a_phone_to_know_it_and_not_enough_to_call_it() -> None:
    assert masked("13812340001") == "138****0001"
    assert masked("+8613812340001") == "138****0001"
    assert masked("chen.jianguo") == "ch***"


def test_messages_to_the_public_go_as_many_at_once_as_the_provider_takes_and_others_alone() -> None:
    channel = FakeBatchChannel(largest=3)
    mass = [replace(claimed(until=NOW + timedelta(seconds=30)), id=f"r-{n}", priority=Priority.MASS) for n in range(7)]
    urgent = replace(mass[0], id="r-urgent", priority=Priority.FLASH)
    sender = _sender(channel)

    parcels = list(sender.parcels([*mass[:2], urgent, *mass[2:]]))
    sent = [each for parcel in parcels for each in asyncio.run(sender.send(parcel))]

    assert [len(parcel) for parcel in parcels] == [1, 3, 3, 1]
    assert channel.requests == [3, 3]
    assert {each.view.id for each in sent} == {"r-urgent", *(f"r-{n}" for n in range(7))}
    assert {each.outcome.result for each in sent} == {Result.ACCEPTED}


def test_of_a_batch_that_broke_off_every_message_is_in_doubt() -> None:
    channel = FakeBatchChannel(answers=[Outcome(Result.ACCEPTED, "1"), RuntimeError("broken")])
    mass = [replace(claimed(until=NOW + timedelta(seconds=30)), id=f"r-{n}", priority=Priority.MASS) for n in range(3)]

    sent = asyncio.run(_sender(channel).send(mass))

    assert [(each.view.id, each.outcome.result) for each in sent] == [(f"r-{n}", Result.UNKNOWN) for n in range(3)]


def _sender(channel: FakeChannel) -> Sender:
    renderer = Renderer(plain_templates, plain_links)
    return Sender({Kind.REAL: {"sms": channel}}, renderer, MovableClock(NOW), timedelta(seconds=10), lambda view, fault: None)
