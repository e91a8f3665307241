"""Tells people that Tocsin itself is in trouble, past its outbox and over another gateway: the first may be the trouble."""

import asyncio
import logging
from collections.abc import Iterator, Sequence

from flows.running.calls import spoken
from notifications.channels import registry
from notifications.channels.errors import ChannelError
from notifications.message import Outcome, Outgoing, Result
from notifications.rendering import VARIABLES
from plans.model import Text
from resources.model import Duty, Person
from service.settings_faults import SettingsError
from service.watch.telling import News, Turn
from service.wiring import Home
from store.clock import new_token
from store.errors import StoreError
from store.kinds import Kind

TEMPLATE = "watchdog"
"""Its approved template at an SMS provider has this name in the gateway's address; without it, the notice's serves."""
PATIENCE_SECONDS = 20
_LISTED = 3
_TITLE = Text("警钟自检告警", "Tocsin itself is in trouble")
_BEFORE = {Turn.BEGAN: Text("", ""), Turn.LASTS: Text("仍未恢复：", "still: "), Turn.OVER: Text("已恢复：", "over: ")}

log = logging.getLogger("tocsin.watchdog")


class SecondChannel:
    """Error: `SettingsError` where it would speak over the gateway that calls go out by."""

    def __init__(self, home: Home) -> None:
        self._home, self._rules = home, home.settings.watchdog
        self._duty = Duty({}, ())
        if self._rules.gateway:
            self._check()

    def tell(self, news: Sequence[News]) -> None:
        """Each of the people once, with all that is new; what came of it is in the log."""
        people = list(self.people())
        if self._rules.tell and not people:
            log.error("nobody can be told: none of %s has an address for %s", ", ".join(self._rules.tell), self._rules.channel)
        if people:
            asyncio.run(self._send([(person, message_of(person, self._rules.channel, news)) for person in people]))

    def learn(self) -> None:
        """The roster as it is now, for the hour when the database does not answer."""
        try:
            self._duty = self._home.duty()
        except StoreError as fault:
            log.warning("the roster cannot be read, the last one known serves: %s", fault)

    def people(self) -> Iterator[Person]:
        """Who would be told now: those named who can be reached, each once."""
        now, duty = self._home.clock.now(), self._duty
        named = [person for name in self._rules.tell for person in _of(duty, name, duty.holders(name, now))]
        for person in {each.id: each for each in named}.values():
            if person.addresses.get(self._rules.channel):
                yield person

    async def _send(self, messages: Sequence[tuple[Person, Outgoing]]) -> None:
        kind = self._rules.channel
        channel = registry.build({kind: self._rules.gateway}, self._home.folder.path)[kind]
        try:
            for person, message in messages:
                try:
                    async with asyncio.timeout(PATIENCE_SECONDS):
                        outcome = await channel.deliver(message)
                except TimeoutError:
                    outcome = Outcome(Result.UNKNOWN, code="timeout", detail=f"no answer within {PATIENCE_SECONDS} s")
                level = logging.INFO if outcome.result is Result.ACCEPTED else logging.ERROR
                log.log(level, "told %s by %s: %s %s %s", person.id, kind, outcome.result.value, outcome.code, outcome.detail)
        finally:
            await channel.close()

    def _check(self) -> None:
        settings, where = self._home.settings, str(self._home.folder.settings)
        first = settings.channel_urls()[self._rules.channel][0]
        if self._rules.gateway == first:
            fault = "[watchdog] gateway: calls go out by this one first; expected another, which still works when it does not"
            raise SettingsError(where, [fault])
        if registry.stays_here(self._rules.gateway):
            raise SettingsError(where, ["[watchdog] gateway: what is written to a file reaches nobody; expected a gateway"])
        try:
            registry.build({self._rules.channel: self._rules.gateway}, self._home.folder.path)
        except ChannelError as cause:
            raise SettingsError(where, [f"[watchdog] {cause}"]) from cause


def message_of(person: Person, channel: str, news: Sequence[News]) -> Outgoing:
    """Says what it is about, and that nobody is to answer it."""
    title = spoken(_TITLE, person.language)
    said = _listed(news, person.language)
    words = f"{title}：{said}" if person.language != "en" else f"{title}: {said}"
    variables = dict.fromkeys(VARIABLES, "–") | {"plan": title, "task": title, "reason": said, "person": person.name}
    return Outgoing(
        delivery=f"w-{new_token()}",
        kind=Kind.REAL,
        address=person.addresses[channel],
        title=title,
        text=words,
        short=words,
        template=TEMPLATE,
        variables=variables,
        language=person.language,
        answerable=False,
    )


def _listed(news: Sequence[News], language: str) -> str:
    shown = [f"{spoken(_BEFORE[each.turn], language)}{spoken(each.trouble.what, language)}" for each in news[:_LISTED]]
    more = len(news) - _LISTED
    rest = [spoken(Text(f"另有 {more} 项", f"{more} more"), language)] if more > 0 else []
    return ("; " if language == "en" else "；").join([*shown, *rest])


def _of(duty: Duty, name: str, holders: Sequence[Person]) -> Sequence[Person]:
    person = duty.people.get(name)
    return [person] if person else holders
