"""What every channel promises the dispatcher, whoever the provider is."""

from collections.abc import Callable

import pytest

from notifications.message import Channel, Outgoing, Result
from store.clock import RealClock

pytestmark = pytest.mark.anyio
KINDS = ["sms", "tencent", "wechat", "voice", "call", "file"]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_good_message_is_accepted_with_the_providers_identifier(
    kind: str, channels: dict[str, Channel], message: Callable[..., Outgoing]
) -> None:
    outcome = await channels[kind].deliver(message())

    assert outcome.result is Result.ACCEPTED
    assert outcome.provider_id


@pytest.mark.parametrize("kind", KINDS)
async def test_the_channel_bears_the_kind_it_was_set_up_for(kind: str, channels: dict[str, Channel]) -> None:
    assert channels[kind].kind == kind


@pytest.mark.parametrize("kind", ["sms", "file"])
async def test_a_delivery_in_doubt_is_found_by_its_reference(
    kind: str, channels: dict[str, Channel], message: Callable[..., Outgoing]
) -> None:
    await channels[kind].deliver(message(delivery="d-other"))
    await channels[kind].deliver(message(delivery="d-asked"))

    found = await channels[kind].look_up(message(delivery="d-asked"), RealClock().now())

    assert found is not None
    assert found.result is Result.ACCEPTED


@pytest.mark.parametrize("kind", ["sms", "tencent", "wechat", "voice", "call"])
async def test_a_channel_can_be_used_after_it_was_closed(
    kind: str, channels: dict[str, Channel], message: Callable[..., Outgoing]
) -> None:
    await channels[kind].close()

    assert (await channels[kind].deliver(message())).result is Result.ACCEPTED


async def test_only_a_channel_whose_provider_drops_copies_says_that_a_resend_is_safe(channels: dict[str, Channel]) -> None:
    safe = {kind: channel.resend_is_safe for kind, channel in channels.items()}

    assert [kind for kind, is_safe in safe.items() if is_safe] == ["wechat"]
