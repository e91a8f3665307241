"""The API's doors to the gateways and to what became of messages."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query

from service.api.gate import API
from service.notify.deliveries import MOST, Wanted, deliveries_view
from service.notify.gateways import channels_view
from service.notify.standing import Treatment
from service.plain import Json
from service.wiring import Home


def notify_router(home: Home, treatment: Treatment) -> APIRouter:
    router = APIRouter(prefix=API)

    @router.get("/deliveries")
    def deliveries(
        response: str = "",
        person: str = "",
        state: str = "",
        minutes: Annotated[float, Query(ge=0, le=5_000_000)] = 0,
        most: Annotated[int, Query(ge=1, le=MOST)] = MOST,
    ) -> list[Json]:
        """Newest first; `minutes`: only those that were queued since."""
        since = timedelta(minutes=minutes) if minutes else None
        return deliveries_view(home, Wanted(response=response, person=person, state=state, since=since, most=most))

    @router.get("/channels")
    def channels() -> Json:
        """`resting`: left alone after a run of faults. `by_receipts`: how those of a list do, and who stands behind its twins."""
        return {"channels": channels_view(home), "resting": treatment.resting(), "by_receipts": treatment.by_receipts()}

    return router
