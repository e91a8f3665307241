"""A dispatcher that runs as long as something is measured."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from notifications.dispatcher import Dispatcher, DispatchSettings, Settled
from notifications.message import Channel
from notifications.rendering import LinkSource, TemplateSource
from store.clock import Clock
from store.database import Database
from store.kinds import Kind


@asynccontextmanager
async def dispatching(
    database: Database,
    channels: Mapping[str, Channel],
    clock: Clock,
    templates: TemplateSource,
    links: LinkSource,
    settled: Settled,
    settings: DispatchSettings | None = None,
) -> AsyncIterator[None]:
    """Real messages and drills take the same channels, which are closed at the end."""
    both = dict.fromkeys(Kind, channels)
    dispatcher = Dispatcher(database, both, clock, templates, links, settings or DispatchSettings(alone=True), on_settled=settled)
    running = asyncio.create_task(dispatcher.run())
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        for channel in channels.values():
            await channel.close()
