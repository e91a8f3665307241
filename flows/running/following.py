"""Following a response: fire what is due, hand out what was decided, wait for the next due time or the next entry.

The same coroutine is the body of the Prefect flow and of the standby; `perform` is all that differs.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from flows.deciding.clocks import next_due
from flows.model import events as happened
from flows.model.commands import Opening, ProposeEnd
from flows.model.events import Event
from flows.model.reasons import CANCELLED_IN_PREFECT
from flows.model.state import ResponseState, Status
from flows.running import journal
from flows.running.acts import PREFECT, Act, ActKind, Ending, Glance, OpenOne, Perform, PersonReached, Reach
from flows.running.drilling import end_drills_in_the_way
from flows.running.engine import Engine, attach_flow_run
from flows.running.journal import Entry, Head
from flows.running.tables import BOOKS
from notifications import outbox
from notifications.outbox import DeliveryView
from notifications.states import State
from plans.model import Plan
from store.wakeups import Wakeups

LONGEST_WAIT = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class _Look:
    """A response as one look found it; `acts` are those decided since the look before."""

    head: Head
    due: datetime | None
    acts: tuple[Act, ...]

    def is_due(self, now: datetime) -> bool:
        return self.due is not None and self.due <= now


class EngineResponses:
    """The engine as the Prefect side sees it (`flows.running.acts.Responses`)."""

    def __init__(self, engine: Engine, page: Callable[[str], str]) -> None:
        self._engine, self.page = engine, page
        self._wakeups: Wakeups | None = None

    def open(self, plan: str, opening: Opening, key: str) -> str:
        return end_drills_in_the_way(self._engine, self._engine.open(plan, opening, key)).response

    def attach(self, response: str, flow_run: str) -> None:
        head = self._engine.head(response)
        if head.flow_run != flow_run:
            with self._engine.database.write() as connection:
                attach_flow_run(connection, response, flow_run)

    async def follow(self, response: str, perform: Perform, from_entry: int) -> Ending:
        """Acts run beside the loop: a slow gateway never holds up a clock."""
        wakeups = self._woken()
        look, running = None, set[asyncio.Task[None]]()
        while True:
            changed = wakeups.next_change()
            before, look = look, await asyncio.to_thread(self._look, response, look, from_entry)
            for act in look.acts if look is not before else ():
                task = asyncio.ensure_future(perform(act))
                running.add(task)
                task.add_done_callback(running.discard)
            if look.head.state.status is Status.CLOSED:
                await asyncio.gather(*running, return_exceptions=True)
                return _ending(look.head)
            await wakeups.wait(changed, self._pause(look.due))

    def deliveries(self, response: str, act: Act) -> tuple[PersonReached, ...]:
        with self._engine.database.read() as connection:
            found = outbox.deliveries(connection, response)
        mine = [each for each in found if (each.assignment, each.step, each.epoch) == (act.assignment, act.step, act.epoch)]
        return tuple(_reached(person, [each for each in mine if each.person == person]) for person in act.people)

    def waiting_for_prefect(self) -> list[OpenOne]:
        with self._engine.database.read() as connection:
            return [
                OpenOne(row.id, row.plan, row.flow_run)
                for book in BOOKS.values()
                for row in connection.execute(
                    select(book.heads.c.id, book.heads.c.plan, book.heads.c.flow_run).where(
                        book.heads.c.status != Status.CLOSED.value
                    )
                )
            ]

    def glance(self, response: str, after: int) -> Glance:
        with self._engine.database.read() as connection:
            head = journal.load(connection, response)
            news = tuple(journal.entries(connection, response, after))
        return Glance(head, self._engine.plan_of(head), news, self._engine.zone)

    async def grown(self, response: str, beyond: int) -> None:
        while True:
            changed = self._woken().next_change()
            if await asyncio.to_thread(self._version, response) > beyond:
                return
            await self._woken().wait(changed, LONGEST_WAIT)

    def ask_why(self, response: str) -> None:
        self._engine.submit(response, ProposeEnd(by="Prefect", via=PREFECT, reason=CANCELLED_IN_PREFECT))

    def _woken(self) -> Wakeups:
        """One for the event loop that follows."""
        self._wakeups = self._wakeups or Wakeups(self._engine.database)
        return self._wakeups

    def _look(self, response: str, before: _Look | None, from_entry: int) -> _Look:
        """Fires what is due. Nothing due and no new entry: the look before, for any commit wakes every follower."""
        if before and not before.is_due(self._engine.clock.now()) and self._version(response) == before.head.version:
            return before
        self._engine.tick(response)
        seen = before.head.version if before else from_entry
        with self._engine.database.read() as connection:
            head = journal.load(connection, response)
            news = list(journal.entries(connection, response, seen))
        plan = self._engine.plan_of(head)
        return _Look(head, next_due(plan, head.state), tuple(acts_of(plan, head.state, news)))

    def _version(self, response: str) -> int:
        with self._engine.database.read() as connection:
            return journal.version(connection, response)

    def _pause(self, due: datetime | None) -> timedelta:
        return min(self._engine.clock.until(due), LONGEST_WAIT) if due else LONGEST_WAIT


def acts_of(plan: Plan, state: ResponseState, news: Sequence[Entry]) -> Iterator[Act]:
    """What of the journal is an act that Prefect shows."""
    for entry in news:
        if act := _act(plan, state, entry.number, entry.event):
            yield act


def _act(plan: Plan, state: ResponseState, number: int, event: Event) -> Act | None:
    match event:
        case happened.StepFired():
            task = plan.tasks[state.assignments[event.assignment].task]
            people = tuple(told.person for told in event.told)
            is_first = event.clock == "acknowledge" and all(told.stands_for == (told.person,) for told in event.told)
            kind: ActKind = "assign" if is_first and not event.manual else "escalate"
            return Act(kind, task.title.zh, event.assignment, number, people, f"{event.clock}/{event.step}", event.epoch)
        case happened.TaskCompleted():
            task = plan.tasks[state.assignments[event.assignment].task]
            return Act("report", task.title.zh, event.assignment, number, (event.person,))
        case happened.LevelProposed():
            return Act("level", f"建议{event.level.name}级", "", number)
        case happened.LevelChanged():
            return Act("level", f"{event.before.name} → {event.level.name}", "", number)
        case (
            happened.ProposalStepFired()
            | happened.PaperMissed()
            | happened.FactStale()
            | happened.LinkProposed()
            | happened.LinkedNoticed()
        ):
            return _told(plan, number, event)
        case happened.PlanChanged():
            return Act("level", f"换用预案 {event.version}", "", number)
        case happened.AlertNoticed():
            return Act("notify", "预警变化", "", number, tuple(told.person for told in event.told), f"alert/{number}", 1)
        case happened.EndProposed():
            return Act("end", "建议终止", "", number)
        case happened.StoodDown():
            return Act("end", "终止响应", "", number)
        case happened.Closed():
            return Act("end", "归档", "", number)
        case _:
            return None


def _told(
    plan: Plan,
    number: int,
    event: happened.ProposalStepFired
    | happened.PaperMissed
    | happened.FactStale
    | happened.LinkProposed
    | happened.LinkedNoticed,
) -> Act:
    """People told of what waits for a decision; the step is that of their calls (`flows.running.level_news`)."""
    people = tuple(told.person for told in event.told)
    match event:
        case happened.ProposalStepFired():
            return Act("notify", f"签批 {event.step}", "", number, people, f"sign/{event.subject}/{number}", 1)
        case happened.PaperMissed():
            return Act("notify", "书面件逾期", "", number, people, f"paper/{number}", 1)
        case happened.FactStale():
            return Act(
                "notify",
                f"{plan.facts[event.fact.removesuffix('.forecast')].title.zh}无新数据",
                "",
                number,
                people,
                f"stale/{number}",
                1,
            )
        case happened.LinkProposed():
            return Act("notify", f"联动 {event.plan}", "", number, people, f"link/{number}", 1)
        case happened.LinkedNoticed():
            return Act("notify", f"联动 {event.heard.title.zh}", "", number, people, f"linked/{number}", 1)


_FAR = frozenset({State.ACCEPTED, State.SENT, State.DELIVERED, State.READ, State.ANSWERED})
_GONE = frozenset({State.FAILED, State.EXPIRED, State.WITHDRAWN})


def _reached(person: str, deliveries: Sequence[DeliveryView]) -> PersonReached:
    for each in deliveries:
        if each.state in _FAR:
            return PersonReached(person, Reach.ACCEPTED, each.channel)
    if any(each.state is State.WITHDRAWN for each in deliveries) and all(each.state in _GONE for each in deliveries):
        return PersonReached(person, Reach.WITHDRAWN, detail="no longer needed: taken back before it went out")
    if all(each.state in _GONE for each in deliveries):
        detail = "; ".join(dict.fromkeys(each.detail or each.state.value for each in deliveries))
        return PersonReached(person, Reach.FAILED, detail=detail or "nothing was queued")
    return PersonReached(person, Reach.WAITING)


def _ending(head: Head) -> Ending:
    assignments = head.state.assignments.values()
    done = sum(each.status.value == "done" for each in assignments)
    assert head.state.closed_at is not None, "a closed response has its closing time"
    return Ending(head.response, head.state.closed_at, head.version, f"{done} of {len(assignments)} tasks done")
