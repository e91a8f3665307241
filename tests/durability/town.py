"""A town whose process dies where it is told to and starts again with nothing but the database; people and providers outlive it.

The kill is an exception that nothing catches, raised at a fault point. Whatever is dead does nothing more: every further point
raises it again, so that no thread of it commits or sends. What a real `kill -9` adds to this is proved in tests/chaos.
"""

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count, zip_longest
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, select

from flows.deciding.clocks import next_due
from flows.errors import FlowError
from flows.model.commands import Command, Opening, Tick
from flows.model.events import events
from flows.running import journal, rebuilding
from flows.running.chain import chained
from flows.running.drilling import end_drills_in_the_way
from flows.running.engine import Engine
from flows.running.journal import Entry, Head
from flows.running.reaching import Reaching
from flows.testing.night import START, OnePlan
from notifications import outbox, receipts, replies
from notifications.dispatcher import Dispatcher, DispatchSettings
from notifications.message import Outcome, Outgoing, Receipt, ReceiptState, Reply, Result
from notifications.outbox import DeliveryView
from notifications.states import State
from notifications.tables import message_table
from notifications.testing import plain_links
from plans.model import Plan
from resources import tables as roster
from resources.model import Duty
from service.desk.hearing import Hearing
from service.folder import Folder
from service.wiring import Home
from store import faults
from store.clock import MovableClock
from store.faults import Point
from store.kinds import Kind
from store.testing import place_in

T = TypeVar("T")
Line = tuple[int, datetime, str, str]
ON_A_PHONE = {State.ACCEPTED, State.SENT, State.DELIVERED, State.READ}
NOWHERE = {State.WITHDRAWN, State.EXPIRED, State.FAILED}


class Killed(BaseException):
    """No `except Exception` survives it, as no code survives `kill -9`."""


class Killer:
    """Strikes after so many points of each life, one number for each; afterwards it lets live. Counts what it saw."""

    def __init__(self, after: Iterable[int] = (), only: Point | None = None) -> None:
        self._lives = iter(after)
        self._only = only
        self._lock = threading.Lock()
        self.seen: list[Point] = []
        self.is_dead = False
        self._left = next(self._lives, 0)

    def __call__(self, point: Point) -> None:
        with self._lock:
            if self.is_dead:
                raise Killed
            if self._only not in (None, point):
                return
            self.seen.append(point)
            self._left -= 1
            if self._left == 0:
                self.is_dead = True
                raise Killed

    def next_life(self) -> None:
        self.is_dead = False
        self._left = next(self._lives, 0)


@dataclass
class Provider:
    """Has a ledger of what the phones got. `knows`: can say afterwards what it got; `drops_second`: of one reference one arrives.

    It says nothing to the first try at an address in `takes_silently` or `loses_silently`.
    """

    name: str
    knows: bool = False
    drops_second: bool = False
    takes_silently: str = ""
    loses_silently: str = ""
    on_phones: Counter[str] = field(default_factory=Counter)
    _tried: set[str] = field(default_factory=set)

    @property
    def kind(self) -> str:
        return self.name

    @property
    def resend_is_safe(self) -> bool:
        return self.drops_second

    async def deliver(self, message: Outgoing) -> Outcome:
        is_first = message.delivery not in self._tried
        self._tried.add(message.delivery)
        await asyncio.sleep(0)
        is_lost = is_first and message.address == self.loses_silently
        if not is_lost and not (self.drops_second and self.on_phones[message.delivery]):
            self.on_phones[message.delivery] += 1
        await asyncio.sleep(0)
        if is_first and message.address in (self.takes_silently, self.loses_silently):
            return Outcome(Result.UNKNOWN, detail="no answer")
        return Outcome(Result.ACCEPTED, f"p-{message.delivery}")

    async def look_up(self, message: Outgoing, sent: datetime) -> Outcome | None:
        if not self.knows:
            return None
        if self.on_phones[message.delivery]:
            return Outcome(Result.ACCEPTED, f"p-{message.delivery}")
        return Outcome(Result.FAILED_FOR_NOW, detail="never heard of it")

    async def close(self) -> None:
        """Nothing is held."""


class NamingEngine(Engine):
    """Names responses in turn: what is sent first, of what is due at once, depends on the identifiers."""

    def _identifier(self, connection: Connection, kind: Kind, now: datetime) -> str:
        return next(name for place in count(1) if not journal.is_taken(connection, name := f"{kind.prefix}260904-{place:06}"))


class Process:
    """All that is only in memory."""

    def __init__(self, town: "Town") -> None:
        self.home = Home(Folder(town.folder, town.place if isinstance(town.place, str) else ""), town.clock)
        self.home.__dict__["plans"] = OnePlan(town.plan)
        self.database = self.home.database
        self.engine = NamingEngine(self.database, self.home.plans, self.home.duty, town.clock, self.home.zone)
        self.home.__dict__["engine"] = self.engine
        self._loop = asyncio.Runner()
        # whatever is under way when it is killed ends with the same exception
        self._loop.get_loop().set_exception_handler(lambda *_: None)
        channels = dict.fromkeys(Kind, town.providers)
        self.hearing = Hearing(self.home, channels)
        settings = DispatchSettings(alone=True)
        self._dispatcher = Dispatcher(self.database, channels, town.clock, self.home.template, plain_links, settings)
        # it looks only when it is asked to, so nothing wakes it
        self._reaching = Reaching(self.engine, wakeups=None)
        self._has_looked = False

    def open(self, opening: Opening, key: str) -> str:
        return end_drills_in_the_way(self.engine, self.engine.open("random", opening, key)).response

    def hear(self, reply: Reply) -> None:
        self._loop.run(self.hearing.hear(reply))

    def record(self, receipt: Receipt, now: datetime) -> None:
        with self.database.write() as connection:
            receipts.record(connection, receipt, now)

    def catch_up(self) -> None:
        """What the loops of `tocsin serve` do until nothing is left to do."""
        for _ in range(2):
            # the first look is that of a start: it takes over what a dead process was sending
            if self._has_work or not self._has_looked:
                self.hearing.pass_on_waiting()
                self._loop.run(self._dispatcher.drain())
                self._has_looked = True
            self._reaching.report()

    @property
    def _has_work(self) -> bool:
        now = self.home.clock.now()
        due = (select(message_table(kind).c.id).where(message_table(kind).c.next_at <= now).limit(1) for kind in Kind)
        with self.database.read() as connection:
            return any(connection.execute(each).first() for each in due) or bool(replies.waiting(connection))

    def end(self) -> None:
        self._loop.close()
        self.database.close()


class Town:
    """`do` repeats what a person, a provider or a clock does until a process has lived through it."""

    def __init__(self, folder: Path, plan: Plan, duty: Duty, killer: Killer) -> None:
        self.folder, self.place, self.plan, self.killer = folder, place_in(folder), plan, killer
        self.clock = MovableClock(START)
        self.providers = {
            "sms": Provider("sms", True, False, _phone(duty, 1), _phone(duty, 2)),
            "wechat": Provider("wechat", drops_second=True),
            "voice": Provider("voice"),
        }
        self.lives, self.response = 1, ""
        self.responses: list[str] = []
        self.process = Process(self)
        with self.process.database.write() as connection:
            roster.replace(connection, duty, START)

    def open(self, opening: Opening) -> None:
        """Asks with a key, as every door does, and asks again where no answer came."""
        key = f"opening-{len(self.responses) + 1}"
        self.response = self.do(lambda: self.process.open(opening, key)) or ""
        self.responses.append(self.response)
        self.go_on()

    def submit(self, command: Command) -> None:
        """Whoever gets no answer looks whether it was taken, and asks again if it was not."""
        before = self.head.version

        def ask() -> None:
            if self.head.version == before:
                try:
                    self.process.engine.submit(self.response, command)
                except FlowError:
                    return

        self.do(ask)
        self.go_on()

    def forward(self, duration: timedelta) -> None:
        """Stops at every clock on the way, as the watcher does."""
        end = self.clock.now() + duration
        while due := self.due(end):
            self.clock.forward(due - self.clock.now())
            self.tick()
        self.clock.forward(end - self.clock.now())
        self.tick()
        self.go_on()

    def forward_clocks(self, count: int) -> None:
        for _ in range(count):
            due = next_due(self.process.engine.plan_of(self.head), self.head.state)
            if due is None:
                return
            self.forward(max(due - self.clock.now(), timedelta(0)))

    def due(self, end: datetime) -> datetime | None:
        now = self.clock.now()
        return min((due for due in self.process.engine.due(end).values() if due > now), default=None)

    def tick(self) -> None:
        """Of every response, as the standby does."""

        def fire() -> None:
            for response in self.process.engine.due(self.clock.now()):
                self.process.engine.submit(response, Tick())

        self.do(fire)

    def answer(self, place: int, text: str) -> None:
        """Somebody who has an SMS to answer in hand writes back."""
        asked = [each for each in self.messages if each.answerable and each.channel == "sms" and self.is_in_hand(each)]
        if asked:
            meant = sorted(asked, key=lambda view: (view.assignment, view.step, view.epoch, view.person))[place % len(asked)]
            words = f"{text} {meant.shown_code}"
            reply = Reply("sms", f"sms-{self.clock.now().isoformat()}-{meant.address}", meant.address, words, self.clock.now())
            self.do(lambda: self.process.hear(reply))
            self.go_on()

    def is_in_hand(self, view: DeliveryView) -> bool:
        return self.providers[view.channel].on_phones[view.id] > 0 if view.channel in self.providers else False

    def carry_receipts(self) -> None:
        """The carriers report what has reached a phone; again and again until somebody takes it in."""
        for view in [each for each in self.messages if self.is_in_hand(each) and each.channel != "voice"]:
            receipt = Receipt(view.id, ReceiptState.DELIVERED, self.clock.now())
            self.do(lambda receipt=receipt: self.process.record(receipt, self.clock.now()))
        self.go_on()

    def go_on(self) -> None:
        """And long enough after it for doubts to be asked about and for what was not taken to be sent again."""
        for seconds in (0, 6, 2, 11, 2, 4, 8, 11, 8):
            self.clock.forward(timedelta(seconds=seconds))
            self.do(lambda: self.process.catch_up())

    def do(self, work: Callable[[], T]) -> T | None:
        while True:
            try:
                with faults.installed(self.killer):
                    done = work()
            except Killed:
                assert self.killer.is_dead
            if not self.killer.is_dead:
                return done
            self.restart()

    def restart(self) -> None:
        """Everything that was only in memory is gone."""
        self.process.end()
        self.lives += 1
        self.killer.next_life()
        self.process = Process(self)

    def end(self) -> None:
        self.process.end()

    @property
    def head(self) -> Head:
        return self.process.engine.head(self.response)

    @property
    def entries(self) -> list[Entry]:
        with self.process.database.read() as connection:
            return [each for response in self.responses for each in journal.entries(connection, response)]

    @property
    def messages(self) -> list[DeliveryView]:
        with self.process.database.read() as connection:
            return [each for response in self.responses for each in outbox.deliveries(connection, response)]


def _phone(duty: Duty, place: int) -> str:
    return list(duty.people.values())[place].addresses["sms"]


def record_of(town: Town) -> list[Line]:
    """The journals, hashes and all: those over the entries with their names, as chance salts what stands for a name."""
    record, last = [], ""
    for each in town.entries:
        body = events.dump_json(each.event).decode()
        last = chained(last, each.number, each.recorded_at, body)
        record.append((each.number, each.recorded_at, body, last))
    return record


def not_as(wanted: list[Line], found: list[Line]) -> list[tuple[Line, Line]]:
    """The first line that differs."""
    pairs = zip_longest(wanted, found, fillvalue=(0, START, "nothing", ""))
    return [(one, other) for one, other in pairs if one != other][:1]


def calls(town: Town) -> dict[tuple[str, ...], DeliveryView]:
    """Who was to be told what on which channel. The numbers of replies are the database's own, and may leave one out."""
    messages = town.messages
    answers = sorted({int(each.step.partition("/")[2]) for each in messages if each.step.startswith("answer/")})
    numbered = {f"answer/{number}": f"answer {place}" for place, number in enumerate(answers)}
    return {
        (each.response, each.assignment, numbered.get(each.step, each.step), str(each.epoch), each.person, each.channel): each
        for each in messages
    }


def judge(town: Town, steady: Town) -> None:
    """As without the kills: the same record, the same calls, each once on the phone or marked in doubt."""
    wrong = [f"{other} instead of {one}" for one, other in not_as(record_of(steady), record_of(town))]
    with town.process.database.read() as connection:
        for response in town.responses:
            journal.verify(connection, response)
            wrong += rebuilding.differences(connection, response)
    before, after = calls(steady), calls(town)
    wrong += [f"not called: {each}" for each in before.keys() - after.keys()]
    wrong += [f"called besides: {each}" for each in after.keys() - before.keys()]
    wrong += [fault for each, view in after.items() if each in before for fault in wrong_message(town, view, before[each])]
    assert not wrong, wrong


def wrong_message(town: Town, view: DeliveryView, other: DeliveryView) -> Iterator[str]:
    """`other`: what became of it where nobody killed anything. The ledger of the provider is the judge."""
    times = town.providers[view.channel].on_phones[view.id] if view.channel in town.providers else 0
    says = f"{view.id} {view.channel} {view.step} is {view.state}, {times} times on a phone, {view.attempts} attempts"
    if view.in_doubt:
        return
    if times > 1 or (view.state in ON_A_PHONE and times != 1) or (view.state in NOWHERE and times):
        yield says
    elif view.state in (State.QUEUED, State.SENDING, State.UNKNOWN) and view.state is not other.state:
        yield f"{says}; it is left lying"
    elif view.state is not other.state and view.attempts <= other.attempts:
        yield f"{says}; without the kill it was {other.state}"
