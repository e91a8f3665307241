"""The doors for machines that look after machines: is it alive, is it ready, and its figures. No person is named behind them."""

import asyncio
import hmac
from ipaddress import ip_address

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST

from service.api.problems import problem
from service.watch.troubles import Trouble
from service.watch.watch import Watch
from service.wiring import Home

PATIENCE_SECONDS = 5
HOW_TO_ASK = (
    "figures are given to this machine, or for the header 'Authorization: Bearer TOKEN' with [metrics] token of tocsin.toml, or "
    "with the API's"
)
_PASSED_ON = ("forwarded", "x-forwarded-for", "via")


def watch_router(home: Home, watch: Watch) -> APIRouter:
    router = APIRouter()

    @router.get("/healthz")
    async def health(request: Request) -> Response:
        """Answers on the event loop and asks nobody: a process that answers lives; its loops must have come round."""
        hanging = list(watch.looking.hanging())
        if hanging:
            return _not_well(request, "A loop hangs", hanging)
        loops = {loop: round(silence.total_seconds(), 1) for loop, silence in watch.pulse.silences().items()}
        return JSONResponse({"status": "ok", "loops": loops})

    @router.get("/readyz")
    async def ready(request: Request) -> Response:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                troubles = await asyncio.to_thread(lambda: [*watch.looking.hanging(), *watch.looking.database()])
        except TimeoutError:
            said = f"the database did not answer within {PATIENCE_SECONDS} s"
            return problem(503, said, request.url.path, "Not ready", reasons=[said])
        return _not_well(request, "Not ready", troubles) if troubles else JSONResponse({"status": "ready"})

    @router.get("/metrics")
    async def metrics(request: Request) -> Response:
        if not _may_read(home, request):
            refusal = problem(401, HOW_TO_ASK, request.url.path)
            refusal.headers["WWW-Authenticate"] = "Bearer"
            return refusal
        return Response(await asyncio.to_thread(watch.metrics.text), media_type=CONTENT_TYPE_LATEST)

    return router


def _not_well(request: Request, title: str, troubles: list[Trouble]) -> Response:
    reasons = [each.what.en for each in troubles]
    answer = problem(503, "; ".join(reasons), request.url.path, title, reasons=reasons)
    answer.headers["Retry-After"] = "5"
    return answer


def _may_read(home: Home, request: Request) -> bool:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        known = (home.settings.metrics.token, home.keys.api_token)
        return any(token and hmac.compare_digest(given.strip().encode(), token.encode()) for token in known)
    # what a proxy on this machine passes on comes from elsewhere
    return _is_loopback(request) and not any(name in request.headers for name in _PASSED_ON)


def _is_loopback(request: Request) -> bool:
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False
