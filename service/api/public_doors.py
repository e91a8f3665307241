"""The API's doors to the public: a list of phones is told, and how far that has come."""

from fastapi import APIRouter
from pydantic import Field

from resources.public_csv import Resident
from service.api.bodies import Body
from service.api.gate import API
from service.desk.public_desk import PublicDesk, notice_to
from service.plain import Json
from service.wiring import Home

VIA = "api"
MOST = 20_000


class ResidentBody(Body):
    phone: str = Field(max_length=20)
    name: str = Field(default="", max_length=100)
    language: str = Field(default="zh", pattern="^(zh|en)$")


class NoticeBody(Body):
    """`audience`: what the list is called in the record."""

    text: str = Field(min_length=1, max_length=500)
    audience: str = Field(min_length=1, max_length=100)
    residents: list[ResidentBody] = Field(min_length=1, max_length=MOST)
    by: str = ""
    approved_by: str = ""


def public_router(home: Home) -> APIRouter:
    router, desk = APIRouter(prefix=f"{API}/responses/{{response}}/public"), PublicDesk(home)

    @router.get("")
    def told(response: str) -> Json:
        return {step: dict(states) for step, states in desk.told(response).items()}

    @router.post("")
    def tell(response: str, body: NoticeBody) -> Json:
        residents = [Resident(each.phone, each.name, each.language) for each in body.residents]
        notice = notice_to(body.text, body.audience, residents)
        return {notice.step: dict(desk.tell(response, notice, body.by, VIA, body.approved_by))}

    return router
