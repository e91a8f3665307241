"""Takes due deliveries from the outbox, has them sent, and writes what came of them. Several may run on one database."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import ParamSpec, TypeVar

from notifications.capacity import Capacity
from notifications.claims import Agenda, Lane
from notifications.health import Standing
from notifications.limits import LIMITS, AddressLimits, Window
from notifications.message import Outcome, Priority, Result, SeveralProviders
from notifications.outbox import DeliveryView
from notifications.rendering import LinkSource, Renderer, TemplateSource
from notifications.sending import Asked, Channels, Fault, Sender, Sent
from notifications.steering import Steering
from notifications.turns import Turns, Work
from store.clock import Clock
from store.database import Database
from store.errors import StoreError
from store.kinds import Kind
from store.watching import beat, step

_log = logging.getLogger(__name__)
_P = ParamSpec("_P")
_T = TypeVar("_T")

Settled = Callable[[DeliveryView, Outcome], None]
"""Told of every outcome after it is written: the delivery as it stands, and what the channel said. Must not block."""


def _nobody(*_: object) -> None:
    """Nobody listens."""


_AT_ONCE = {Priority.FLASH: 64, Priority.LIFE_SAFETY: 64, Priority.OPERATION: 32, Priority.PAPER: 8, Priority.MASS: 1000}
_DOUBTS_AT_ONCE = 8
_AFTER_A_STORE_FAULT = 1.0
_TO_FINISH = 3.0
_LONGEST_REST = 10.0


@dataclass(frozen=True, slots=True)
class DispatchSettings:
    """`at_once` is for each lane (kind, priority, channel). `alone`: the caller knows that no other process dispatches."""

    at_once: Mapping[Priority, int] = field(default_factory=lambda: _AT_ONCE)
    limits: Mapping[str, tuple[Window, ...]] = field(default_factory=lambda: LIMITS)
    patience: timedelta = timedelta(seconds=10)
    alone: bool = False


class Dispatcher:
    """`run()` until cancelled. Callbacks are called on the event loop."""

    def __init__(
        self,
        database: Database,
        channels: Channels,
        clock: Clock,
        templates: TemplateSource,
        links: LinkSource,
        settings: DispatchSettings | None = None,
        on_settled: Settled = _nobody,
        on_fault: Fault = _nobody,
    ) -> None:
        self._database = database
        self._clock = clock
        self._settings = settings or DispatchSettings()
        self._on_settled = on_settled
        self._on_fault = on_fault
        self._sender = Sender(channels, Renderer(templates, links), clock, self._settings.patience, self._tell_fault)
        self._turns = Turns(database, clock, channels, AddressLimits(self._settings.limits), self._settings.patience)
        self._threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="dispatcher")
        self._loop: asyncio.AbstractEventLoop | None = None
        self._started = False
        self._woken = asyncio.Event()
        self._some_finished = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._finished: list[Sent | Asked] = []
        self._capacity = Capacity(self._settings.at_once, _never_shut(channels))
        self._steering = Steering(database, clock, channels)
        self._asking = 0
        database.on_commit(self.wake)

    def wake(self) -> None:
        """There may be something to send. From any thread."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            with contextlib.suppress(RuntimeError):  # closed in between
                loop.call_soon_threadsafe(self._woken.set)

    def resting(self) -> Mapping[tuple[Kind, str], datetime]:
        """Channels that are left alone as a whole after a run of faults, and until when."""
        return self._capacity.resting()

    def standings(self) -> Mapping[tuple[Kind, str], Mapping[str, Standing]]:
        """How each of several providers of a kind does by its receipts, and who stands behind its twins for a while."""
        return self._steering.standings()

    async def run(self) -> None:
        await self._start()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._watch())
                group.create_task(self._settle_forever())
                group.create_task(self._pump())
        finally:
            await self._finish()

    async def drain(self) -> None:
        """Do all that is due by now on the clock, and what follows from it at once; for tests and simulations."""
        await self._start()
        while True:
            did_something, _ = await self._turn()
            if not (did_something or self._tasks or self._finished):
                return
            if self._tasks:
                await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
            await self._settle()  # makes room: look again

    async def _start(self) -> None:
        self._loop = asyncio.get_running_loop()
        if not self._started:
            self._started = True
            await self._in_database(self._turns.start, alone=self._settings.alone)

    async def _pump(self) -> None:
        while True:
            self._woken.clear()
            try:
                did_something, next_at = await self._turn()
                beat()
            except StoreError as fault:
                _log.warning("the outbox cannot be read now, trying again: %s", fault)
                did_something, next_at = False, self._clock.now() + timedelta(seconds=_AFTER_A_STORE_FAULT)
            if not did_something:
                await self._rest(next_at)

    async def _rest(self, until: datetime | None) -> None:
        """However long there is nothing to do, it is seen to be alive."""
        seconds = _LONGEST_REST if until is None else self._clock.until(until).total_seconds()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(min(seconds, _LONGEST_REST)):
                await self._woken.wait()

    async def _turn(self) -> tuple[bool, datetime | None]:
        """Whether there was something to do, and if not, when to look again."""
        if self._steering.is_due:
            await self._in_database(self._steering.look)
        agenda = await self._in_database(self._turns.look)
        rooms = self._capacity.rooms(agenda.lanes, self._clock.now())
        room_for_doubts = _DOUBTS_AT_ONCE - self._asking if agenda.has_doubts else 0
        if not (rooms or room_for_doubts or agenda.has_expired or agenda.has_abandoned):
            return False, self._look_again_at(agenda)
        taking = asyncio.ensure_future(self._in_database(self._turns.take, agenda, rooms, room_for_doubts))
        try:
            self._launch(await asyncio.shield(taking))
        except asyncio.CancelledError:
            # what is claimed must be sent now: left alone it would be in doubt for the next process
            self._launch(await taking)
            raise
        return True, None

    def _look_again_at(self, agenda: Agenda) -> datetime | None:
        moments = (agenda.next_at, self._capacity.next_probe(agenda.lanes, self._clock.now()))
        return min((moment for moment in moments if moment is not None), default=None)

    def _launch(self, work: Work) -> None:
        for view in work.sends:
            self._capacity.took(Lane.of(view), self._clock.now())
        for parcel in self._sender.parcels(work.sends):
            self._begin(self._send(parcel))
        for view in work.doubts:
            self._asking += 1
            self._begin(self._look_up(view))
        for view in work.expired:
            self._tell(view, Outcome(Result.FAILED_FOR_GOOD, code="expired", detail="not sent in time"))

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _send(self, parcel: Sequence[DeliveryView]) -> None:
        first = parcel[0]
        about = {"task": first.assignment, "person": first.person, "delivery": first.id, "channel": first.channel}
        with step("dispatch", response=first.response, at=first.queued_at, deliveries=len(parcel), **about):
            finished = await self._sender.send(parcel)
        self._capacity.note(Lane.of(first), [sent.outcome for sent in finished], self._clock.now())
        self._hand_in(finished)

    async def _look_up(self, view: DeliveryView) -> None:
        self._hand_in([await self._sender.look_up(view)])

    def _hand_in(self, finished: Sequence[Sent | Asked]) -> None:
        self._finished.extend(finished)
        self._some_finished.set()

    async def _settle_forever(self) -> None:
        while True:
            await self._some_finished.wait()
            try:
                await self._settle()
            except StoreError as fault:
                _log.warning("what came of the last messages cannot be written now, trying again: %s", fault)
                await asyncio.sleep(_AFTER_A_STORE_FAULT)

    async def _settle(self) -> None:
        """Write all that finished while the last transaction was written: one commit for many."""
        batch, self._finished = self._finished, []
        self._some_finished.clear()
        if not batch:
            return
        try:
            pairs = await self._in_database(self._turns.settle, batch)
        except StoreError:
            self._finished.extend(batch)
            self._some_finished.set()
            raise
        for finished in batch:
            self._release(finished)
        self._woken.set()  # there is room again
        for view, outcome in pairs:
            self._tell(view, outcome)

    def _release(self, finished: Sent | Asked) -> None:
        match finished:
            case Sent(view):
                self._capacity.released(Lane.of(view))
            case Asked():
                self._asking -= 1

    def _tell(self, view: DeliveryView, outcome: Outcome) -> None:
        with _not_stopping_us(view):
            self._on_settled(view, outcome)

    def _tell_fault(self, view: DeliveryView, fault: str) -> None:
        with _not_stopping_us(view):
            self._on_fault(view, fault)

    async def _watch(self) -> None:
        """Other processes commit too."""
        async for _ in self._database.changes():
            self._woken.set()

    async def _finish(self) -> None:
        """Let what is on its way arrive, for a moment; the rest stays claimed and is taken over by the next process."""
        left = tuple(self._tasks)
        if left:
            _, late = await asyncio.wait(left, timeout=_TO_FINISH)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self._settle()
        self._threads.shutdown(wait=False)

    async def _in_database(self, work: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, partial(work, *args, **kwargs))


def _never_shut(channels: Channels) -> frozenset[tuple[Kind, str]]:
    """What leaves its own providers alone after faults: the whole of it stays open for the next one."""
    each = ((kind, name, channel) for kind, own in channels.items() for name, channel in own.items())
    return frozenset((kind, name) for kind, name, channel in each if isinstance(channel, SeveralProviders))


@contextlib.contextmanager
def _not_stopping_us(view: DeliveryView) -> Iterator[None]:
    """A listener's fault must not keep the next person from being told."""
    try:
        yield
    except Exception:
        _log.exception("%s: the listener failed", view.id)
