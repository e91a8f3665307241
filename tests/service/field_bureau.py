"""A bureau whose people hold phone links: a flood response or a drill of it, and what its record says."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from fastapi import FastAPI

from flows.model.events import Event
from flows.model.state import Assignment
from flows.running import journal
from flows.running.engine import Turn
from resources import tables as roster
from resources.samples import sample_duty
from service.api.app import make_app
from service.auth import LINK_KEEPS, LinkGrant
from service.desk.duty import Activation, Desk
from service.desk.hearing import Hearing
from service.folder import Folder
from service.wiring import Home
from store.clock import MovableClock
from store.kinds import Kind
from store.testing import place_in

START = datetime(2026, 9, 3, 18, 0, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
OFFICER, APPROVER = "chenzhiyuan", "liangwenbo"


class FieldBureau:
    """`response` is what was opened last; its links are for whoever was called for the task."""

    def __init__(self, folder: Path) -> None:
        self.clock = MovableClock(START)
        place = place_in(folder)
        self.home = Home(Folder(folder, place if isinstance(place, str) else ""), self.clock)
        self.desk = Desk(self.home)
        self.response = ""
        with self.home.database.write() as connection:
            roster.replace(connection, sample_duty(self.home.zone), START)

    def app(self) -> FastAPI:
        return make_app(self.home, Hearing(self.home, {kind: {} for kind in Kind}))

    def flood(self, incident: str = "渭河洪水", *, oral: bool = False) -> Turn:
        asked = Activation(
            plan="flood",
            level="III",
            facts={"flow": 3300},
            incident=incident,
            place="城东堤段",
            by=OFFICER,
            approved_by=APPROVER,
            oral=oral,
        )
        return self._opened(self.desk.activate(asked, "test"))

    def drill(self) -> Turn:
        """Once the real response is over: a drill does not begin beside it."""
        self.closed()
        return self._opened(self.desk.drill(Activation(plan="flood", level="III", incident="汛前演练", by=OFFICER), "test"))

    def patrolled(self) -> str:
        """Opens the levee patrol, whose evidence has every kind of input but a number and a time."""
        self.done("verify.1")
        return "levee_patrol.1"

    def floodplain(self) -> str:
        """Opens the clearing of the floodplain, which counts people."""
        self.done("verify.1")
        return "clear_floodplain.1"

    def done(self, assignment: str, person: str = "") -> None:
        who = person or self.called(assignment)[0]
        self.desk.complete(self.response, assignment, who, "test", {}, "later")

    def stood_down(self) -> None:
        """Takes back what nobody has begun."""
        self.desk.stand_down(self.response, OFFICER, "test", "the water has fallen", APPROVER, although="seen on site")

    def closed(self) -> None:
        self.stood_down()
        self.desk.close(self.response, OFFICER, "test", "archived", "the office does the rest")

    def link(self, assignment: str = "verify.1", person: str = "", keeps: timedelta = LINK_KEEPS) -> str:
        grant = LinkGrant(self.response, assignment, person or self.called(assignment)[0], self.clock.now() + keeps)
        return f"/f/{self.home.signer.sign(grant)}"

    def called(self, assignment: str) -> list[str]:
        return list(self.task(assignment).told)

    def task(self, assignment: str = "verify.1") -> Assignment:
        return self.home.engine.head(self.response).state.assignments[assignment]

    def history(self) -> list[Event]:
        with self.home.database.read() as connection:
            return [entry.event for entry in journal.entries(connection, self.response)]

    def evidence_files(self) -> list[Path]:
        folder = self.home.folder.evidence / self.response
        return sorted(folder.iterdir()) if folder.exists() else []

    def _opened(self, turn: Turn) -> Turn:
        self.response = turn.response
        return turn
