"""The API's doors to levels: proposed, approved, refused, and the papers of oral approvals; the end refused."""

from fastapi import APIRouter
from pydantic import Field

from service.api.bodies import Body, LevelBody, ReasonBody
from service.api.gate import API
from service.desk.level_desk import LevelDesk
from service.desk.views import turn_view
from service.plain import Json
from service.wiring import Home

VIA = "api"


class ProposalBody(Body):
    by: str
    level: str
    reason: str = Field(default="", max_length=2000)


class PaperBody(Body):
    """`paper` may be left out while one is owed; `reference` is its number or file."""

    by: str
    reference: str = Field(default="", max_length=500)
    paper: str = ""


def level_router(home: Home) -> APIRouter:
    router, desk = APIRouter(prefix=f"{API}/responses/{{response}}"), LevelDesk(home)

    @router.post("/level")
    def approve(response: str, body: LevelBody) -> Json:
        """Changes the level."""
        turn = desk.approve(
            response,
            body.level,
            body.by,
            VIA,
            body.reason,
            approved_by=body.approved_by,
            oral=body.oral,
            although=body.although,
        )
        return turn_view(turn)

    @router.post("/level/propose")
    def propose(response: str, body: ProposalBody) -> Json:
        return turn_view(desk.propose(response, body.level, body.by, VIA, body.reason))

    @router.post("/level/refuse")
    def refuse(response: str, body: ReasonBody) -> Json:
        return turn_view(desk.refuse(response, body.by, VIA, body.reason))

    @router.post("/end/refuse")
    def refuse_end(response: str, body: ReasonBody) -> Json:
        return turn_view(desk.refuse_end(response, body.by, VIA, body.reason))

    @router.post("/papers")
    def file_paper(response: str, body: PaperBody) -> Json:
        return turn_view(desk.file_paper(response, body.by, VIA, body.reference, body.paper))

    return router
