"""The story of the demo: alert, proposal, acceptance, silence, a kill, a manual decision, the end, the record."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiohttp

from alerts.samples import flood_warning
from flows.model.events import StepFired
from flows.running import journal
from flows.running.journal import Entry
from notifications import outbox
from service.demo.crowd import SILENT, Crowd, Habit
from service.demo.screen import Screen
from service.demo.stage import ServerProcess, Stage

DUTY_OFFICER, COMMANDER = "chenzhiyuan", "liangwenbo"
HABITS = {
    # two patrol leaders whose phones are dead, and a deputy who answers by SMS
    "xuhongbin": SILENT,
    "fengjianjun": SILENT,
    "yangshun": Habit("sms"),
    "dongliang": SILENT,
    # nobody in the town hall answers, and no leader steps in: it ends in a manual decision
    "luozhijun": SILENT,
    "tangli": SILENT,
    "zhaojianguo": SILENT,
    "zhengguoqiang": SILENT,
    COMMANDER: SILENT,
    "huqiang": Habit("link"),
}
KILLED_AT = timedelta(minutes=6)
ENDS_AT = timedelta(minutes=24)
ALL_THE_SAME = "演示到此为止，善后任务不再跟踪"


@dataclass(slots=True)
class Facts:
    """What only the demo can know: real seconds, and what Prefect said."""

    doors_open: float = 0.0
    first_message: float = 0.0
    killed_run: str = ""
    """The flow run that was under way when everything was killed."""
    flow_run: str = ""
    flow_state: str = ""


class Story:
    def __init__(self, stage: Stage, screen: Screen) -> None:
        self._stage, self._screen = stage, screen
        self._server = ServerProcess(stage)
        self._background: list[asyncio.Task[None]] = []
        self._seen = 0
        self._began = 0.0
        self.response = ""
        self.facts = Facts()

    async def play(self) -> None:
        self._began = asyncio.get_running_loop().time()
        await self._start_server()
        async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {self._stage.home.keys.api_token}"}) as http:
            await self._alert(http)
            phones = {person.addresses["sms"]: person.id for person in self._stage.home.duty().people.values()}
            phones |= {person.addresses["wechat"]: person.id for person in self._stage.home.duty().people.values()}
            crowd = Crowd(self._stage.phones, phones, HABITS, self._stage.home.clock)
            self._background = [
                asyncio.create_task(crowd.run()),
                asyncio.create_task(self._watch()),
                asyncio.create_task(self._watch_prefect()),
            ]
            await self._kill_and_restart()
            await self._decide_by_hand(http)
            await self._end(http)
            await self._flow_run_ends()

    async def stop(self) -> None:
        for task in self._background:
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
        self._show_news()
        await self._server.stop()

    async def _start_server(self) -> None:
        took = await self._server.start()
        self.facts.doors_open = self.facts.doors_open or took
        self._screen.say(f"tocsin serve: doors open after {took:.1f} s (process {self._server.pid}); Prefect starts beside")

    async def _alert(self, http: aiohttp.ClientSession) -> None:
        """A CAP alert comes in by HTTP; the duty officer accepts what it proposes, at level III."""
        raw = flood_warning(self._stage.home.clock.now())
        headers = {"Content-Type": "application/cap+xml"}
        async with http.post(self._stage.url("/api/v1/alerts"), data=raw, headers=headers) as answer:
            (message,) = (await answer.json())["messages"]
        proposal = message["proposals"][0]
        proposes = f"proposes {proposal['plan']} {proposal['level']} ({proposal['id']})"
        self._screen.say(f"alert {message['identifier']}: {message['verdict']}, {proposes}")
        body = {
            "by": DUTY_OFFICER,
            "approved_by": COMMANDER,
            "oral": True,
            "level": "III",
            "facts": {"flow": 3300},
            "incident": "渭河林家村站洪水",
            "place": "渭河魏家堡段",
        }
        began = asyncio.get_running_loop().time()
        opened = await self._post(http, f"/api/v1/proposals/{proposal['id']}/accept", body)
        self.response = opened["response"]
        self._screen.opened(self.response, opened)
        await self._until(self._has_first_message, 10, "no message reached a phone")
        self.facts.first_message = asyncio.get_running_loop().time() - began
        self._screen.say(f"first message on a phone {self.facts.first_message * 1000:.0f} ms after the acceptance")

    async def _kill_and_restart(self) -> None:
        """In the middle of the ladders, once the flow run has taken over."""
        await self._at(KILLED_AT)
        await self._until(self._flow_run_is("RUNNING"), 40, "the Prefect flow run did not take over")
        self.facts.killed_run = self.facts.flow_run
        await self._server.kill()
        self.facts.flow_state = "killed"
        self._screen.say("kill -9 of tocsin serve, with its Prefect server and worker; starting it again")
        await self._start_server()

    async def _decide_by_hand(self, http: aiohttp.ClientSession) -> None:
        """Nobody in the town answered: the duty officer sends a courier, and enters by hand that the mayor now knows."""
        town = await self._until_event(
            lambda event: isinstance(event, StepFired) and event.manual and event.assignment.startswith("clear_floodplain"),
            "the town's ladder did not end in a manual decision",
        )
        path = f"/api/v1/responses/{self.response}/tasks/{town.event.assignment}"  # type: ignore[union-attr]
        reason = "电话均无人接听，派派出所民警上门通知"
        await self._post(http, f"{path}/decide", {"by": DUTY_OFFICER, "decision": "courier", "reason": reason})
        await self._post(http, f"{path}/acknowledge", {"by": "luozhijun"})

    async def _end(self, http: aiohttp.ClientSession) -> None:
        await self._at(ENDS_AT)
        path = f"/api/v1/responses/{self.response}"
        await self._post(http, f"{path}/facts", {"by": DUTY_OFFICER, "facts": {"flow": 1900}})
        await self._post(
            http,
            f"{path}/stand-down",
            {"by": DUTY_OFFICER, "approved_by": COMMANDER, "reason": "水位回落，险情解除（演示）", "although": ALL_THE_SAME},
        )
        await self._post(http, f"{path}/close", {"by": DUTY_OFFICER, "reason": "演示结束", "although": ALL_THE_SAME})

    async def _flow_run_ends(self) -> None:
        """The Prefect run of the response ends as Completed under the id it began with."""
        self._screen.say("waiting for the Prefect flow run to end")
        await self._until(self._flow_run_is("COMPLETED"), 60, "the Prefect flow run did not end")

    def _flow_run_is(self, state: str) -> Callable[[], Awaitable[bool]]:
        async def holds() -> bool:
            return self.facts.flow_state == state

        return holds

    async def _watch_prefect(self) -> None:
        """Says when the flow run takes over, and when it does so again after the kill."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(0.5)
            run = (await asyncio.to_thread(self._stage.home.engine.head, self.response)).flow_run or ""
            state = await self._server.flow_state(run) if run else ""
            if (run, state) != (self.facts.flow_run, self.facts.flow_state) and state:
                self._screen.say(f"Prefect flow run {run}: {state} ({loop.time() - self._began:.0f} s)")
                self.facts.flow_run, self.facts.flow_state = run, state

    async def _watch(self) -> None:
        while True:
            await asyncio.to_thread(self._show_news)
            await asyncio.sleep(0.2)

    def _show_news(self) -> None:
        if not self.response:
            return
        for entry in self._entries(self._seen):
            self._seen = entry.number
            self._screen.entry(self._stage.home, self.response, entry)

    def _entries(self, after: int) -> list[Entry]:
        with self._stage.home.database.read() as connection:
            return list(journal.entries(connection, self.response, after))

    async def _has_first_message(self) -> bool:
        return any(message.delivery for message in self._stage.phones.ledger.all() if self._is_ours(message.delivery))

    def _is_ours(self, delivery: str) -> bool:
        with self._stage.home.database.read() as connection:
            view = outbox.delivery(connection, delivery)
        return view is not None and view.response == self.response

    async def _until_event(self, wanted: Callable[[object], bool], fault: str) -> Entry:
        found: list[Entry] = []

        async def has_come() -> bool:
            found.extend(entry for entry in await asyncio.to_thread(self._entries, 0) if wanted(entry.event))
            return bool(found)

        await self._until(has_come, 80, fault)
        return found[0]

    async def _post(self, http: aiohttp.ClientSession, path: str, body: dict[str, Any]) -> dict[str, Any]:
        async with http.post(self._stage.url(path), json=body) as answer:
            found: dict[str, Any] = await answer.json()
            if answer.status >= 400:
                raise DemoFaultError(f"{path}: {found.get('detail', found)}")
            return found

    async def _at(self, moment: timedelta) -> None:
        clock = self._stage.home.clock
        due = self._stage.home.engine.head(self.response).state.opened_at + moment
        await asyncio.sleep(clock.until(due).total_seconds())

    async def _until(self, holds: Callable[[], Awaitable[bool]], seconds: float, fault: str) -> None:
        deadline = asyncio.get_running_loop().time() + seconds
        while not await holds():
            if asyncio.get_running_loop().time() > deadline:
                raise DemoFaultError(fault)
            await asyncio.sleep(0.05)


class DemoFaultError(Exception):
    """Something the demo promises did not happen."""
