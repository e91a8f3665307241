"""Doors of the record: the board of an incident, what was known at a time, moving a response to another version of its plan."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel, ConfigDict

from service.api.gate import API
from service.desk.board import board_view
from service.desk.moving_desk import LATEST, MovingDesk
from service.desk.replay_views import replay_view
from service.desk.views import turn_view
from service.plain import Json
from service.wiring import Home


class MoveBody(BaseModel):
    """`to`: `latest`, or the beginning of the digest of a stored version. Without `confirm` only what would change is told."""

    model_config = ConfigDict(extra="forbid")

    to: str = LATEST
    by: str = ""
    reason: str = ""
    confirm: bool = False


def record_router(home: Home, via: str) -> APIRouter:
    router, desk = APIRouter(prefix=API), MovingDesk(home)

    @router.get("/incidents/{incident:path}")
    def board(incident: str) -> Json:
        """By the incident's name, or by any response of it."""
        return board_view(home.engine, home.duty(), incident)

    @router.get("/responses/{response}/replay")
    def replay(response: str, at: AwareDatetime) -> Json:
        moment: datetime = at
        return replay_view(home.engine, response, moment)

    @router.post("/responses/{response}/plan")
    def move(response: str, body: MoveBody) -> Json:
        plan = desk.version(response, body.to)
        if body.confirm:
            return turn_view(desk.move(response, plan, body.by, via, body.reason))
        return desk.preview(response, plan, body.by, via, body.reason or "preview")

    return router
