"""The Prefect worker: takes flow runs from the work pool `tocsin` and drives them in its own process, many at a time.

It outlives a Prefect server that is down, a run that fails and a run that nobody can compile. Stopping it stops no response:
its runs go back to the pool as `AwaitingRetry`, for the next worker.
"""

import asyncio
import logging
import os
import signal
import socket
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import anyio.abc
from httpx import HTTPError
from prefect import Flow
from prefect.exceptions import Abort
from prefect.flow_engine import run_flow_async
from prefect.settings import PREFECT_API_URL
from prefect.workers.base import BaseJobConfiguration, BaseVariables, BaseWorker, BaseWorkerResult

from flows.errors import FlowError, UnknownNameError
from flows.on_prefect.again import again_and_again
from flows.on_prefect.deployments import WORKER_TYPE
from flows.on_prefect.events_worker import EventsWatch
from flows.on_prefect.keeper import Keeper, hand_back
from flows.on_prefect.pages import Pages
from flows.on_prefect.response_flow import Compiled, Means, PlanSource
from flows.running.acts import POOL, Responses
from store.clock import new_token

if TYPE_CHECKING:
    from prefect.client.schemas.objects import FlowRun

LIMIT = 200
POLL_SECONDS = 0.5
KEEP_SECONDS = 1.0
HEARTBEAT_SECONDS = 30.0
STARTED_AT_ONCE = 4
"""Runs being taken over at the same time; a Prefect server on SQLite answers 503 to a crowd."""
GRACE_SECONDS = 20.0
RELEASE_SECONDS = 5.0
BUSY_PAUSES_SECONDS = (1.0, 2.0, 4.0, 8.0, 16.0)

log = logging.getLogger("tocsin.worker")


class PrefectAddressError(FlowError):
    status = 503

    def __str__(self) -> str:
        return "PREFECT_API_URL is not set: say where it is (http://HOST:4200/api), or run `tocsin serve`, which starts one"


class TocsinResult(BaseWorkerResult):
    pass


class TocsinWorker(BaseWorker[BaseJobConfiguration, BaseVariables, TocsinResult]):
    """Runs flow runs in-process; the flow is compiled from the plan, never loaded from an entrypoint."""

    type = WORKER_TYPE
    _description = "Drives Tocsin responses (Prefect flow runs) in the worker's own process."

    def __init__(self, compiled: Compiled, starting: asyncio.Semaphore, limit: int = LIMIT) -> None:
        name = f"tocsin {socket.gethostname()} {os.getpid()} {new_token(3)}"
        super().__init__(work_pool_name=POOL, name=name, limit=limit, create_pool_if_not_found=True)
        self._compiled = compiled
        self._driven: dict[UUID, asyncio.Task[Any]] = {}
        self._starting = starting

    @property
    def in_hand(self) -> set[str]:
        """The flow runs that this worker drives or is about to."""
        return {str(run) for run in self._driven.keys() | self._submitting_flow_run_ids}

    async def run(
        self,
        flow_run: "FlowRun",
        configuration: BaseJobConfiguration,
        task_status: "anyio.abc.TaskStatus[Any] | None" = None,
    ) -> TocsinResult:
        flow = self._flow_of(configuration)
        # The engine watches each deployed run for suspension with a thread that blocks this event loop while it connects and
        # ends; a response is not suspended from Prefect, so the engine is told of no deployment.
        watched_by_nobody = flow_run.model_copy(update={"deployment_id": None})
        driving = asyncio.create_task(run_flow_async(flow, flow_run=watched_by_nobody, parameters=dict(flow_run.parameters)))
        self._driven[flow_run.id] = driving
        if task_status:
            task_status.started(self.name)
        try:
            await asyncio.wait([driving])
            _note_the_end(flow_run.id, driving)
        finally:
            del self._driven[flow_run.id]
        return TocsinResult(identifier=str(flow_run.id), status_code=0)

    async def release(self, run: UUID) -> None:
        """Stops driving a run; its state in Prefect is the caller's business. Prefect's own end of a run it has lost may hang."""
        if driving := self._driven.get(run):
            driving.cancel()
            await asyncio.wait([driving], timeout=RELEASE_SECONDS)

    async def work(self, stop: asyncio.Event, keep: Callable[[], Awaitable[None]]) -> None:
        """Polls, reports itself alive and keeps every response driven, until `stop`; then hands its runs back."""
        async with self:
            loops = [
                asyncio.create_task(again_and_again(self.get_and_submit_flow_runs, POLL_SECONDS)),
                asyncio.create_task(again_and_again(self.sync_with_backend, HEARTBEAT_SECONDS)),
                asyncio.create_task(again_and_again(keep, KEEP_SECONDS)),
            ]
            await stop.wait()
            for loop in loops:
                loop.cancel()
            await asyncio.wait(loops)
            await self._hand_back_all()

    def _flow_of(self, configuration: BaseJobConfiguration) -> "Flow[..., Any]":
        name = configuration.labels.get("prefect.io/flow-name", "")
        flows = {flow.name: flow for flow in self._compiled.now().values()}
        if name not in flows:
            raise UnknownNameError("plan or drill for the flow", name, flows)
        return flows[name]

    async def _submit_run(self, flow_run: "FlowRun") -> None:
        """An API error here would otherwise end the task group that holds every run of this worker."""
        try:
            async with self._starting:
                await super()._submit_run(flow_run)
        except Exception:
            log.exception("flow run %s could not be taken; it will be tried again", flow_run.id)
            self._submitting_flow_run_ids.discard(flow_run.id)
            self._release_limit_slot(flow_run.id)

    async def _give_worker_labels_to_flow_run(self, flow_run_id: UUID) -> None:
        await _patiently(lambda: super(TocsinWorker, self)._give_worker_labels_to_flow_run(flow_run_id))

    async def _hand_back_all(self) -> None:
        runs = list(self._driven)
        for run in runs:
            await self.release(run)
        try:
            async with asyncio.timeout(GRACE_SECONDS):
                await hand_back(runs, f"worker {self.name} was stopped")
        except Exception:
            log.warning("Prefect does not answer: %d runs stay as they are until a worker takes them up again", len(runs))


def run_worker(responses: Responses, plans: PlanSource, duration: timedelta | None = None) -> None:
    """Works until SIGTERM, SIGINT or the end of `duration`; `plans` is asked for what can be activated now.

    Errors: `PrefectAddressError`.

    The event loop has a thread of its own: in the main thread Prefect's engine takes over SIGTERM for each run it starts.
    """
    if not PREFECT_API_URL.value():
        raise PrefectAddressError()
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    with ThreadPoolExecutor(1, "tocsin-worker") as thread:
        work = thread.submit(asyncio.run, _work(responses, plans, told))
        work.add_done_callback(lambda _: told.set())
        told.wait(duration.total_seconds() if duration else None)
        told.set()
        work.result()


async def _work(responses: Responses, plans: PlanSource, told: threading.Event) -> None:
    stop = asyncio.Event()
    watching = asyncio.create_task(_when(told, stop))
    starting = asyncio.Semaphore(STARTED_AT_ONCE)
    async with Pages(responses, starting) as pages:
        means = Means(responses, pages, EventsWatch())
        compiled = Compiled(plans, lambda: means)
        worker = TocsinWorker(compiled, starting)
        await worker.work(stop, Keeper(responses, compiled, worker).keep)
    await watching


async def _when(told: threading.Event, stop: asyncio.Event) -> None:
    while not told.is_set():
        await asyncio.sleep(0.2)
    stop.set()


async def _patiently(ask: Callable[[], Awaitable[Any]]) -> None:
    """A run that a busy server kept from beginning has not crashed, but Prefect's worker would say so: it is asked again."""
    for pause in BUSY_PAUSES_SECONDS:
        try:
            await ask()
        except HTTPError:
            await asyncio.sleep(pause)
        else:
            return
    await ask()


def _note_the_end(run: UUID, driving: "asyncio.Task[Any]") -> None:
    """A failed run is told by its state in Prefect; here it is only noted."""
    if driving.cancelled():
        return
    error = driving.exception()
    if error and not isinstance(error, Abort):
        log.warning("flow run %s ended: %s: %s", run, type(error).__name__, error)
