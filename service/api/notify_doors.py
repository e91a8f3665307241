"""The API's doors to the gateways and to what became of messages."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query

from service.api.gate import API
from service.desk.hearing import Hearing
from service.notify.deliveries import MOST, Wanted, deliveries_view
from service.notify.gateways import channels_view
from service.plain import Json
from service.wiring import Home


def notify_router(home: Home, hearing: Hearing) -> APIRouter:
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
        """`resting`: gateways of a list that are left alone after a run of faults."""
        return {
            "channels": channels_view(home),
            "resting": [
                {"for": kind.value, "channel": channel, "gateway": gateway, "until": until.isoformat()}
                for (kind, channel), gateways in hearing.resting().items()
                for gateway, until in gateways.items()
            ],
        }

    return router
