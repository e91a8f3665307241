"""Sends one delivery, or asks about one, and always comes back with an outcome; it knows nothing of the database."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from notifications.message import Channel, Outcome, Outgoing, Result
from notifications.outbox import DeliveryView
from notifications.rendering import Renderer
from store.clock import Clock
from store.kinds import Kind

_log = logging.getLogger(__name__)

Channels = Mapping[Kind, Mapping[str, Channel]]
Fault = Callable[[DeliveryView, str], None]
"""Told of a template or link that failed; the message has gone out as a plain sentence."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of a send."""

    view: DeliveryView
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of a question about a delivery in doubt; None: the provider could not say."""

    view: DeliveryView
    outcome: Outcome | None


class Sender:
    def __init__(self, channels: Channels, renderer: Renderer, clock: Clock, patience: timedelta, on_fault: Fault) -> None:
        self._channels = channels
        self._renderer = renderer
        self._clock = clock
        self._patience = patience.total_seconds()
        self._on_fault = on_fault

    def channel(self, view: DeliveryView) -> Channel | None:
        return self._channels.get(view.kind, {}).get(view.channel)

    async def send(self, view: DeliveryView) -> Sent:
        channel = self.channel(view)
        if channel is None:
            return Sent(view, _no_channel(view))
        if view.next_at is not None and self._clock.now() >= view.next_at:
            # this process was frozen after it took the delivery; another one may have it by now
            return Sent(view, Outcome(Result.FAILED_FOR_NOW, code="claim-over", detail="the claim ran out before the send"))
        outgoing = self._rendered(view)
        try:
            async with asyncio.timeout(self._patience):
                outcome = await channel.deliver(outgoing)
        except TimeoutError:
            outcome = Outcome(Result.UNKNOWN, code="timeout", detail=f"no answer within {self._patience:g} s")
        except Exception as cause:
            outcome = Outcome(Result.UNKNOWN, code="fault", detail=f"the channel failed: {type(cause).__name__}")
        return Sent(view, outcome)

    async def look_up(self, view: DeliveryView) -> Asked:
        channel = self.channel(view)
        outcome = None
        if channel is not None:
            try:
                async with asyncio.timeout(self._patience):
                    outcome = await channel.look_up(self._renderer(view).outgoing, view.sending_at or view.queued_at)
            except Exception as cause:
                # not knowing is an answer here: the delivery stays in doubt and is asked about again
                _log.warning("%s by %s: the look-up failed: %s", view.id, view.channel, type(cause).__name__)
        return Asked(view, outcome)

    def _rendered(self, view: DeliveryView) -> Outgoing:
        rendering = self._renderer(view)
        if rendering.fault:
            _log.warning("%s: a plain sentence goes out instead: %s", view.id, rendering.fault)
            self._on_fault(view, rendering.fault)
        return rendering.outgoing


def _no_channel(view: DeliveryView) -> Outcome:
    detail = (
        f"没有配置渠道 / no channel {view.channel!r} is set up for {view.kind.value} messages; add it to the channel settings"
    )
    return Outcome(Result.FAILED_FOR_GOOD, code="no-channel", detail=detail)
