"""Keeps every open response driven by one flow run: looks at both sides again and again and takes the steps `adoption` finds."""

import asyncio
import logging
import os
import socket
from collections.abc import Collection, Iterable
from typing import Protocol
from uuid import UUID

from httpx import HTTPStatusError
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterId,
    FlowRunFilterState,
    FlowRunFilterStateName,
    FlowRunFilterStateType,
    WorkPoolFilter,
    WorkPoolFilterName,
)
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.exceptions import ObjectNotFound
from prefect.states import AwaitingRetry, Cancelled

from flows.on_prefect.adoption import Ask, Create, Drop, Release, Retry, Run, RunState, Step, View, steps
from flows.on_prefect.deployments import register
from flows.on_prefect.outlook import ASKING, ENDING
from flows.on_prefect.response_flow import Compiled, Flows
from flows.running.acts import POOL, OpenOne, Responses, deployment_name
from store.kinds import Kind

CREATED_AT_ONCE = 10
"""In one pass; a Prefect server on SQLite answers 503 to a crowd."""
LOOK_ANYWAY_SECONDS = 5.0
PAGE = 200
ACTIVE = [StateType.PENDING, StateType.RUNNING, StateType.CANCELLING]
STATES = {
    StateType.PENDING: RunState.PENDING,
    StateType.RUNNING: RunState.RUNNING,
    StateType.PAUSED: RunState.PAUSED,
    StateType.CANCELLING: RunState.CANCELLING,
    StateType.CANCELLED: RunState.CANCELLED,
}

log = logging.getLogger("tocsin.worker")


class Hand(Protocol):
    """The worker, as far as the keeper needs it."""

    name: str

    @property
    def in_hand(self) -> set[str]:
        """The flow runs that it drives."""
        ...

    async def release(self, run: UUID) -> None: ...


class Keeper:
    def __init__(self, responses: Responses, compiled: Compiled, worker: Hand) -> None:
        self._responses, self._compiled, self._worker = responses, compiled, worker
        self._registered: Flows = {}
        self._deployments: dict[str, UUID] = {}
        self._seen: dict[str, tuple[object, float]] = {}
        self._looked = float("-inf")
        self._told: set[str] = set()

    async def keep(self) -> None:
        """One pass. Errors of Prefect and of the database come out; nothing is lost, the next pass looks again."""
        in_hand = self._worker.in_hand
        open_ones = await asyncio.to_thread(self._responses.waiting_for_prefect)
        now = asyncio.get_running_loop().time()
        if self._deployments and all(one.flow_run in in_hand for one in open_ones) and now - self._looked < LOOK_ANYWAY_SECONDS:
            return
        async with get_client() as client:
            await self._register(client)
            try:
                view = await self._look(client, open_ones, in_hand, now)
            except ObjectNotFound:
                self._deployments = {}  # it has lost its database, and with it our pool
                raise
            await self._take(client, steps(view))
        self._looked = now

    async def _register(self, client: PrefectClient) -> None:
        flows = await asyncio.to_thread(self._compiled.now)
        if not self._deployments or flows is not self._registered:
            self._deployments, self._registered = await register(client, flows), flows

    async def _look(self, client: PrefectClient, open_ones: list[OpenOne], in_hand: set[str], now: float) -> View:
        found = await _flow_runs(client, [one.flow_run for one in open_ones if one.flow_run])
        names = {flow_id: (await client.read_flow(flow_id)).name for flow_id in {run.flow_id for run in found}}
        alive = await _alive_workers(client) - {self._worker.name}
        self._seen = {str(run.id): self._first_seen(run, now) for run in found}
        runs = [_as_run(run, names[run.flow_id], now - self._seen[str(run.id)][1]) for run in found]
        return View(open_ones, runs, in_hand | self._worker.in_hand, alive.__contains__)

    def _first_seen(self, run: FlowRun, now: float) -> tuple[object, float]:
        before = self._seen.get(str(run.id))
        return before if before and before[0] == run.state_id else (run.state_id, now)

    async def _take(self, client: PrefectClient, needed: Iterable[Step]) -> None:
        created = 0
        for step in needed:
            match step:
                case Create(response, plan) if created < CREATED_AT_ONCE:
                    created += 1
                    await self._create(client, response, plan)
                case Create():
                    pass  # the next passes create them, a few at a time
                case Retry(run, reason):
                    log.info("flow run %s is taken up again: %s", run, reason)
                    await client.set_flow_run_state(UUID(run), AwaitingRetry(message=reason), force=True)
                case Ask():
                    await self._ask(client, step)
                case Release(run):
                    await self._worker.release(UUID(run))
                    await client.set_flow_run_state(UUID(run), Cancelled(message="cancelled in Prefect"), force=True)
                case Drop(run):
                    log.warning("Prefect does not know flow run %s any more: its response gets another", run)
                    await self._worker.release(UUID(run))

    async def _ask(self, client: PrefectClient, step: Ask) -> None:
        """The response first: a cancel that nobody hears of would be worse than one that is asked for twice."""
        await asyncio.to_thread(self._responses.ask_why, step.response)
        log.warning("flow run %s of %s was cancelled in Prefect: the reason is asked for", step.run, step.response)
        message = "whoever may end the response is asked for the reason; the response goes on"
        state = AwaitingRetry(message=message) if step.again else State(type=StateType.CANCELLING, name=ASKING, message=message)
        await client.set_flow_run_state(UUID(step.run), state, force=True)

    async def _create(self, client: PrefectClient, response: str, plan: str) -> None:
        deployment = self._deployments.get(deployment_name(plan, Kind.of(response)))
        if not deployment:
            if response not in self._told:
                log.warning("response %s: this worker does not know plan %r; it goes on without a flow run", response, plan)
            self._told.add(response)
            return
        try:
            run = await client.create_flow_run_from_deployment(
                deployment, parameters={"response": response}, idempotency_key=response, name=response
            )
        except HTTPStatusError as error:
            if error.response.status_code != 404:
                raise
            self._deployments = {}  # deleted by somebody; the next pass makes them again
            return
        await asyncio.to_thread(self._responses.attach, response, str(run.id))


async def hand_back(runs: Collection[UUID], reason: str) -> None:
    """Lets the next free worker go on with these runs."""
    if not runs:
        return
    async with get_client() as client:
        for run in runs:
            await client.set_flow_run_state(run, AwaitingRetry(message=reason), force=True)


async def _flow_runs(client: PrefectClient, attached: Iterable[str]) -> list[FlowRun]:
    pool = WorkPoolFilter(name=WorkPoolFilterName(any_=[POOL]))
    active = FlowRunFilterState(type=FlowRunFilterStateType(any_=ACTIVE))
    retrying = FlowRunFilterState(name=FlowRunFilterStateName(any_=["AwaitingRetry"]))
    found = {run.id: run for state in (active, retrying) for run in await _all(client, FlowRunFilter(state=state), pool)}
    others = [UUID(run) for run in attached if UUID(run) not in found]
    for start in range(0, len(others), PAGE):
        wanted = FlowRunFilter(id=FlowRunFilterId(any_=others[start : start + PAGE]))
        found |= {
            run.id: run for run in await client.read_flow_runs(flow_run_filter=wanted, sort=FlowRunSort.ID_DESC, limit=PAGE)
        }
    return list(found.values())


async def _all(client: PrefectClient, wanted: FlowRunFilter, pool: WorkPoolFilter) -> list[FlowRun]:
    found: list[FlowRun] = []
    while page := await client.read_flow_runs(
        flow_run_filter=wanted, work_pool_filter=pool, sort=FlowRunSort.ID_DESC, limit=PAGE, offset=len(found)
    ):
        found += page
        if len(page) < PAGE:
            break
    return found


async def _alive_workers(client: PrefectClient) -> set[str]:
    """By their heartbeats; a worker of this machine also by its process, which tells ninety seconds sooner."""
    workers = await client.read_workers_for_work_pool(POOL, offset=0, limit=PAGE)
    return {worker.name for worker in workers if worker.status.value == "ONLINE" and _has_process(worker.name)}


def _has_process(worker: str) -> bool:
    """False only for a worker of this machine whose process is gone. The name is `tocsin HOST PID TOKEN`."""
    words = worker.split(" ")
    if len(words) != 4 or words[1] != socket.gethostname():
        return True
    try:
        os.kill(int(words[2]), 0)
    except ProcessLookupError:
        return False
    except (PermissionError, ValueError):
        return True
    return True


def _as_run(run: FlowRun, flow: str, seconds: float) -> Run:
    worker = str(run.labels.get("prefect.worker.name", ""))
    return Run(str(run.id), flow, _state(run), worker, seconds, str(run.parameters.get("response") or ""))


def _state(run: FlowRun) -> RunState:
    if run.state_type is StateType.CANCELLING and run.state_name in (ASKING, ENDING):
        return RunState.ASKED
    if run.state_type in STATES:
        return STATES[run.state_type]
    if run.state_type is StateType.SCHEDULED:
        return RunState.RETRYING if run.state_name == "AwaitingRetry" else RunState.SCHEDULED
    return RunState.ENDED
