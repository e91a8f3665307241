"""The API's door for gauges and weather series."""

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, Field

from flows.readings.model import Given
from service.api.bodies import Body, Scalar
from service.api.gate import API
from service.desk.readings import taken_view
from service.wiring import Home

AT_MOST = 1000


class ReadingBody(Body):
    """`observed_at` of a forecast is when it was issued."""

    plan: str
    fact: str
    value: Scalar
    observed_at: AwareDatetime
    forecast: bool = False
    station: str = Field(default="", max_length=200)


class ReadingsBody(Body):
    readings: Annotated[list[ReadingBody], Field(min_length=1, max_length=AT_MOST)]
    source: str = Field(default="api", max_length=200)


def reading_router(home: Home) -> APIRouter:
    router = APIRouter(prefix=API)

    @router.post("/readings")
    def take(body: ReadingsBody) -> JSONResponse:
        """200 when every reading was taken in, 400 when one was refused; the others were taken all the same."""
        taken = home.readings.take([Given(**each.model_dump()) for each in body.readings], body.source)
        return JSONResponse(taken_view(taken), 400 if taken.refused else 200)

    return router
