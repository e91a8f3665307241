"""Compiles a plan into Prefect flows: one run is one response, alive until it closes, and its acts are task runs.

A plan gives two flows. `compile_plan` makes `<plan>`, which can only issue `OpenResponse`; `compile_drill` makes `<plan>-drill`,
which can only issue `OpenDrill`. The kind is not a parameter, so no value that a form, a schedule or an automation passes can
turn a drill into the real thing or back. The flow decides nothing and times nothing: the engine does, with or without Prefect.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from prefect import Flow, runtime
from prefect.client.schemas.objects import State
from prefect.exceptions import Abort
from prefect.states import Cancelled, Completed
from pydantic import BaseModel

from flows.deciding.facts import read_facts
from flows.errors import DrillOpenError, FlowError, PeopleNeededError
from flows.model.commands import OpenDrill, Opening, OpenResponse
from flows.on_prefect.act_runs import ActRuns, name_run
from flows.on_prefect.events_worker import EventsWatch
from flows.on_prefect.forms import facts_form, given_facts, level_choice
from flows.on_prefect.outlook import DRILL, Cancelling
from flows.on_prefect.pages import Pages
from flows.running.acts import PREFECT, Ending, Responses, deployment_name, flow_name
from plans.model import Level, Plan
from store.kinds import Kind

Body = Callable[..., Coroutine[Any, Any, State[Any]]]
Source = Callable[[], "Means"]
PlanSource = Callable[[], Mapping[str, Plan]]
Flows = Mapping[str, "Flow[..., Any]"]
"""By the deployment's name, `flood/response`."""

SKIPPED = "Skipped"
"""The state in which Prefect shows a drill that was not begun, with the reason."""

log = logging.getLogger("tocsin.worker")

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


@dataclass(frozen=True, slots=True)
class Means:
    """What a run needs of the worker that runs it: the engine, and the pages that Prefect shows of it."""

    responses: Responses
    pages: Pages
    events: EventsWatch


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
    """The flow of real responses. `source` gives its means to the run, in the worker that runs it."""

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
            return OpenResponse(incident=incident, place=place, by=by, approved_by=approved_by or "", via=PREFECT, **given)

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
            return OpenDrill(incident=incident, place=place, by=by, via=PREFECT, **_given(plan, level, facts))

        return await _respond(source(), plan, Kind.DRILL, opening, key, response)

    return _flow(plan, Kind.DRILL, rehearse)


def _flow(plan: Plan, kind: Kind, body: Body) -> "Flow[..., Any]":
    body.__annotations__ |= {"level": level_choice(plan), "facts": facts_form(plan) | None}
    mark = f"{DRILL} " if kind is Kind.DRILL else ""
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
    means: Means, plan: Plan, kind: Kind, opening: Callable[[], Opening], key: str | None, adopted: str | None
) -> State[Any]:
    run, responses = str(runtime.flow_run.id), means.responses
    if adopted:
        if Kind.of(adopted) is not kind:
            raise WrongKindError(adopted, flow_name(plan.name, kind))
        response = adopted
    else:
        try:
            response = await asyncio.to_thread(responses.open, plan.name, opening(), key or f"prefect:{run}")
        except (PeopleNeededError, DrillOpenError) as error:
            log.warning("flow run %s: %s", run, error)
            return Cancelled(name=SKIPPED, message=str(error))
    await asyncio.to_thread(responses.attach, response, run)
    await name_run(UUID(run), response)
    return await _follow(means, response, UUID(run))


async def _follow(means: Means, response: str, run: UUID) -> State[Any]:
    shown = ActRuns(means.responses, response, run, means.events)
    try:
        await shown.recall()
        async with means.pages.shown(response, run), shown.watched():
            ending = await means.responses.follow(response, shown.perform, 0)
            await shown.settle()
        whole = await asyncio.to_thread(means.responses.glance, response, 0)
    except asyncio.CancelledError as cause:
        # The worker is stopping, the response is not: Abort leaves the run's state to the worker, which hands it on.
        raise Abort(f"response {response} goes on without this run") from cause
    cancelling = Cancelling().after(whole.news)
    if cancelling.asked:
        message = f"取消后终止 cancelled in Prefect, then stood down: {cancelling.reason} ({ending.summary})"
        return Cancelled(message=message)
    return Completed(message=ending.summary, data=_summary(ending, shown))


def _summary(ending: Ending, shown: ActRuns) -> dict[str, Any]:
    return {
        "response": ending.response,
        "closed_at": ending.closed_at.isoformat(),
        "entries": ending.entries,
        "acts": len(shown.acts),
        "summary": ending.summary,
    }
