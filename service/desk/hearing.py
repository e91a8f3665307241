"""What people answer by SMS or by a button, passed on to the engine and confirmed; also after a crash in between."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from notifications import replies
from notifications.channels.gateways import Gateways
from notifications.message import Answer, Channel, Outcome, Reply, Result
from notifications.replies import Became, Heard, Understood
from service.desk import answers
from service.wiring import Home
from store.errors import StoreError
from store.faults import Point, reached
from store.kinds import Kind
from store.wakeups import Wakeups
from store.watching import beat

LOOK_EVERY = timedelta(seconds=5)
LEFT_TO_ITS_HOST = timedelta(seconds=4)

log = logging.getLogger("tocsin.hearing")


@runtime_checkable
class Confirming(Protocol):
    """A channel that can change a message it has sent."""

    async def confirm(self, response_code: str, people: list[str], text: str) -> Outcome: ...


class Hearing:
    """`hear` keeps a reply and passes it on at once; `run` passes on what a crash left behind."""

    def __init__(self, home: Home, channels: Mapping[Kind, Mapping[str, Channel]]) -> None:
        self._home, self._channels = home, channels
        self._in_hand: list[tuple[str, str]] = []
        """What `hear` is about to pass on: `run` leaves it alone."""
        self._left_alone_until: dict[tuple[str, str], datetime] = {}
        """Replies that `run` has found: where there are other hosts, one of them may be passing it on just now."""

    async def hear(self, reply: Reply) -> Heard:
        """Errors: `StoreError`; the provider then delivers the reply again."""
        name = (reply.channel, reply.external_id)
        self._in_hand.append(name)
        try:
            heard = await asyncio.to_thread(self._keep, reply)
            if isinstance(heard.meaning, Understood) and not heard.is_repeated:
                await self._pass_on_now(reply, heard.meaning.answer)
            return heard
        finally:
            self._in_hand.remove(name)

    def resting(self) -> dict[tuple[Kind, str], dict[str, datetime]]:
        """Gateways of a list that are left alone after a run of faults, and until when."""
        each = ((kind, name, channel) for kind, own in self._channels.items() for name, channel in own.items())
        found = {(kind, name): channel.resting() for kind, name, channel in each if isinstance(channel, Gateways)}
        return {place: resting for place, resting in found.items() if resting}

    async def run(self, wakeups: Wakeups) -> None:
        while True:
            changed = wakeups.next_change()
            try:
                await asyncio.to_thread(self.pass_on_waiting)
                beat()
            except StoreError as fault:
                log.warning("answers wait for the database: %s", fault)
            await wakeups.wait(changed, LOOK_EVERY)

    def pass_on_waiting(self) -> None:
        """What was kept and not passed on, as after a crash."""
        with self._home.database.read() as connection:
            waiting = replies.waiting(connection)
        now = self._home.clock.now()
        ours = now if self._home.database.is_of_one_machine else self._home.clock.after(LEFT_TO_ITS_HOST)
        known = self._left_alone_until
        self._left_alone_until = {each[:2]: known.get(each[:2], ours) for each in waiting}
        for channel, external_id, answer in waiting:
            name = (channel, external_id)
            if name not in self._in_hand and self._left_alone_until[name] <= now:
                self._pass_on(channel, external_id, answer, confirmed=True)

    def _keep(self, reply: Reply) -> Heard:
        with self._home.database.write() as connection:
            return replies.receive(connection, reply, self._home.clock.now())

    async def _pass_on_now(self, reply: Reply, answer: Answer) -> None:
        """A pressed button shows what it did, where the channel can change it; every other answer is confirmed by a message."""
        channel = self._channels[Kind.of(answer.response)].get(reply.channel)
        button = reply.extra.get("response_code", "")
        if not button or not isinstance(channel, Confirming):
            await asyncio.to_thread(self._pass_on, reply.channel, reply.external_id, answer, confirmed=True)
            return
        became = await asyncio.to_thread(self._pass_on, reply.channel, reply.external_id, answer, confirmed=False)
        reached(Point.BEFORE_SEND)
        outcome = await channel.confirm(button, [reply.address], became.sentence.spoken(self._language_of(answer.person)))
        reached(Point.AFTER_SEND)
        log.info("button of %s: %s %s", answer.assignment, outcome.result.value, outcome.detail)
        if outcome.result is not Result.ACCEPTED:
            await asyncio.to_thread(self._confirm, reply.channel, reply.external_id, became)

    def _pass_on(self, channel: str, external_id: str, answer: Answer, *, confirmed: bool) -> Became:
        became = answers.became(self._home.engine, answer)
        if became.why:
            log.info("an answer of %s to %s changed nothing: %s", answer.person, answer.assignment, became.why)
        now = self._home.clock.now()
        with self._home.database.write() as connection:
            if replies.settled(connection, channel, external_id, now, became) and confirmed:
                replies.confirm(connection, channel, external_id, became, now)
        return became

    def _confirm(self, channel: str, external_id: str, became: Became) -> None:
        with self._home.database.write() as connection:
            replies.confirm(connection, channel, external_id, became, self._home.clock.now())

    def _language_of(self, person: str) -> str:
        known = self._home.duty().people.get(person)
        return known.language if known else "zh"
