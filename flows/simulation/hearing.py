"""Whether and when a simulated person hears a call: phones that are dead, channels, roles, the night. Draws, decides nothing."""

from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo
from math import exp, log

from flows.model.events import Told
from plans.scenario_model import Behaviour, Constant, Distribution, Hearing, Night, People, Scenario, Spread, Triangle
from resources.model import Duty
from store.chance import Chance

ASKED = ("wechat", "sms", "voice")
"""Where a call names no channel. Mail is not how anybody hears of a task in the night."""
_nothing = Behaviour()


class Ears:
    def __init__(self, scenario: Scenario, duty: Duty, zone: tzinfo, chance: Chance) -> None:
        self._people, self._roles, self._zone, self._chance = scenario.people, scenario.roles, zone, chance
        self.dead = _dead_phones(scenario, duty, chance)

    def hears(self, told: Told, channels: Iterable[str], now: datetime) -> timedelta | None:
        """After how long this person hears; None: not at all."""
        if told.person in self.dead:
            return None
        people, own = self._people, self._roles.get(told.role, _nothing)
        night = people.night if people.night and _is_dark(people.night, now, self._zone) else None
        heard: float | None = None
        for channel in channels or ASKED:
            delay = self._over(channel, people, own, night)
            if delay is not None and (heard is None or delay < heard):
                heard = delay
        return None if heard is None else timedelta(seconds=round(heard))

    def notices(self, now: datetime) -> datetime | None:
        """When a gateway says that a phone is dead."""
        delay = drawn(self._people.noticed, self._chance)
        return None if delay is None else now + timedelta(seconds=round(delay))

    def declines(self, told: Told) -> bool:
        own = self._roles.get(told.role, _nothing).decline
        return self._chance.happens(self._people.decline if own is None else own)

    def travels(self, role: str) -> timedelta:
        own = self._roles.get(role, _nothing).travel
        delay = drawn(self._people.travel if own is None else own, self._chance)
        return timedelta(seconds=round(delay or 0))

    def _over(self, channel: str, people: People, own: Behaviour, night: Night | None) -> float | None:
        general = people.channels.get(channel)
        if general is None:
            if channel == "email":
                return None
            general = Hearing(people.answer, people.no_answer)
        silent = general.no_answer if own.no_answer is None else own.no_answer
        delay = drawn(own.answer or general.answer, self._chance)
        if night:
            silent = 1 - (1 - silent) * (1 - night.no_answer)
            delay = None if delay is None else delay * night.slower
        return None if self._chance.happens(silent) else delay


def drawn(distribution: Distribution, chance: Chance) -> float | None:
    """One value; None: never."""
    match distribution:
        case Spread(median, spread):
            return median * exp(log(spread) * chance.normal())
        case Triangle(least, likely, most):
            return chance.triangular(least, most, likely)
        case Constant(value):
            return value
        case _:
            return None


def _dead_phones(scenario: Scenario, duty: Duty, chance: Chance) -> frozenset[str]:
    """Drawn once for the whole run: a phone that is dead stays so."""
    roles: dict[str, list[float]] = {}
    for shift in duty.shifts:
        own = scenario.roles.get(shift.role, _nothing).dead_phones
        if own is not None:
            roles.setdefault(shift.person, []).append(own)
    general = scenario.people.dead_phones
    return frozenset([person for person in duty.people if chance.happens(min(roles.get(person, [general])))])


def _is_dark(night: Night, now: datetime, zone: tzinfo) -> bool:
    return night.covers(now.astimezone(zone).time())
