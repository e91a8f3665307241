"""Shows what a response does as Prefect task runs: named after the plan's tasks, and telling who was reached and who was not."""

import asyncio
import logging
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, get_args
from uuid import UUID, uuid5

from httpx import HTTPStatusError, TransportError
from prefect import Task, runtime
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterId,
    TaskRunFilter,
    TaskRunFilterState,
    TaskRunFilterStateType,
)
from prefect.client.schemas.objects import State, StateType
from prefect.client.schemas.sorting import TaskRunSort
from prefect.states import Completed, Failed
from prefect.task_engine import run_task_async

from flows.on_prefect.again import again_and_again
from flows.on_prefect.events_worker import EventsWatch
from flows.running.acts import Act, ActKind, PersonReached, Reach, Responses
from store.errors import StoreError

PATIENCE_SECONDS = 120.0
"""Real time that an act's task run waits for a gateway to take a message; the ladder itself waits for nobody."""
LOOKS_AT_THE_END = 15
CONFIRM_SECONDS, OVERDUE_SECONDS = 15.0, 30.0
"""How often Prefect is asked for the task runs that it ought to know, and how long it is given to learn of one."""
ENDED = [StateType.COMPLETED, StateType.FAILED]
PAGE = 200

log = logging.getLogger("tocsin.worker")


class ActRuns:
    """Shows the acts of one response as task runs.

    A task run's id comes from the flow run and the journal entry, so an act that is handed out again after a restart goes on
    as the same task run, and one that has ended is not shown twice. Prefect learns of task runs by events, which are lost while
    its server is down or its events worker hangs: what it does not know is shown again.
    """

    def __init__(self, responses: Responses, response: str, run: UUID, events: EventsWatch) -> None:
        self._responses, self._response, self._run, self._events = responses, response, run, events
        self._tasks = {kind: self._task(kind) for kind in get_args(ActKind)}
        self._known: set[UUID] = set()
        """Those that Prefect knows to have ended."""
        self._under_way: dict[UUID, asyncio.Task[Any]] = {}
        self._shown_at: dict[UUID, float] = {}
        self.acts: dict[UUID, Act] = {}

    async def recall(self) -> None:
        """Which acts an earlier worker has already shown to the end under this flow run."""
        with _prefect_may_be_down():
            self._known = await _ended_task_runs(self._run)

    async def perform(self, act: Act) -> None:
        task_run = uuid5(self._run, f"{act.entry}/{act.kind}/{act.assignment}/{act.step}")
        if task_run not in self.acts and task_run not in self._known:
            self._show(task_run, act)
        self.acts[task_run] = act

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """Shows again, as long as this lasts, what Prefect ought to know and does not."""
        watching = asyncio.create_task(again_and_again(self._confirm, CONFIRM_SECONDS, CONFIRM_SECONDS))
        try:
            yield
        finally:
            watching.cancel()

    async def settle(self) -> None:
        """Waits for the acts under way, and until Prefect knows each, unless it answers again and again that it does not."""
        looks = 0
        while looks < LOOKS_AT_THE_END:
            await asyncio.gather(*self._under_way.values())
            with _prefect_may_be_down():
                self._known |= await _ended_task_runs(self._run)
                looks += 1
            if self.acts.keys() <= self._known:
                return
            if looks == LOOKS_AT_THE_END // 3:
                await self._show_again(self.acts.keys() - self._known)
            await asyncio.sleep(1)
        log.warning("response %s: Prefect does not show %d task runs", self._response, len(self.acts.keys() - self._known))

    async def _confirm(self) -> None:
        now = asyncio.get_running_loop().time()
        overdue = {each for each, ended in self._shown_at.items() if each not in self._known and now - ended > OVERDUE_SECONDS}
        if not overdue:
            return
        self._known |= await _ended_task_runs(self._run)
        if missing := overdue - self._known:
            log.warning("response %s: Prefect does not know of %d task runs; they are shown again", self._response, len(missing))
            await self._show_again(missing)

    async def _show_again(self, lost: Collection[UUID]) -> None:
        """Under the same ids, by an events worker that is not the one that lost them."""
        await self._events.replace()
        for task_run in lost:
            if task_run not in self._under_way:
                self._show(task_run, self.acts[task_run])

    def _show(self, task_run: UUID, act: Act) -> None:
        showing = run_task_async(self._tasks[act.kind], task_run_id=task_run, parameters={"act": act}, return_type="state")
        self._shown_at.pop(task_run, None)
        self._under_way[task_run] = task = asyncio.create_task(showing)
        task.add_done_callback(lambda _: self._ended(task_run))

    def _ended(self, task_run: UUID) -> None:
        self._under_way.pop(task_run, None)
        self._shown_at[task_run] = asyncio.get_running_loop().time()

    def _task(self, kind: ActKind) -> "Task[Any, Any]":
        async def perform(act: Act) -> State[Any]:
            return verdict(act, await self._reached(act) if act.calls_people else ())

        # without tags: a tagged task asks the server for a concurrency slot each time, and waits when it is down
        return Task(perform, name=kind, task_run_name=f"{kind} · {{act.title}}", cache_policy=NO_CACHE, persist_result=False)

    async def _reached(self, act: Act) -> tuple[PersonReached, ...]:
        """Looks again, less and less often, until every message was taken or refused, or patience ends."""
        loop = asyncio.get_running_loop()
        started, pause = loop.time(), 0.2
        while True:
            try:
                people = await asyncio.to_thread(self._responses.deliveries, self._response, act)
            except StoreError:
                people = ()
            waits = len(people) < len(act.people) or any(person.reach is Reach.WAITING for person in people)
            if not waits or loop.time() - started > PATIENCE_SECONDS:
                return people
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, 5.0)


def verdict(act: Act, people: tuple[PersonReached, ...]) -> State[Any]:
    """What the task run says happened; it fails when people had to be told and nobody was reached."""
    if not act.calls_people:
        return Completed(message=", ".join(act.people) or act.title)
    reached = [person for person in people if person.reach is Reach.ACCEPTED]
    lost = [person for person in people if person.reach is not Reach.ACCEPTED]
    told = "; ".join([*(f"{person.person} by {person.how}" for person in reached), *map(_unreached, lost)])
    if reached or any(person.reach is Reach.WITHDRAWN for person in people):
        return Completed(message=told)
    return Failed(message=f"nobody was reached: {told or 'nobody holds this post now'}")


def _unreached(person: PersonReached) -> str:
    why = person.detail or ("no gateway has taken it yet" if person.reach is Reach.WAITING else "")
    return f"{person.person} not reached" + (f" ({why})" if why else "")


async def name_run(run: UUID, response: str) -> None:
    """So that a person finds the run of a response in Prefect's UI; without an answer it keeps the name it has."""
    if runtime.flow_run.name != response:
        with _prefect_may_be_down():
            async with get_client() as client:
                await client.set_flow_run_name(run, response)


async def _ended_task_runs(run: UUID) -> set[UUID]:
    ended: set[UUID] = set()
    async with get_client() as client:
        while True:
            page = await client.read_task_runs(
                flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=[run])),
                task_run_filter=TaskRunFilter(state=TaskRunFilterState(type=TaskRunFilterStateType(any_=ENDED))),
                sort=TaskRunSort.ID_DESC,
                limit=PAGE,
                offset=len(ended),
            )
            ended |= {each.id for each in page}
            if len(page) < PAGE:
                return ended


@contextmanager
def _prefect_may_be_down() -> Iterator[None]:
    """What is asked of Prefect inside is a convenience: a response never waits for it and never fails with it."""
    try:
        yield
    except TransportError:
        pass
    except HTTPStatusError as error:
        if error.response.status_code < 500:
            raise
