"""Everything that watches one `tocsin serve`, put together."""

import time
from functools import partial

from notifications.channels import registry
from notifications.channels.errors import ChannelError
from service.desk.hearing import Hearing
from service.notify.gateways import urls_of
from service.notify.standing import Treatment
from service.settings import Settings
from service.watch.heartbeat import NoHeart, OutsideHeart
from service.watch.metrics import GatewayNames, Metrics
from service.watch.pulse import Pulse, Seconds
from service.watch.second_channel import SecondChannel
from service.watch.troubles import Looking, Trouble
from service.watch.watchdog import Heart, Watchdog
from service.wiring import Home

WATCHED = ("doors", "dispatcher", "standby", "reaching", "cascade", "hearing", "alerts")
"""Loops that beat; the others wait for what may never come."""


class Watch:
    """`pulse` for the loops, `looking` for the doors that ask how it is, `metrics` for what is counted.

    `treatment`: how gateways are treated just now.
    """

    def __init__(self, home: Home, hearing: Hearing, seconds: Seconds = time.monotonic) -> None:
        self._home = home
        self.pulse = Pulse(seconds)
        self.metrics = Metrics(home.database, home.clock, self.pulse, _names(home.settings), hearing.resting)
        self.treatment = Treatment(hearing.resting)
        self.looking = Looking(home.folder.place, home.folder.path, home.clock, self.pulse, home.settings.watchdog)

    def dog(self) -> Watchdog:
        """Error: `SettingsError`."""
        voice, rules, heartbeat = SecondChannel(self._home), self._home.settings.watchdog, self._home.settings.heartbeat
        heart: Heart = OutsideHeart(heartbeat.url, heartbeat.every) if heartbeat.url else NoHeart()
        return Watchdog(partial(_looked, self.looking, voice), voice.tell, heart, rules.remind, self.pulse.of("watchdog"))


def _looked(looking: Looking, voice: SecondChannel) -> list[Trouble]:
    voice.learn()
    return looking.troubles()


def _names(settings: Settings) -> GatewayNames:
    found = {}
    for kind, urls in urls_of(settings).items():
        for channel, each in urls.items():
            try:
                found[kind, channel] = tuple(registry.named(channel, each))
            except ChannelError:
                found[kind, channel] = ()
    return found
