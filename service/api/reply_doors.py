"""The API's doors to the answers that wait for a person at the desk."""

from fastapi import APIRouter
from pydantic import Field

from service.api.bodies import Body
from service.api.gate import API
from service.desk.reply_desk import Decision, How, reply_view, settle, waiting
from service.desk.views import Json
from service.wiring import Home

VIA = "api"


class SettleBody(Body):
    """Without `as`, nothing comes of the reply and `reason` says why."""

    by: str = ""
    as_: How | None = Field(default=None, alias="as")
    response: str = ""
    assignment: str = ""
    reason: str = Field(default="", max_length=2000)


def reply_router(home: Home) -> APIRouter:
    router = APIRouter(prefix=API)

    @router.get("/replies")
    def replies() -> list[Json]:
        people = home.duty().people
        return [reply_view(each, people, home.zone) for each in waiting(home)]

    @router.post("/replies/{reply}/settle")
    def settle_reply(reply: int, body: SettleBody) -> Json:
        decision = Decision(by=body.by, how=body.as_, response=body.response, assignment=body.assignment, reason=body.reason)
        return reply_view(settle(home, reply, decision, VIA), home.duty().people, home.zone)

    return router
