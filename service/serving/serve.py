"""`tocsin serve`: our own doors first, then the loops that keep promises, then Prefect beside them as watched children.

Nothing here waits for Prefect. The order matters: the doors are open, and messages leave, before its server has even started.
"""

import asyncio
import fcntl
import logging
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import timedelta

from flows.proposals.cascade import Cascade
from flows.running.drilling import end_drills_left
from flows.running.reaching import Reaching
from flows.running.standby import Standby
from notifications.channels import exchange, registry
from notifications.channels.errors import ChannelError
from notifications.dispatcher import Dispatcher, DispatchSettings
from notifications.message import Channel, Outcome, Result
from notifications.outbox import DeliveryView
from service.api.app import make_app
from service.desk.hearing import Hearing
from service.desk.retention_desk import keep_rule
from service.notify.gateways import TABLES, folder_of, urls_of
from service.serving.children import Child, Recipe, prefect_server, prefect_worker, stop_in_turn
from service.serving.doors import Doors
from service.serving.lines import line_loops
from service.serving.log_lines import channel_warnings, delivery_line
from service.serving.prefect_address import address, own_address
from service.settings_faults import SettingsError
from service.watch.process import watched_process
from service.watch.watch import WATCHED, Watch
from service.wiring import Home
from store import watching
from store.kinds import Kind
from store.wakeups import Wakeups

ALERTS_EVERY, RETENTION_EVERY = timedelta(seconds=5), timedelta(days=1)
COMES_ROUND_EVERY = timedelta(seconds=1)
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0
"""Seconds before a loop that failed is begun again."""

log = logging.getLogger("tocsin.serve")


class AlreadyServedError(Exception):
    def __init__(self, folder: str) -> None:
        super().__init__(folder)
        self.folder = folder

    def __str__(self) -> str:
        return f"{self.folder}: another 'tocsin serve' runs on this data folder; stop it, or set TOCSIN_HOME to another folder"


def serve(home: Home, *, with_prefect: bool = True) -> None:
    """Runs until SIGTERM or SIGINT. Errors: `AlreadyServedError`, `SettingsError`, `StoreError`."""
    with _alone(home), watched_process(home):
        children = [Child(recipe) for recipe in recipes(home)] if with_prefect else []
        asyncio.run(_serve(home, children))


def recipes(home: Home) -> Iterator[Recipe]:
    """The Prefect server (unless the bureau's is named) and the worker."""
    if own_address(home):
        yield prefect_server(home.folder.path, home.settings.prefect.port)
    yield prefect_worker(home.folder.path, address(home), [sys.executable, "-m", "service", "worker"])


async def _serve(home: Home, children: list[Child]) -> None:
    channels = _channels(home)
    home.keys.make()
    hearing = Hearing(home, channels)
    watch = Watch(home, hearing)
    dog = watch.dog()
    watching.watch(watch.metrics.watch)
    doors = Doors(make_app(home, hearing, watch), home.settings.server)
    loops: list[asyncio.Task[None]] = []

    def go_on_behind_open_doors() -> None:
        """Prefect's start takes the processor for many seconds: nobody waits at the doors for it."""
        log.info("doors open at %s (data in %s, database %s)", home.settings.public_url, home.folder.path, home.database.name)
        for name, work in _loops(home, hearing, channels, watch):
            with watching.beating(watch.pulse.of(name)) if name in WATCHED else nullcontext():
                loops.append(asyncio.create_task(_on_and_on(name, work)))
        dog.start()
        for child in children:
            child.start()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, doors.close)
    _warn_of_files(home)
    await doors.serve(go_on_behind_open_doors)
    log.info("stopping")
    dog.stop()
    await asyncio.gather(_end_loops(loops), asyncio.to_thread(stop_in_turn, children))
    await asyncio.gather(*(channel.close() for own in channels.values() for channel in own.values()))
    log.info("stopped")


def _channels(home: Home) -> dict[Kind, dict[str, Channel]]:
    found: dict[Kind, dict[str, Channel]] = {}
    for kind, urls in urls_of(home.settings).items():
        try:
            found[kind] = registry.build(urls, folder_of(home, kind))
        except ChannelError as cause:
            raise SettingsError(str(home.folder.settings), [f"[{TABLES[kind]}] {cause}"]) from cause
    return found


def _warn_of_files(home: Home) -> None:
    urls = urls_of(home.settings)
    files = {kind: {name: registry.file_of(name, folder_of(home, kind)) for name in urls[kind]} for kind in Kind}
    for warning in channel_warnings(urls, files):
        log.warning("%s", warning)


async def _end_loops(loops: Sequence["asyncio.Task[None]"]) -> None:
    for task in loops:
        task.cancel()
    await asyncio.gather(*loops, return_exceptions=True)


def _log_outcome(view: DeliveryView, outcome: Outcome) -> None:
    level = logging.INFO if outcome.result is Result.ACCEPTED else logging.WARNING
    with watching.step("outcome", response=view.response, task=view.assignment, person=view.person, delivery=view.id):
        log.log(level, "%s", delivery_line(view, outcome))


def _loops(
    home: Home, hearing: Hearing, channels: Mapping[Kind, Mapping[str, Channel]], watch: Watch
) -> Iterator[tuple[str, Callable[[], Awaitable[None]]]]:
    wakeups = Wakeups(home.database)
    # a file is dispatched from by one `serve` alone; a server may serve other machines too
    settings = DispatchSettings(alone=home.database.is_of_one_machine)

    def settled(view: DeliveryView, outcome: Outcome) -> None:
        watch.metrics.delivered(view, outcome)
        _log_outcome(view, outcome)

    dispatcher = Dispatcher(home.database, channels, home.clock, home.template, home.link_for, settings, settled)
    watch.metrics.ask(dispatcher.resting)
    watch.treatment.ask(dispatcher)
    yield "doors", _come_round
    yield "dispatcher", lambda: _dispatch(dispatcher)
    yield "standby", Standby(home.engine, wakeups).run
    yield "reaching", Reaching(home.engine, wakeups).run
    yield "cascade", lambda: Cascade(home.engine).run(wakeups)
    yield "hearing", lambda: hearing.run(wakeups)
    yield "alerts", lambda: _refresh_alerts(home)
    yield "retention", lambda: _keep_retention(home)
    yield from line_loops(home, hearing, channels)


async def _dispatch(dispatcher: Dispatcher) -> None:
    await asyncio.to_thread(exchange.prepare)
    await dispatcher.run()


async def _come_round() -> None:
    """The event loop that the doors answer on."""
    while True:
        watching.beat()
        await asyncio.sleep(COMES_ROUND_EVERY.total_seconds())


async def _refresh_alerts(home: Home) -> None:
    while True:
        await asyncio.to_thread(home.alerts.refresh)
        await asyncio.to_thread(home.readings.refresh)
        await asyncio.to_thread(end_drills_left, home.engine)
        watching.beat()
        await asyncio.sleep(ALERTS_EVERY.total_seconds())


async def _keep_retention(home: Home) -> None:
    while True:
        for erased in await asyncio.to_thread(keep_rule, home):
            log.info("erased by the rule of retention: %s", erased)
        await asyncio.sleep(RETENTION_EVERY.total_seconds())


async def _on_and_on(name: str, work: Callable[[], Awaitable[None]]) -> None:
    """A loop that dies is said and begun again; it must never take the others with it."""
    pause = FIRST_PAUSE
    while True:
        began = asyncio.get_running_loop().time()
        try:
            await work()
        except Exception:
            log.exception("%s failed and is begun again", name)
        has_recovered = asyncio.get_running_loop().time() - began > LONGEST_PAUSE
        pause = FIRST_PAUSE if has_recovered else min(pause * 2, LONGEST_PAUSE)
        await asyncio.sleep(pause)


@contextmanager
def _alone(home: Home) -> Iterator[None]:
    home.folder.path.mkdir(parents=True, exist_ok=True)
    with (home.folder.path / "serve.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as cause:
            raise AlreadyServedError(str(home.folder.path)) from cause
        yield
