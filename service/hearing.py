"""What people answer by SMS or by a button, passed on to the engine; also after a crash between hearing and passing on."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Protocol, runtime_checkable

from flows.commands import Acknowledge, Decline
from flows.errors import FlowError
from notifications import replies
from notifications.message import Answer, Channel, Outcome, Reply, Verb
from notifications.replies import Heard, Understood
from service.wiring import Home
from store.errors import StoreError
from store.kinds import Kind
from store.wakeups import Wakeups

LOOK_EVERY = timedelta(seconds=5)
NO_REASON = "未说明原因 / no reason given"

log = logging.getLogger("tocsin.hearing")


@runtime_checkable
class Confirming(Protocol):
    """A channel that can change a message it has sent."""

    async def confirm(self, response_code: str, people: list[str], text: str) -> Outcome: ...


class Hearing:
    """`hear` keeps a reply and passes it on at once; `run` passes on what a crash left behind."""

    def __init__(self, home: Home, channels: Mapping[Kind, Mapping[str, Channel]]) -> None:
        self._home, self._channels = home, channels

    async def hear(self, reply: Reply) -> Heard:
        """Errors: `StoreError`; the provider then delivers the reply again."""
        heard = await asyncio.to_thread(self._keep, reply)
        if isinstance(heard.meaning, Understood) and not heard.is_repeated:
            said = await asyncio.to_thread(self._pass_on, reply.channel, reply.external_id, heard.meaning.answer)
            await self._confirm(reply, heard.meaning.answer, said)
        return heard

    async def run(self, wakeups: Wakeups) -> None:
        while True:
            changed = wakeups.next_change()
            try:
                await asyncio.to_thread(self._pass_on_waiting)
            except StoreError as fault:
                log.warning("answers wait for the database: %s", fault)
            await wakeups.wait(changed, LOOK_EVERY)

    def _keep(self, reply: Reply) -> Heard:
        with self._home.database.write() as connection:
            return replies.receive(connection, reply, self._home.clock.now())

    def _pass_on_waiting(self) -> None:
        with self._home.database.read() as connection:
            waiting = replies.waiting(connection)
        for channel, external_id, answer in waiting:
            self._pass_on(channel, external_id, answer)

    def _pass_on(self, channel: str, external_id: str, answer: Answer) -> str:
        """What came of it, in words for the person who answered."""
        try:
            said = self._submit(answer)
        except FlowError as refusal:
            log.info("an answer of %s to %s changed nothing: %s", answer.person, answer.assignment, refusal)
            said = str(refusal)
        now = self._home.clock.now()
        with self._home.database.write() as connection:
            replies.settled(connection, channel, external_id, now)
        return said

    def _submit(self, answer: Answer) -> str:
        engine = self._home.engine
        if answer.verb is Verb.ACKNOWLEDGE:
            engine.submit(answer.response, Acknowledge(assignment=answer.assignment, by=answer.person, via=answer.via))
            return "已确认 / acknowledged"
        reason = answer.reason or NO_REASON
        engine.submit(answer.response, Decline(assignment=answer.assignment, by=answer.person, via=answer.via, reason=reason))
        return "已记录不能到 / recorded: cannot"

    async def _confirm(self, reply: Reply, answer: Answer, said: str) -> None:
        """A pressed button shows what it did, where the channel can change it."""
        channel = self._channels[Kind.of(answer.response)].get(reply.channel)
        code = reply.extra.get("response_code", "")
        if code and isinstance(channel, Confirming):
            outcome = await channel.confirm(code, [reply.address], said)
            log.info("button of %s: %s", answer.assignment, outcome)
