"""A bureau with a landslide plan of its own: findings, a report with a signature, a signal, work that pauses in the night."""

from datetime import timedelta
from pathlib import Path

from fastapi.testclient import TestClient

from flows.running.engine import Turn
from service.desk.duty import Activation
from tests.service.field_bureau import APPROVER, OFFICER, START, FieldBureau

LEADER = "zhaojianguo"
PLAN = Path(__file__).with_name("slope.yaml")


class SlopeBureau(FieldBureau):
    """It is 02:00 in Baoji; the slide was learned of forty minutes ago."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.home.folder.plans.mkdir(parents=True)
        (self.home.folder.plans / PLAN.name).write_bytes(PLAN.read_bytes())

    def slope(self, *, oral: bool = False) -> Turn:
        asked = Activation(
            plan="slope",
            level="III",
            incident="G244滑坡",
            place="K875+800",
            by=OFFICER,
            approved_by=APPROVER,
            oral=oral,
            learned_at=START - timedelta(minutes=40),
        )
        return self._opened(self.desk.activate(asked, "test"))

    def practised(self) -> Turn:
        return self._opened(self.desk.drill(Activation(plan="slope", level="III", incident="滑坡演练", by=OFFICER), "test"))

    def api(self) -> TestClient:
        token = {"Authorization": f"Bearer {self.home.keys.api_token}"}
        return TestClient(self.app(), headers=token, raise_server_exceptions=False)

    @property
    def path(self) -> str:
        return f"/api/v1/responses/{self.response}"
