"""A Prefect schedule that really fires opens a drill, and only a drill."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings

from flows.errors import UnknownNameError
from flows.on_prefect.deployments import (
    ENTRYPOINT,
    PrefectUnreachableError,
    ScheduleError,
    drill_schedules,
    remove_drill_schedule,
    schedule_drill,
)
from plans.model import Level
from service.serving.children import Child
from store.kinds import Kind
from tests.prefect.bureau import Bureau, quick_plan
from tests.prefect.conftest import Prefect

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("prefect")]

Until = Callable[..., Any]


@pytest.fixture
def at_server(address: str) -> Any:
    with temporary_settings({PREFECT_API_URL: address}):
        yield


def test_a_schedule_that_fires_opens_a_drill_at_its_level(
    at_server: None, start_worker: Callable[[], Child], bureau: Bureau, prefect: Prefect, until: Until
) -> None:
    start_worker()

    made = asyncio.run(schedule_drill(quick_plan(), "* * * * *", level=Level.III, name="each minute")).made
    (head,) = until(bureau.opened, seconds=150)
    asyncio.run(remove_drill_schedule("quick", "each minute"))

    assert (made.cron, made.timezone, made.level) == ("* * * * *", "Asia/Shanghai", "III")
    assert (head.state.kind, head.state.level) == (Kind.DRILL, Level.III)
    run = until(lambda: bureau.head(head.response).flow_run)
    assert prefect.flow_run(run)["auto_scheduled"]
    bureau.close(head.response)
    until(lambda: prefect.flow_run(run)["state_name"], "Completed")


def test_a_drill_is_skipped_and_says_why_while_a_real_response_needs_its_people(
    start_worker: Callable[[], Child], bureau: Bureau, prefect: Prefect, until: Until
) -> None:
    response = bureau.activate()
    start_worker()
    until(lambda: prefect.has_deployment("quick-drill/drill"))

    run = prefect.run_deployment("quick-drill/drill", {"level": "III", "by": "schedule"}).json()["id"]
    until(lambda: prefect.flow_run(run)["state_name"], "Skipped")

    state = prefect.flow_run(run)["state"]
    assert state["type"] == "CANCELLED"
    assert f"the real response {response} (渭河洪水) needs the same people (Zhao" in state["message"]
    assert [head.response for head in bureau.opened()] == [response]


def test_scheduling_again_under_the_same_name_replaces_the_schedule(at_server: None) -> None:
    first = asyncio.run(schedule_drill(quick_plan(), "0 9 15 5 *", level=Level.III, name="spring"))
    second = asyncio.run(schedule_drill(quick_plan(), "0 9 15 5,11 *", level=Level.II, name="spring"))

    assert (first.replaced, second.replaced) == (None, first.made)
    found = asyncio.run(drill_schedules("quick"))

    assert [(each.name, each.cron, each.level) for each in found] == [("spring", "0 9 15 5,11 *", "II")]
    asyncio.run(remove_drill_schedule("quick", "spring"))
    assert asyncio.run(drill_schedules("quick")) == []


def test_a_worker_that_starts_leaves_the_schedules_alone(
    at_server: None, start_worker: Callable[[], Child], prefect: Prefect, until: Until
) -> None:
    asyncio.run(schedule_drill(quick_plan(), "0 9 15 5 *", name="kept"))

    start_worker()
    until(lambda: prefect.has_deployment("quick/response"))

    assert [each.name for each in asyncio.run(drill_schedules("quick"))] == ["kept"]
    asyncio.run(remove_drill_schedule("quick", "kept"))


def test_a_plan_that_changes_keeps_its_schedules(at_server: None, prefect: Prefect) -> None:
    asyncio.run(schedule_drill(quick_plan(), "0 9 15 5 *", level=Level.III, name="spring"))
    changed = replace(quick_plan(), version="2")

    asyncio.run(schedule_drill(changed, "0 9 15 11 *", level=Level.III, name="autumn"))

    assert prefect.deployment("quick-drill/drill")["version"] == changed.digest[:12]
    assert sorted(each.name for each in asyncio.run(drill_schedules("quick"))) == ["autumn", "spring"]
    for name in ("autumn", "spring"):
        asyncio.run(remove_drill_schedule("quick", name))


def test_a_deployment_of_an_older_version_is_brought_up_to_date_and_what_people_changed_in_prefect_stays(
    at_server: None, start_worker: Callable[[], Child], bureau: Bureau, prefect: Prefect, until: Until
) -> None:
    asyncio.run(schedule_drill(quick_plan(), "0 9 15 5 *", level=Level.III, name="spring"))
    drill = prefect.deployment("quick-drill/drill")
    prefect.patch(f"deployments/{drill['id']}", {"entrypoint": "flows.response_flow:compile_plan", "version": "old"})
    (schedule,) = drill["schedules"]
    later = {"cron": "0 9 16 6 *", "timezone": "Asia/Shanghai"}
    prefect.patch(f"deployments/{drill['id']}/schedules/{schedule['id']}", {"schedule": later, "active": False})
    run = prefect.run_deployment("quick-drill/drill", {"level": "III"}).json()["id"]

    start_worker()
    until(lambda: prefect.deployment("quick-drill/drill")["entrypoint"], ENTRYPOINT)

    (head,) = until(bureau.opened)
    assert until(lambda: bureau.head(head.response).flow_run) == run
    (kept,) = asyncio.run(drill_schedules("quick"))
    assert (kept.name, kept.cron, kept.active) == ("spring", "0 9 16 6 *", False)
    bureau.close(head.response)
    asyncio.run(remove_drill_schedule("quick", "spring"))


@pytest.mark.parametrize(("cron", "timezone"), [("0 9 15 5", "Asia/Shanghai"), ("0 9 15 5 *", "Asia/Baoji")])
def test_a_schedule_that_is_no_schedule_is_refused_in_words(at_server: None, cron: str, timezone: str) -> None:
    with pytest.raises(ScheduleError, match="expected minute hour day month weekday"):
        asyncio.run(schedule_drill(quick_plan(), cron, timezone=timezone))


@pytest.mark.parametrize("cron", ["0 9 31 2 *", "0 9 31 4,6,9,11 *"])
def test_a_schedule_of_a_date_that_never_comes_is_refused(at_server: None, cron: str) -> None:
    with pytest.raises(ScheduleError, match="no such date comes"):
        asyncio.run(schedule_drill(quick_plan(), cron, name="never"))

    assert asyncio.run(drill_schedules("quick")) == []


def test_a_schedule_of_a_leap_day_is_taken(at_server: None) -> None:
    made = asyncio.run(schedule_drill(quick_plan(), "0 9 29 2 *", name="leap")).made

    assert made.cron == "0 9 29 2 *"
    asyncio.run(remove_drill_schedule("quick", "leap"))


def test_a_drill_is_skipped_and_says_which_drill_of_the_plan_is_still_open(
    start_worker: Callable[[], Child], bureau: Bureau, prefect: Prefect, until: Until
) -> None:
    start_worker()
    until(lambda: prefect.has_deployment("quick-drill/drill"))
    prefect.run_deployment("quick-drill/drill", {"level": "III", "by": "schedule"})
    (drill,) = until(bureau.opened)

    run = prefect.run_deployment("quick-drill/drill", {"level": "III", "by": "schedule"}).json()["id"]
    until(lambda: prefect.flow_run(run)["state_name"], "Skipped")

    assert f"{drill.response} of the same plan is still open" in prefect.flow_run(run)["state"]["message"]
    assert [head.response for head in bureau.opened()] == [drill.response]
    bureau.close(drill.response)


def test_removing_an_unknown_schedule_names_the_known_ones(at_server: None) -> None:
    asyncio.run(schedule_drill(quick_plan(), "0 9 15 5 *", name="spring"))

    with pytest.raises(UnknownNameError, match="did you mean 'spring'"):
        asyncio.run(remove_drill_schedule("quick", "sprng"))
    asyncio.run(remove_drill_schedule("quick", "spring"))


def test_a_prefect_server_that_is_not_there_is_said() -> None:
    with (
        temporary_settings({PREFECT_API_URL: "http://127.0.0.1:9/api"}),
        pytest.raises(PrefectUnreachableError, match="tocsin serve"),
    ):
        asyncio.run(drill_schedules("quick"))
