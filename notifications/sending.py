"""Sends deliveries, or asks about one, and always comes back with an outcome; it knows nothing of the database."""

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from notifications.message import Batching, Channel, Outcome, Outgoing, Priority, Result
from notifications.outbox import DeliveryView
from notifications.rendering import Renderer
from store.clock import Clock
from store.faults import Point, reached
from store.kinds import Kind
from store.watching import step

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

    def parcels(self, views: Sequence[DeliveryView]) -> Iterator[Sequence[DeliveryView]]:
        """What is sent together: messages to the public where the provider takes many at once, everybody else alone."""
        public: dict[tuple[Kind, str], list[DeliveryView]] = {}
        for view in views:
            if view.priority is Priority.MASS and isinstance(self.channel(view), Batching):
                public.setdefault((view.kind, view.channel), []).append(view)
            else:
                yield (view,)
        for together in public.values():
            channel = self.channel(together[0])
            assert isinstance(channel, Batching)
            for first in range(0, len(together), channel.largest):
                yield together[first : first + channel.largest]

    async def send(self, parcel: Sequence[DeliveryView]) -> Sequence[Sent]:
        channel, now = self.channel(parcel[0]), self._clock.now()
        if channel is None:
            return [Sent(view, _no_channel(view)) for view in parcel]
        # a process that was frozen after it took a delivery leaves it alone: another one may have it by now
        held = [view for view in parcel if _is_held(view, now)]
        lost = [Sent(view, _CLAIM_IS_OVER) for view in parcel if not _is_held(view, now)]
        outcomes = await self._delivered(channel, [self._rendered(view) for view in held]) if held else ()
        reached(Point.AFTER_SEND)
        return [*lost, *(Sent(view, outcome) for view, outcome in zip(held, outcomes, strict=True))]

    async def _delivered(self, channel: Channel, messages: Sequence[Outgoing]) -> Sequence[Outcome]:
        reached(Point.BEFORE_SEND)
        try:
            with step("gateway", channel=channel.kind) as asked:
                async with asyncio.timeout(self._patience):
                    outcomes = await _handed_over(channel, messages)
                asked.note(outcome=outcomes[0].result.value, code=outcomes[0].code)
                return outcomes
        except TimeoutError:
            fault = Outcome(Result.UNKNOWN, code="timeout", detail=f"no answer within {self._patience:g} s")
        except Exception as cause:
            fault = Outcome(Result.UNKNOWN, code="fault", detail=f"the channel failed: {type(cause).__name__}")
        return [fault] * len(messages)

    async def look_up(self, view: DeliveryView) -> Asked:
        channel = self.channel(view)
        outcome = None
        if channel is not None:
            reached(Point.BEFORE_LOOK_UP)
            try:
                async with asyncio.timeout(self._patience):
                    outcome = await channel.look_up(self._renderer(view).outgoing, view.sending_at or view.queued_at)
            except Exception as cause:
                # not knowing is an answer here: the delivery stays in doubt and is asked about again
                _log.warning("%s by %s: the look-up failed: %s", view.id, view.channel, type(cause).__name__)
            reached(Point.AFTER_LOOK_UP)
        return Asked(view, outcome)

    def _rendered(self, view: DeliveryView) -> Outgoing:
        rendering = self._renderer(view)
        if rendering.fault:
            _log.warning("%s: a plain sentence goes out instead: %s", view.id, rendering.fault)
            self._on_fault(view, rendering.fault)
        return rendering.outgoing


async def _handed_over(channel: Channel, messages: Sequence[Outgoing]) -> Sequence[Outcome]:
    if len(messages) > 1 and isinstance(channel, Batching):
        return await channel.deliver_many(messages)
    return [await channel.deliver(message) for message in messages]


_CLAIM_IS_OVER = Outcome(Result.FAILED_FOR_NOW, code="claim-over", detail="the claim ran out before the send")


def _is_held(view: DeliveryView, now: datetime) -> bool:
    return view.next_at is None or now < view.next_at


def _no_channel(view: DeliveryView) -> Outcome:
    detail = (
        f"没有配置渠道 / no channel {view.channel!r} is set up for {view.kind.value} messages; add it to the channel settings"
    )
    return Outcome(Result.FAILED_FOR_GOOD, code="no-channel", detail=detail)
