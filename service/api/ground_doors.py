"""The API's doors to what is found on the ground and to signals."""

from fastapi import APIRouter
from pydantic import AwareDatetime, Field

from service.api.bodies import Body, ReasonBody
from service.api.gate import API
from service.desk.ground_desk import Found, GroundDesk
from service.desk.views import turn_view
from service.plain import Json
from service.wiring import Home

VIA = "api"


class FindingBody(Body):
    """`of` is the kind of finding, `label` says where or which it is; `another`: not the one reported a moment ago."""

    of: str
    label: str = Field(max_length=200)
    values: dict[str, str | tuple[str, ...]] = Field(default_factory=dict)
    by: str = ""
    at: AwareDatetime | None = None
    another: bool = False


class CorrectionBody(Body):
    """What is not named stays as it is."""

    values: dict[str, str | tuple[str, ...]]
    by: str = ""


class SignalBody(Body):
    by: str = ""
    reason: str = Field(default="", max_length=2000)


def ground_router(home: Home) -> APIRouter:
    router, desk = APIRouter(prefix=f"{API}/responses/{{response}}"), GroundDesk(home)

    @router.get("/findings")
    def findings(response: str) -> Json:
        return desk.findings(response)

    @router.post("/findings")
    def report_finding(response: str, body: FindingBody) -> Json:
        return turn_view(desk.report(response, Found(**body.model_dump()), VIA))

    @router.post("/findings/{finding}/update")
    def update_finding(response: str, finding: str, body: CorrectionBody) -> Json:
        return turn_view(desk.update(response, finding, body.values, body.by, VIA))

    @router.post("/findings/{finding}/close")
    def close_finding(response: str, finding: str, body: ReasonBody) -> Json:
        return turn_view(desk.close(response, finding, body.by, VIA, body.reason))

    @router.get("/signals")
    def signals(response: str) -> list[Json]:
        return desk.signals(response)

    @router.post("/signals/{signal}")
    def send_signal(response: str, signal: str, body: SignalBody) -> Json:
        return turn_view(desk.send(response, signal, body.by, VIA, body.reason))

    return router
