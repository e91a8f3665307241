"""Fakes for tests of whatever sends or answers messages: a channel that remembers, and templates that need no plan."""

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence
from datetime import datetime

from notifications.message import Outcome, Outgoing, Result
from notifications.outbox import DeliveryView
from notifications.rendering import TemplateText


class FakeChannel:
    """Accepts everything, unless `answers` says what to answer to the next sends, in order.

    An exception among the answers is raised after the message was received, as a broken adapter would.
    """

    def __init__(self, kind: str = "sms", answers: Iterable[Outcome | Exception] = (), *, resend_is_safe: bool = False) -> None:
        self.kind = kind
        self.resend_is_safe = resend_is_safe
        self.received: list[Outgoing] = []
        self.asked: list[str] = []
        self.known: dict[str, Outcome] = {}
        """What the provider says about a delivery when it is asked."""
        self._answers = deque(answers)
        self._open = asyncio.Event()
        self._open.set()

    def hold(self) -> None:
        """From now on nothing comes back: messages are received and their answers wait."""
        self._open.clear()

    def let_go(self) -> None:
        self._open.set()

    def answer_next(self, *answers: Outcome | Exception) -> None:
        self._answers.extend(answers)

    async def deliver(self, message: Outgoing) -> Outcome:
        self.received.append(message)
        await self._open.wait()
        answer = self._answers.popleft() if self._answers else Outcome(Result.ACCEPTED, f"p-{len(self.received)}", "OK")
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def look_up(self, message: Outgoing, sent: datetime) -> Outcome | None:  # noqa: ARG002  # the port's signature
        self.asked.append(message.delivery)
        return self.known.get(message.delivery)

    async def close(self) -> None:
        self.let_go()


class FakeBatchChannel(FakeChannel):
    """Takes `largest` messages in one request; `answers` are for each message."""

    def __init__(self, kind: str = "sms", answers: Iterable[Outcome | Exception] = (), *, largest: int = 100) -> None:
        super().__init__(kind, answers)
        self.largest = largest
        self.requests: list[int] = []
        """How many messages each request had."""

    async def deliver_many(self, messages: Sequence[Outgoing]) -> Sequence[Outcome]:
        self.requests.append(len(messages))
        return [await self.deliver(message) for message in messages]


def plain_templates(plan_digest: str, template: str, language: str) -> TemplateText:  # noqa: ARG001  # the port's signature
    """One template for all: who, what, and how to answer."""
    return TemplateText("{{ task }}", "{{ person }}：{{ task }} {{ link }}", "{{ task }} {{ answer_code }}")


def plain_links(view: DeliveryView) -> str:
    return f"https://tocsin.example/f/{view.id}"
