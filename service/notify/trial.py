"""A test message to one person: through the outbox of `tocsin serve` where it runs, otherwise through a dispatcher of its own.

Without `tocsin serve` only the test leaves: what waits in the outbox is left to the service.
"""

import asyncio
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flows.running.calls import recipient
from notifications import outbox, trial
from notifications.channels import registry
from notifications.dispatcher import Dispatcher, DispatchSettings
from notifications.message import Call
from notifications.outbox import DeliveryView
from notifications.states import State
from service.notify import served as notify_served
from service.notify.gateways import configured, folder_of, urls_of
from service.notify.steps import one_of, person_of
from service.wiring import Home
from store.clock import new_token
from store.database import Database
from store.kinds import Kind

PATIENCE = timedelta(seconds=20)
_LOOK_EVERY = 0.2
_UNDER_WAY = (State.QUEUED, State.SENDING, State.UNKNOWN)
_HAS_IT = (State.ACCEPTED, State.SENT, State.DELIVERED, State.READ)

Views = tuple[DeliveryView, ...]
Progress = Callable[[Views], None]


class NoAddressError(Exception):
    status = 422

    def __init__(self, name: str, channel: str, known: tuple[str, ...]) -> None:
        super().__init__(name, channel, known)
        self.name, self.channel, self.known = name, channel, known

    def __str__(self) -> str:
        has = f"only for {', '.join(self.known)}" if self.known else "none at all"
        return (
            f"{self.name} has no address for {self.channel or 'any channel'} ({has}); "
            "add one to people.csv, then: tocsin roster import FOLDER"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Empty: every channel of the person, the gateways in their order, the person's own language."""

    to: str
    channel: str = ""
    gateway: str = ""
    language: str = ""


def send_trial(home: Home, asked: Trial, progress: Progress, patience: timedelta = PATIENCE) -> Views:
    """What became of it once each channel has said so, or when patience is over: what still waits then is taken back.

    One gateway alone is asked past the service. Errors: `UnknownNameError`, `NoAddressError`, `SettingsError`, `ChannelError`.
    """
    ways = _ways(home, asked)
    call = _call(home, asked, tuple(ways))
    if not asked.gateway and notify_served.asked(home) is not None:
        return asyncio.run(_watched(home.database, home, call, progress, patience))
    with tempfile.TemporaryDirectory(prefix="tocsin-test-") as folder:
        database = Database(Path(folder) / "test.db")
        try:
            return asyncio.run(_dispatched(database, home, call, ways, progress, patience))
        finally:
            database.close()


def has_arrived(view: DeliveryView) -> bool:
    """A provider took it; what is only written to a file reaches nobody."""
    return view.state in _HAS_IT and not view.is_only_written


def _ways(home: Home, asked: Trial) -> dict[str, tuple[str, ...]]:
    """The addresses of the gateways for each kind of address that is tried; files only where there is nothing else."""
    person, kinds = person_of(home.duty(), asked.to), [each for each in configured(home) if each.kind is Kind.REAL]
    if asked.channel:
        one_of("channel", asked.channel, (each.channel for each in kinds))
    if asked.gateway:
        one_of("gateway", asked.gateway, (name for each in kinds for name in each.gateways))
        kinds = [each for each in kinds if asked.gateway in each.gateways]
    own = [each for each in kinds if person.addresses.get(each.channel) and asked.channel in ("", each.channel)]
    if not own:
        raise NoAddressError(person.name, asked.channel or ", ".join(each.channel for each in kinds), tuple(person.addresses))
    leaving = [each for each in own if not each.stays_here] or own
    urls = urls_of(home.settings)[Kind.REAL]
    return {each.channel: (each.gateways[asked.gateway],) if asked.gateway else urls[each.channel] for each in leaving}


def _call(home: Home, asked: Trial, channels: tuple[str, ...]) -> Call:
    now = home.clock.now()
    whom = recipient(person_of(home.duty(), asked.to, asked.language))
    return trial.trial_call(f"TEST-{new_token(4)}", whom, channels, now, f"{now.astimezone(home.zone):%m-%d %H:%M}")


async def _dispatched(
    database: Database, home: Home, call: Call, ways: dict[str, tuple[str, ...]], progress: Progress, patience: timedelta
) -> Views:
    channels = registry.build(ways, folder_of(home, Kind.REAL))
    settings = DispatchSettings(alone=True)
    dispatcher = Dispatcher(database, {Kind.REAL: channels, Kind.DRILL: {}}, home.clock, home.template, home.link_for, settings)
    dispatching = asyncio.create_task(dispatcher.run())
    try:
        return await _watched(database, home, call, progress, patience)
    finally:
        dispatching.cancel()
        await asyncio.gather(dispatching, return_exceptions=True)
        await asyncio.gather(*(channel.close() for channel in channels.values()))


async def _watched(database: Database, home: Home, call: Call, progress: Progress, patience: timedelta) -> Views:
    with database.write() as connection:
        outbox.add(connection, [call], home.clock.now())
    end = asyncio.get_running_loop().time() + patience.total_seconds()
    views = _deliveries(database, call)
    progress(views)
    while any(view.state in _UNDER_WAY for view in views) and asyncio.get_running_loop().time() < end:
        await asyncio.sleep(_LOOK_EVERY)
        before, views = views, _deliveries(database, call)
        if [view.state for view in before] != [view.state for view in views]:
            progress(views)
    with database.write() as connection:
        outbox.withdraw(connection, call.response, home.clock.now())
    return _deliveries(database, call)


def _deliveries(database: Database, call: Call) -> Views:
    with database.read() as connection:
        return outbox.deliveries(connection, call.response)
