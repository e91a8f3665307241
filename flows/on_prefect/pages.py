"""Keeps what Prefect shows of each run true: the message of its state, its artifacts, our events for Prefect's automations.

The journal is the queue. What Prefect could not be told while it was dead is told when it answers again, under the same ids;
nothing of a response waits for it.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from types import TracebackType
from typing import Any
from uuid import UUID, uuid5

from httpx import HTTPStatusError
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import ArtifactCreate, ArtifactUpdate
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId
from prefect.client.schemas.objects import State, StateType
from prefect.events.filters import EventFilter, EventNameFilter, EventOccurredFilter, EventOrder, EventRelatedFilter
from prefect.events.schemas.events import Event, RelatedResource, Resource
from prefect.states import Running

from flows.model.state import Status
from flows.on_prefect.again import again_and_again
from flows.on_prefect.announcing import PREFIX, Announcement, announcements, response_resource
from flows.on_prefect.outlook import (
    ASKING,
    ENDING,
    Cancelling,
    Standing,
    door,
    heading,
    record,
    standing,
    table,
    tags,
    was_asked_or_answered,
)
from flows.running.acts import Glance, Responses
from store.kinds import Kind

AT_ONCE = 2
"""Runs whose pages are written at the same time: Prefect on SQLite has more important things to do."""
SECONDS_BEHIND_A_CROWD = 30
BETWEEN_SECONDS = 3.0
LONGEST_PAUSE_SECONDS = 30.0
PAGE = 50
AS_LONG_AS_ANY = timedelta(days=3650)
_IDS = UUID("6b1f3a52-7d0c-4c1e-9a54-0f7c1d2b8e11")
"""Under it an announcement has the same id whoever makes it: an event that is told twice is one event."""

Turn = Callable[[], AbstractAsyncContextManager[None]]

log = logging.getLogger("tocsin.worker")


class Pages:
    """Of all runs in this worker; entered once, for its connection."""

    def __init__(self, responses: Responses, starting: asyncio.Semaphore) -> None:
        """`starting` is held by the runs that begin: they go first."""
        self._responses, self._starting, self._turn = responses, starting, asyncio.Semaphore(AT_ONCE)
        self._client = get_client()

    async def __aenter__(self) -> "Pages":
        await self._client.__aenter__()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None) -> None:
        await self._client.__aexit__(kind, error, where)

    @asynccontextmanager
    async def shown(self, response: str, run: UUID) -> AsyncIterator[None]:
        """Shows the response as long as this lasts, and at its end until Prefect has taken the last of it."""
        page = _Page(self._responses, response, run, self._client, self._take_turn)
        keeping = asyncio.create_task(again_and_again(page.keep, BETWEEN_SECONDS, LONGEST_PAUSE_SECONDS))
        try:
            yield
            await page.finished.wait()
        finally:
            keeping.cancel()

    @asynccontextmanager
    async def _take_turn(self) -> AsyncIterator[None]:
        async with self._turn:
            for _ in range(SECONDS_BEHIND_A_CROWD):
                if not self._starting.locked():
                    break
                await asyncio.sleep(1)
            yield


class _Page:
    def __init__(self, responses: Responses, response: str, run: UUID, client: PrefectClient, turn: Turn) -> None:
        self._responses, self._response, self._run = responses, response, run
        self._client, self._turn = client, turn
        self._seen, self._announced = 0, -1
        self._cancelling = Cancelling()
        self._said: Standing | None = None
        self._artifacts: dict[str, UUID] | None = None
        self._drawn: dict[str, str] = {}
        self.finished = asyncio.Event()

    async def keep(self) -> None:
        """Waits for news and shows them. Errors: what Prefect's client and the database raise; the next call shows the same."""
        await self._responses.grown(self._response, self._seen)
        async with self._turn():
            glance = await asyncio.to_thread(self._responses.glance, self._response, self._seen)
            cancelling = self._cancelling.after(glance.news)
            self._said = None if was_asked_or_answered(glance.news) else self._said
            await self._try(self._announce(glance))
            is_closed = glance.head.state.status is Status.CLOSED
            if is_closed:
                await self._try(self._untag(glance))
            else:
                await self._try(self._say(glance, standing(glance, cancelling)))
            await self._try(self._draw(glance))
            self._seen, self._cancelling = glance.head.version, cancelling
            if is_closed:
                self.finished.set()

    async def _try(self, showing: Coroutine[Any, Any, None]) -> None:
        """What Prefect refuses for good is given up; what it could not take now is raised, to be tried again."""
        try:
            await showing
        except HTTPStatusError as error:
            if error.response.status_code >= 500:
                raise
            log.warning("response %s: Prefect will not show this: %s", self._response, error)

    async def _announce(self, glance: Glance) -> None:
        if self._announced < 0:
            self._announced = await self._last_announced(glance)
        new = [each for each in announcements(glance) if each.entry > self._announced]
        for start in range(0, len(new), PAGE):
            batch = new[start : start + PAGE]
            events = [_event(each, self._response, self._run).model_dump(mode="json") for each in batch]
            await self._client.request("POST", "/events", json=events)
            self._announced = batch[-1].entry

    async def _last_announced(self, glance: Glance) -> int:
        """The last entry of which an earlier worker has told: an automation must not act on it twice."""
        since = glance.head.state.opened_at
        wanted = EventFilter(
            occurred=EventOccurredFilter(since=since, until=since + AS_LONG_AS_ANY),
            event=EventNameFilter(prefix=[f"{PREFIX[Kind.of(self._response)]}."]),
            related=EventRelatedFilter(id=[response_resource(self._response)]),
            order=EventOrder.DESC,
        )
        page = await self._client.read_events(wanted, limit=PAGE)
        return max((int(each.payload["entry"]) for each in page.events), default=0)

    async def _say(self, glance: Glance, wanted: Standing) -> None:
        if wanted == self._said:
            return
        run = await self._client.read_flow_run(self._run)
        was_cancelling = run.state_type is StateType.CANCELLING
        # Prefect counts every entry into Running as another attempt, unless the run comes back from a pause
        policy = run.empirical_policy.model_copy(update={"resuming": wanted.is_running})
        await self._client.update_flow_run(self._run, empirical_policy=policy, tags=tags(glance, wanted.people))
        if not wanted.is_running:
            state: State[None] = State(type=StateType.CANCELLING, name=wanted.name, message=wanted.message)
            await self._client.set_flow_run_state(self._run, state, force=True)
        elif run.state_type is StateType.RUNNING or run.state_name in (ASKING, ENDING):
            await self._client.set_flow_run_state(self._run, Running(message=wanted.message), force=was_cancelling)
        self._said = wanted

    async def _untag(self, glance: Glance) -> None:
        await self._client.update_flow_run(self._run, tags=tags(glance, 0))

    async def _draw(self, glance: Glance) -> None:
        """Three artifacts a run, each written over as the response goes on."""
        page = self._responses.page(self._response)
        await self._write("door", "markdown", door(glance, page), glance)
        await self._write("tasks", "table", json.dumps(table(glance), ensure_ascii=False), glance)
        if glance.head.state.status is Status.CLOSED:
            whole = await asyncio.to_thread(self._responses.glance, self._response, 0)
            await self._write("record", "markdown", record(whole, page), glance)

    async def _write(self, what: str, kind: str, data: str, glance: Glance) -> None:
        if self._drawn.get(what) == data:
            return
        key = f"{self._response.lower()}-{what}"
        if self._artifacts is None:
            # Prefect's client always asks by task run too, and so finds none of those that belong to the run itself
            mine = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[self._run]))
            asked = {"artifacts": mine.model_dump(mode="json", exclude_unset=True)}
            found = (await self._client.request("POST", "/artifacts/filter", json=asked)).json()
            self._artifacts = {each["key"]: UUID(each["id"]) for each in found}
        if key in self._artifacts:
            await self._client.update_artifact(self._artifacts[key], ArtifactUpdate(data=data, description=heading(glance)))
        else:
            new = ArtifactCreate(key=key, type=kind, description=heading(glance), data=data, flow_run_id=self._run)
            self._artifacts[key] = (await self._client.create_artifact(new)).id
        self._drawn[what] = data


def _event(announced: Announcement, response: str, run: UUID) -> Event:
    return Event(
        occurred=announced.at,
        event=announced.name,
        resource=Resource(
            {"prefect.resource.id": announced.resource, "prefect.resource.name": announced.title, **announced.labels}
        ),
        related=[
            RelatedResource({"prefect.resource.id": response_resource(response), "prefect.resource.role": "response"}),
            RelatedResource({"prefect.resource.id": f"prefect.flow-run.{run}", "prefect.resource.role": "flow-run"}),
        ],
        payload=dict(announced.about),
        id=uuid5(_IDS, f"{response}/{announced.entry}"),
    )
