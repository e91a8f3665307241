"""Shows what a response does as Prefect task runs: named after the plan's tasks, and telling who was reached and who was not."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
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

from flows.running.acts import Act, ActKind, PersonReached, Reach, Responses
from store.errors import StoreError

PATIENCE_SECONDS = 120.0
"""Real time that an act's task run waits for a gateway to take a message; the ladder itself waits for nobody."""
LOOKS_AT_THE_END = 6
ENDED = [StateType.COMPLETED, StateType.FAILED]
PAGE = 200


class ActRuns:
    """Shows the acts of one response as task runs.

    A task run's id comes from the flow run and the journal entry, so an act that is handed out again after a restart goes on
    as the same task run, and one that has ended is not shown twice.
    """

    def __init__(self, responses: Responses, response: str, run: UUID) -> None:
        self._responses, self._response, self._run = responses, response, run
        self._tasks = {kind: self._task(kind) for kind in get_args(ActKind)}
        self._ended: set[UUID] = set()
        self._under_way: set[asyncio.Task[Any]] = set()
        self.acts: dict[UUID, Act] = {}

    async def recall(self) -> None:
        """Which acts an earlier worker has already shown to the end under this flow run."""
        self._ended = await _ended_task_runs(self._run)

    async def perform(self, act: Act) -> None:
        task_run = uuid5(self._run, f"{act.entry}/{act.kind}/{act.assignment}/{act.step}")
        if task_run not in self.acts and task_run not in self._ended:
            self._show(task_run, act)
        self.acts[task_run] = act

    async def settle(self) -> None:
        """Waits for the acts under way, then makes sure that Prefect knows each: events are lost while its server is down."""
        for look in range(LOOKS_AT_THE_END):
            await asyncio.gather(*self._under_way)
            missing = self.acts.keys() - await _ended_task_runs(self._run)
            if not missing:
                return
            if look == LOOKS_AT_THE_END // 2:
                for task_run in missing:
                    self._show(task_run, self.acts[task_run])
            await asyncio.sleep(1)

    def _show(self, task_run: UUID, act: Act) -> None:
        showing = run_task_async(self._tasks[act.kind], task_run_id=task_run, parameters={"act": act}, return_type="state")
        task = asyncio.create_task(showing)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

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
    """What the task run says happened; it fails when people were to be told and nobody was reached."""
    if not act.calls_people:
        return Completed(message=", ".join(act.people) or act.title)
    reached = [person for person in people if person.reach is Reach.ACCEPTED]
    lost = [person for person in people if person.reach is not Reach.ACCEPTED]
    told = "; ".join([*(f"{person.person} by {person.how}" for person in reached), *map(_unreached, lost)])
    if reached:
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
    """Incomplete when Prefect does not answer: then acts are shown once more, under the same ids."""
    ended: set[UUID] = set()
    offset = 0
    with _prefect_may_be_down():
        async with get_client() as client:
            while True:
                page = await client.read_task_runs(
                    flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=[run])),
                    task_run_filter=TaskRunFilter(state=TaskRunFilterState(type=TaskRunFilterStateType(any_=ENDED))),
                    sort=TaskRunSort.ID_DESC,
                    limit=PAGE,
                    offset=offset,
                )
                ended |= {each.id for each in page}
                offset += PAGE
                if len(page) < PAGE:
                    break
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
