"""Compiles a plan into Prefect flows: one run is one response, alive until it closes, and its acts are task runs.

A plan gives two flows. `compile_plan` makes `<plan>`, which can only issue `OpenResponse`; `compile_drill` makes `<plan>-drill`,
which can only issue `OpenDrill`. The kind is not a parameter, so no value that a form, a schedule or an automation passes can
turn a drill into the real thing or back. The flow decides nothing and times nothing: the engine does, with or without Prefect.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping
from contextlib import suppress
from typing import Any, get_args
from uuid import UUID, uuid5

from httpx import TransportError
from prefect import Flow, Task, runtime
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterId,
    TaskRunFilter,
    TaskRunFilterState,
    TaskRunFilterStateType,
)
from prefect.client.schemas.objects import StateType
from prefect.client.schemas.sorting import TaskRunSort
from prefect.exceptions import Abort
from prefect.states import Completed, Failed, State
from prefect.task_engine import run_task_async
from pydantic import BaseModel

from flows.acts import Act, ActKind, Ending, PersonReached, Reach, Responses, deployment_name, flow_name
from flows.commands import OpenDrill, Opening, OpenResponse
from flows.errors import FlowError
from flows.facts import read_facts
from flows.forms import facts_form, given_facts, level_choice
from plans.model import Level, Plan
from store.errors import StoreError
from store.kinds import Kind

Body = Callable[..., Coroutine[Any, Any, State[Any]]]
Source = Callable[[], Responses]
PlanSource = Callable[[], Mapping[str, Plan]]
Flows = Mapping[str, "Flow[..., Any]"]
"""By the deployment's name, `flood/response`."""

TAG = "tocsin"
PATIENCE_SECONDS = 120.0
"""Real time that an act's task run waits for a gateway to take a message; the ladder itself waits for nobody."""
LOOKS_AT_THE_END = 6
ENDED = [StateType.COMPLETED, StateType.FAILED]
PAGE = 200

FIELDS = {
    "level": ("级别 Level", "empty: the facts decide"),
    "facts": ("事实 Facts", "what is known; empty: not known yet"),
    "incident": ("事件 Incident", "what happened, in a few words"),
    "place": ("地点 Place", "river, county, reach"),
    "by": ("启动人 By", "who activates (a person of the directory)"),
    "approved_by": ("批准人 Approved by", "who approved the level; empty: the same person"),
    "key": ("幂等键 Key", "the same key gives the same response; empty: this flow run is the key"),
    "response": ("响应 Response", "take up this open response instead of opening one"),
}
"""Title and description of each parameter, for the form in Prefect's UI."""


class WrongKindError(FlowError):
    """A drill handed to the flow of the real plan, or the other way round."""

    status = 422

    def __init__(self, response: str, flow: str) -> None:
        super().__init__(response, flow)
        self.response, self.flow = response, flow

    def __str__(self) -> str:
        return f"{self.response} is not for flow {self.flow!r}: real responses (R-…) run in <plan>, drills (D-…) in <plan>-drill"


class PlanNameError(FlowError):
    """Two plans whose flows would have one name: a real response and a drill could meet there."""

    def __init__(self, flow: str) -> None:
        super().__init__(flow)
        self.flow = flow

    def __str__(self) -> str:
        return f"two plans give the Prefect flow {self.flow!r}; rename the plan whose name ends in -drill"


class Compiled:
    """Both flows of every plan, under their deployments' names; compiled again when a plan changes.

    A plan that has gone or no longer checks keeps its last flows: its open responses need them.
    """

    def __init__(self, plans: PlanSource, source: Source) -> None:
        self._plans, self._source = plans, source
        self._known: dict[str, Plan] = {}
        self._flows: Flows = {}

    def now(self) -> Flows:
        """The same object while no plan has changed. Errors: `PlanNameError`."""
        known = {**self._known, **self._plans()}
        if known != self._known:
            self._flows, self._known = compile_all(known.values(), self._source), known
        return self._flows


def compile_all(plans: Iterable[Plan], source: Source) -> Flows:
    """Errors: `PlanNameError`."""
    flows: dict[str, Flow[..., Any]] = {}
    for plan in plans:
        for kind, compiled in ((Kind.REAL, compile_plan), (Kind.DRILL, compile_drill)):
            if any(flow.name == flow_name(plan.name, kind) for flow in flows.values()):
                raise PlanNameError(flow_name(plan.name, kind))
            flows[deployment_name(plan.name, kind)] = compiled(plan, source)
    return flows


def compile_plan(plan: Plan, source: Source) -> "Flow[..., Any]":
    """The flow of real responses. `source` gives the engine to the run, in the worker that runs it."""

    async def respond(
        level: str | None = None,
        facts: BaseModel | None = None,
        incident: str = "",
        place: str = "",
        by: str = "",
        approved_by: str | None = None,
        key: str | None = None,
        response: str | None = None,
    ) -> State[Any]:
        def opening() -> Opening:
            given = _given(plan, level, facts)
            return OpenResponse(incident=incident, place=place, by=by, approved_by=approved_by or "", via="prefect", **given)

        return await _respond(source(), plan, Kind.REAL, opening, key, response)

    return _flow(plan, Kind.REAL, respond)


def compile_drill(plan: Plan, source: Source) -> "Flow[..., Any]":
    """The flow of drills (演练): the same course, in the drill's own tables, to the drill's own recipients."""

    async def rehearse(
        level: str | None = None,
        facts: BaseModel | None = None,
        incident: str = "",
        place: str = "",
        by: str = "",
        key: str | None = None,
        response: str | None = None,
    ) -> State[Any]:
        def opening() -> Opening:
            return OpenDrill(incident=incident, place=place, by=by, via="prefect", **_given(plan, level, facts))

        return await _respond(source(), plan, Kind.DRILL, opening, key, response)

    return _flow(plan, Kind.DRILL, rehearse)


def _flow(plan: Plan, kind: Kind, body: Body) -> "Flow[..., Any]":
    body.__annotations__ |= {"level": level_choice(plan), "facts": facts_form(plan) | None}
    mark = "【演练】EXERCISE " if kind is Kind.DRILL else ""
    flow: Flow[..., Any] = Flow(
        body,
        name=flow_name(plan.name, kind),
        version=plan.digest[:12],
        description=f"{mark}{plan.title.zh} {plan.title.en} ({plan.owner}, {plan.version})",
        persist_result=True,
        result_serializer="json",
        retries=0,
    )
    for name, field in flow.parameters.properties.items():
        field["title"], field["description"] = FIELDS[name]
    return flow


def _given(plan: Plan, level: str | None, facts: BaseModel | None) -> dict[str, Any]:
    readings = read_facts(plan, given_facts(facts))
    return {"level": Level[level] if level else None, "facts": readings.facts, "forecasts": readings.forecasts}


async def _respond(
    responses: Responses, plan: Plan, kind: Kind, opening: Callable[[], Opening], key: str | None, adopted: str | None
) -> State[Any]:
    run = str(runtime.flow_run.id)
    if adopted and Kind.of(adopted) is not kind:
        raise WrongKindError(adopted, flow_name(plan.name, kind))
    response = adopted or await asyncio.to_thread(responses.open, plan.name, opening(), key or f"prefect:{run}")
    await asyncio.to_thread(responses.attach, response, run)
    await _name(UUID(run), response)
    return await _follow(responses, response, UUID(run))


async def _name(run: UUID, response: str) -> None:
    """So that a person finds the run of a response in Prefect's UI; without an answer it keeps the name it has."""
    if runtime.flow_run.name != response:
        with suppress(TransportError):
            async with get_client() as client:
                await client.set_flow_run_name(run, response)


async def _follow(responses: Responses, response: str, run: UUID) -> State[Any]:
    stage = _Stage(responses, response, run)
    try:
        await stage.recall()
        ending = await responses.follow(response, stage.perform, 0)
        await stage.settle()
    except asyncio.CancelledError as cause:
        # The worker is stopping, the response is not: Abort leaves the run's state to the worker, which hands it on.
        raise Abort(f"response {response} goes on without this run") from cause
    return Completed(message=ending.summary, data=_summary(ending, stage))


def _summary(ending: Ending, stage: "_Stage") -> dict[str, Any]:
    return {
        "response": ending.response,
        "closed_at": ending.closed_at.isoformat(),
        "entries": ending.entries,
        "acts": len(stage.acts),
        "summary": ending.summary,
    }


class _Stage:
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
            return verdict(act, await self._reached(act))

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
            waiting = not people if act.people else False
            waiting = waiting or any(person.reach is Reach.WAITING for person in people)
            if not waiting or loop.time() - started > PATIENCE_SECONDS:
                return people
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, 5.0)


def verdict(act: Act, people: tuple[PersonReached, ...]) -> State[Any]:
    """What the task run says happened; it fails when people were to be told and nobody was reached."""
    reached = [person for person in people if person.reach is Reach.ACCEPTED]
    lost = [person for person in people if person.reach is not Reach.ACCEPTED]
    told = "; ".join([*(f"{person.person} by {person.how}" for person in reached), *map(_unreached, lost)])
    if not act.calls_people or reached:
        return Completed(message=told or act.title)
    return Failed(message=f"nobody was reached: {told or 'nobody holds this post now'}")


def _unreached(person: PersonReached) -> str:
    return f"{person.person} not reached" + (f" ({person.detail})" if person.detail else "")


async def _ended_task_runs(run: UUID) -> set[UUID]:
    """Empty when Prefect does not answer: then acts are shown once more, under the same ids."""
    ended: set[UUID] = set()
    try:
        async with get_client() as client:
            while page := await client.read_task_runs(
                flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=[run])),
                task_run_filter=TaskRunFilter(state=TaskRunFilterState(type=TaskRunFilterStateType(any_=ENDED))),
                sort=TaskRunSort.ID_DESC,
                limit=PAGE,
                offset=len(ended),
            ):
                ended |= {each.id for each in page}
    except TransportError:
        return set()
    return ended
