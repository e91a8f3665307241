"""A bureau on a real database that a test and a worker process share: a quick plan, a small roster, a gateway."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from flows.model.commands import Close, Complete, OpenDrill, OpenResponse, RefuseEnd, StandDown
from flows.model.state import Status
from flows.running import journal
from flows.running.engine import Engine
from flows.running.following import EngineResponses
from flows.running.journal import Head
from flows.running.tables import BOOKS
from flows.testing.night import OnePlan, person, small_duty, small_plan, task, text
from notifications.dispatcher import Dispatcher
from notifications.message import Outcome, Outgoing, Result
from notifications.testing import FakeChannel, plain_links, plain_templates
from plans.model import Ladder, Level, Plan, Rung
from store.clock import RealClock
from store.database import Database
from store.kinds import Kind

CHANNELS = ("sms", "wechat", "voice")


def quick_plan() -> Plan:
    """Verify, then patrol, and evacuate; only the patrol's ladder goes on to the deputy, after two seconds."""
    manual = Rung("manual", timedelta(hours=1), "duty_officer", manual=True)
    call, deputy = Rung("call", timedelta(0), "assignee"), Rung("deputy", timedelta(seconds=2), "deputy")
    steady, quick = Ladder("steady", text("steady"), (call, manual)), Ladder("quick", text("quick"), (call, deputy, manual))
    tasks = [
        task("verify", "duty_officer", ladder="steady"),
        task("patrol", "patrol", ladder="quick", after=("verify",)),
        task("evacuate", "town", ladder="steady"),
    ]
    plan = small_plan(tasks)
    return replace(plan, name="quick", ladders={**plan.ladders, "steady": steady, "quick": quick})


class Gateway(FakeChannel):
    """Takes every message but those to `wu`, whose number does not exist."""

    async def deliver(self, message: Outgoing) -> Outcome:
        if message.address in person("wu").addresses.values():
            return Outcome(Result.FAILED_FOR_GOOD, code="invalid", detail="no such number")
        return await super().deliver(message)


def page_of(response: str) -> str:
    return f"https://tocsin.example/responses/{response}"


class Bureau:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = RealClock()
        self.plan = quick_plan()
        self.database = Database(folder / "tocsin.db")
        self.engine = Engine(self.database, OnePlan(self.plan), small_duty, self.clock, ZoneInfo("Asia/Shanghai"))
        self.responses = EngineResponses(self.engine, page_of)

    def activate(self, incident: str = "渭河洪水") -> str:
        opening = OpenResponse(incident=incident, level=Level.III, by="zhao", approved_by="sun")
        return self.engine.open("quick", opening).response

    def drill(self) -> str:
        return self.engine.open("quick", OpenDrill(incident="演练", level=Level.III, by="zhao")).response

    def deliver(self) -> None:
        """Gives what is in the outbox to the gateway, once."""
        channels = {kind: {name: Gateway(name) for name in CHANNELS} for kind in Kind}
        asyncio.run(Dispatcher(self.database, channels, self.clock, plain_templates, plain_links).drain())

    def complete(self, response: str, assignment: str, who: str) -> None:
        self.engine.submit(response, Complete(by=who, assignment=assignment))

    def refuse_end(self, response: str, reason: str) -> None:
        self.engine.submit(response, RefuseEnd(by="sun", reason=reason))

    def close(self, response: str) -> None:
        self.engine.submit(
            response, StandDown(by="zhao", approved_by="sun", reason="the water has gone", although="all is dealt with")
        )
        self.engine.submit(response, Close(by="zhao", reason="all is done", although="all is dealt with"))

    def head(self, response: str) -> Head:
        return self.engine.head(response)

    def opened(self) -> list[Head]:
        with self.database.read() as connection:
            names = [row.id for book in BOOKS.values() for row in connection.execute(book.heads.select()).all()]
            return [journal.load(connection, response) for response in names]

    def close_all(self) -> None:
        for head in self.opened():
            if head.state.status is not Status.CLOSED:
                self.close(head.response)
