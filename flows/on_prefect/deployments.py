"""What Tocsin keeps in Prefect: the work pool, two deployments a plan, and the schedules of drills.

A deployment that has not changed is not written again: Prefect drops the schedules and the planned runs of a deployment that
is created a second time.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from httpx import HTTPError
from prefect import Flow
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import DeploymentScheduleCreate, DeploymentUpdate, WorkPoolCreate
from prefect.client.schemas.objects import DeploymentSchedule
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.schedules import CronSchedule
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound
from prefect.settings import PREFECT_API_URL
from prefect.workers.base import BaseWorker
from pydantic import ValidationError

from flows.errors import FlowError, UnknownNameError
from flows.model.events import SCHEDULE
from flows.on_prefect.outlook import TAG
from flows.on_prefect.response_flow import Flows, Means, compile_drill
from flows.running.acts import POOL, deployment_name
from plans.model import Level, Plan
from store.kinds import Kind

WORKER_TYPE = "tocsin"
ENTRYPOINT = "flows.on_prefect.response_flow:compile_plan"
"""Shown in the UI only: the worker compiles the plan and loads no entrypoint."""
TIMEZONE = "Asia/Shanghai"
_FROM, _EIGHT_YEARS = datetime(2024, 1, 1, tzinfo=UTC), timedelta(days=8 * 366)


class PrefectUnreachableError(FlowError):
    status = 503

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(address, reason)
        self.address, self.reason = address, reason

    def __str__(self) -> str:
        return (
            f"the Prefect server at {self.address or '(PREFECT_API_URL is not set)'} did not do it ({self.reason}); "
            "start `tocsin serve` and wait until it says that Prefect is ready, or set PREFECT_API_URL"
        )


class ScheduleError(FlowError):
    status = 422

    def __init__(self, cron: str, timezone: str, reason: str) -> None:
        super().__init__(cron, timezone, reason)
        self.cron, self.timezone, self.reason = cron, timezone, reason

    def __str__(self) -> str:
        return (
            f"cron {self.cron!r}, time zone {self.timezone!r}: {self.reason}; expected minute hour day month weekday, "
            "as in '0 9 15 5,11 *', and a zone such as Asia/Shanghai"
        )


@dataclass(frozen=True, slots=True)
class DrillSchedule:
    """`name` is unique within the plan; scheduling under the same name again replaces it."""

    plan: str
    name: str
    cron: str
    timezone: str
    level: str
    active: bool


@dataclass(frozen=True, slots=True)
class DrillScheduled:
    """`replaced` is what stood under the same name."""

    made: DrillSchedule
    replaced: DrillSchedule | None


async def register(client: PrefectClient, flows: Flows) -> dict[str, UUID]:
    """The pool and a deployment for each flow, made or brought up to date; gives the deployments' ids by name."""
    await _make_pool(client)
    return {name: await _make_deployment(client, name, flow) for name, flow in flows.items()}


async def schedule_drill(
    plan: Plan,
    cron: str,
    *,
    timezone: str = TIMEZONE,
    level: Level | None = None,
    name: str = "",
    by: str = SCHEDULE,
    place: str = "",
) -> DrillScheduled:
    """Puts a Prefect schedule on the plan's drill deployment; no schedule can stand on the real one.

    Errors: `ScheduleError`, `PrefectUnreachableError`.
    """
    name = name or f"level-{level.name if level else 'by-facts'}"
    schedule, replaced = _cron(cron, timezone), None
    await _require_a_date(schedule)
    parameters = {"level": level.name if level else None, "by": by, "place": place, "incident": drill_incident(name, level)}
    async with _prefect() as client:
        deployment = (
            await register(client, {deployment_name(plan.name, Kind.DRILL): compile_drill(plan, _no_engine)})
        ).popitem()[1]
        for old in await client.read_deployment_schedules(deployment):
            if old.slug == name:
                replaced = _shown(plan.name, old)
                await client.delete_deployment_schedule(deployment, old.id)
        wanted = DeploymentScheduleCreate(schedule=schedule, active=True, parameters=parameters, slug=name)
        (new,) = await client.create_deployment_schedules(deployment, [wanted])
    return DrillScheduled(_shown(plan.name, new), replaced)


def drill_incident(name: str, level: Level | None) -> str:
    """What a scheduled drill is called in the messages, of people of either language."""
    return f"计划演练{f'（{level.name}级）' if level else ''} scheduled drill {name}"


async def drill_schedules(plan: str) -> list[DrillSchedule]:
    async with _prefect() as client:
        try:
            deployment = await client.read_deployment_by_name(deployment_name(plan, Kind.DRILL))
        except ObjectNotFound:
            return []
        return [_shown(plan, each) for each in deployment.schedules]


async def remove_drill_schedule(plan: str, name: str) -> None:
    """Errors: `UnknownNameError`, `PrefectUnreachableError`."""
    async with _prefect() as client:
        try:
            deployment = await client.read_deployment_by_name(deployment_name(plan, Kind.DRILL))
        except ObjectNotFound as cause:
            raise UnknownNameError(f"drill schedule of plan {plan!r}", name, ()) from cause
        known = {each.slug or str(each.id): each.id for each in deployment.schedules}
        if name not in known:
            raise UnknownNameError(f"drill schedule of plan {plan!r}", name, known)
        await client.delete_deployment_schedule(deployment.id, known[name])


async def _make_pool(client: PrefectClient) -> None:
    try:
        await client.read_work_pool(POOL)
    except ObjectNotFound:
        template = BaseWorker.get_default_base_job_template()
        try:
            await client.create_work_pool(WorkPoolCreate(name=POOL, type=WORKER_TYPE, base_job_template=template))
        except ObjectAlreadyExists:
            return


async def _make_deployment(client: PrefectClient, name: str, flow: "Flow[..., Any]") -> UUID:
    wanted = _wanted(flow)
    try:
        found = await client.read_deployment_by_name(name)
    except ObjectNotFound:
        flow_id = await client.create_flow(flow)
        return await client.create_deployment(flow_id, name.partition("/")[2], **wanted)
    if _differs(found, wanted):
        await client.update_deployment(found.id, DeploymentUpdate(**wanted))
    return found.id


def _wanted(flow: "Flow[..., Any]") -> dict[str, Any]:
    return {
        "version": flow.version,
        "description": flow.description,
        "tags": [TAG],
        "work_pool_name": POOL,
        "entrypoint": ENTRYPOINT,
        "parameter_openapi_schema": flow.parameters.model_dump_for_openapi(),
        "enforce_parameter_schema": True,
    }


def _differs(found: DeploymentResponse, wanted: Mapping[str, Any]) -> bool:
    return any(getattr(found, field) != value for field, value in wanted.items())


def _cron(cron: str, timezone: str) -> CronSchedule:
    try:
        return CronSchedule(cron=cron, timezone=timezone)
    except ValidationError as cause:
        raise ScheduleError(cron, timezone, "; ".join(each["msg"] for each in cause.errors())) from cause


async def _require_a_date(schedule: CronSchedule) -> None:
    """A cron line has no year: from any day on, what does not come in eight years with two leap days never comes."""
    # Prefect computes dates in its server's half, which takes two seconds to import: no other command may wait for that
    from prefect.server.schemas.schedules import CronSchedule as DatedCron

    zone = schedule.timezone or TIMEZONE
    try:
        dates = await DatedCron(cron=schedule.cron, timezone=zone).get_dates(1, start=_FROM, end=_FROM + _EIGHT_YEARS)
    except ValueError:  # the search of croniter has found none
        dates = []
    if not dates:
        raise ScheduleError(schedule.cron, zone, "no such date comes in the next eight years, so the drill would never be held")


def _shown(plan: str, found: DeploymentSchedule) -> DrillSchedule:
    cron, timezone = (
        (found.schedule.cron, found.schedule.timezone) if isinstance(found.schedule, CronSchedule) else (str(found.schedule), "")
    )
    return DrillSchedule(
        plan, found.slug or str(found.id), cron, timezone or "UTC", found.parameters.get("level") or "", found.active
    )


@asynccontextmanager
async def _prefect() -> AsyncIterator[PrefectClient]:
    address = PREFECT_API_URL.value() or ""
    if not address:
        raise PrefectUnreachableError("", "no address")
    try:
        async with get_client() as client:
            yield client
    except HTTPError as cause:
        raise PrefectUnreachableError(address, f"{type(cause).__name__}: {cause}") from cause


def _no_engine() -> Means:
    raise PrefectUnreachableError("", "a flow that was compiled to be registered cannot be run")
