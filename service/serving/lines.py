"""What comes over a channel's own line (SMPP): receipts and replies, taken as the providers' calls over HTTP are."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import partial

from notifications.channels import registry
from notifications.message import Channel, Receipt, Reply
from service.desk.hearing import Hearing
from service.watch.receipts import keep_receipts
from service.wiring import Home
from store.kinds import Kind


def line_loops(
    home: Home, hearing: Hearing, channels: Mapping[Kind, Mapping[str, Channel]]
) -> Iterator[tuple[str, Callable[[], Awaitable[None]]]]:
    """One loop for each line, by name."""

    async def keep(receipt: Receipt) -> None:
        await asyncio.to_thread(keep_receipts, home, [receipt])

    async def hear(reply: Reply) -> None:
        await hearing.hear(reply)

    for kind, own in channels.items():
        for name, channel in own.items():
            for line in registry.lines(channel):
                yield f"line of {name}, {kind.value}", partial(line.listen, keep, hear)
