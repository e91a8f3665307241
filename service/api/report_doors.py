"""The API's doors to reports: what is due, drafts, filing, corrections."""

from fastapi import APIRouter
from pydantic import AwareDatetime, Field

from service.api.bodies import Body
from service.api.gate import API
from service.desk.report_desk import Filing, ReportDesk
from service.desk.views import turn_view
from service.plain import Json
from service.wiring import Home

VIA = "api"
LONGEST = 20_000


class FilingBody(Body):
    """`as_drafted`: the draft is what went out, and `text` may be left out."""

    text: str = Field(default="", max_length=LONGEST)
    as_drafted: bool = False
    signed_by: str = ""
    receipt: str = Field(default="", max_length=500)
    evidence: dict[str, str | tuple[str, ...]] = Field(default_factory=dict)
    reason: str = Field(default="", max_length=2000)
    by: str = ""
    at: AwareDatetime | None = None


class CorrectionBody(Body):
    """`text` is the whole report as corrected."""

    text: str = Field(max_length=LONGEST)
    reason: str = Field(default="", max_length=2000)
    signed_by: str = ""
    by: str = ""


def report_router(home: Home) -> APIRouter:
    router, desk = APIRouter(prefix=f"{API}/responses/{{response}}/reports"), ReportDesk(home)

    @router.get("")
    def reports(response: str) -> list[Json]:
        return desk.listed(response)

    @router.get("/{report}/draft")
    def draft(response: str, report: str) -> Json:
        return desk.drafted(response, report)

    @router.post("/{report}/file")
    def file(response: str, report: str, body: FilingBody) -> Json:
        return turn_view(desk.file(response, Filing(report=report, **body.model_dump()), VIA))

    @router.post("/{report}/correct")
    def correct(response: str, report: str, body: CorrectionBody) -> Json:
        turn = desk.correct(response, report, body.by, VIA, text=body.text, reason=body.reason, signed_by=body.signed_by)
        return turn_view(turn)

    return router
