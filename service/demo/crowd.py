"""The people of the demo: simulated phones that answer by button, by SMS, by the phone page, or not at all.

They see only what a person sees: what arrived on their phone.
"""

import asyncio
from base64 import b64decode
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from html.parser import HTMLParser

import aiohttp

from notifications.simulators.ledger import Received
from notifications.simulators.simulators import Simulators
from store.clock import Clock

LOOK_EVERY_SECONDS = 0.2
PATIENCE = aiohttp.ClientTimeout(5)
_PICTURE = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
"""One grey point: what a phone's camera sees at night."""


@dataclass(frozen=True, slots=True)
class Habit:
    """How a person answers. `by`: button, sms (with the code in the text), link (the phone page), or silent."""

    by: str = "button"
    after: timedelta = timedelta(minutes=1)
    works: timedelta | None = timedelta(minutes=2)
    """How long until the task is done, told by the phone page; None: not during the demo."""


SILENT = Habit("silent", works=None)


class Crowd:
    """`habits` are by WeCom id; who is not named answers by button after a minute."""

    def __init__(self, simulators: Simulators, phones: Mapping[str, str], habits: Mapping[str, Habit], clock: Clock) -> None:
        self._simulators, self._phones, self._habits, self._clock = simulators, phones, habits, clock
        self._answered: set[tuple[str, str]] = set()
        self._answering: set[asyncio.Task[None]] = set()
        self.answers = 0

    async def run(self) -> None:
        """Until cancelled."""
        try:
            async with aiohttp.ClientSession() as session:
                await self._look(session)
        finally:
            for answering in self._answering:
                answering.cancel()
            await asyncio.gather(*self._answering, return_exceptions=True)

    async def _look(self, session: aiohttp.ClientSession) -> None:
        seen = 0
        while True:
            received = self._simulators.ledger.all()
            for message in received[seen:]:
                self._consider(message, session)
            seen = len(received)
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    def _consider(self, message: Received, session: aiohttp.ClientSession) -> None:
        person = self._phones.get(message.address, message.address)
        habit = self._habits.get(person, Habit())
        wanted = "sms" if habit.by == "sms" else "wechat"
        is_question = bool(message.buttons) or bool(code_in(message.text))
        if habit.by == "silent" or message.channel != wanted or not is_question or (person, message.text) in self._answered:
            return
        self._answered.add((person, message.text))
        task = asyncio.create_task(self._answer(message, habit, session))
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    async def _answer(self, message: Received, habit: Habit, session: aiohttp.ClientSession) -> None:
        await self._wait(habit.after)
        await self._until_taken(lambda: self._say(message, habit, session))
        self.answers += 1
        if habit.works is not None and message.link:
            await self._wait(habit.works)
            await self._until_taken(lambda: self._press(session, message.link, "complete"))

    async def _say(self, message: Received, habit: Habit, session: aiohttp.ClientSession) -> bool:
        if habit.by == "sms":
            return await self._simulators.reply("sms", message.address, "1 " + code_in(message.text))
        if habit.by == "link" and message.link:
            return await self._press(session, message.link, "acknowledge")
        return await self._simulators.click(message.delivery, "ack")

    async def _press(self, session: aiohttp.ClientSession, link: str, verb: str) -> bool:
        """A button of the phone page, its form filled in as the page asks."""
        try:
            async with session.get(link, timeout=PATIENCE) as page:
                asked = _Inputs(await page.text())
            form = aiohttp.FormData({"verb": verb}, quote_fields=False)
            for name, kind in asked.evidence.items():
                _fill(form, name, kind)
            async with session.post(link, data=form, allow_redirects=False, timeout=PATIENCE) as answer:
                return answer.status < 500
        except (aiohttp.ClientError, TimeoutError):
            return False

    async def _until_taken(self, say: Callable[[], Awaitable[bool]]) -> None:
        """A person whose signal is bad tries again."""
        while not await say():
            await asyncio.sleep(0.5)

    async def _wait(self, duration: timedelta) -> None:
        await asyncio.sleep(self._clock.until(self._clock.now() + duration).total_seconds())


def code_in(text: str) -> str:
    """The two digits after `回复1`."""
    _, _, after = text.partition("回复1")
    return after.strip()[:2]


class _Inputs(HTMLParser):
    """The evidence that a phone page asks for: input name and type."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.evidence: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag in ("input", "select", "textarea") and name.startswith("evidence."):
            self.evidence[name] = given.get("type") or "text"


def _fill(form: aiohttp.FormData, name: str, kind: str) -> None:
    match kind:
        case "file":
            form.add_field(name, _PICTURE, filename="现场.png", content_type="image/png")
        case "number":
            form.add_field(name, "36")
        case "checkbox" | "radio":
            form.add_field(name, "true")
        case "datetime-local":
            form.add_field(name, "2026-09-03T18:30")
        case _:
            form.add_field(name, "已核实，情况正常")
