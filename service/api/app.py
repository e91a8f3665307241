"""The HTTP API for machines and desks: `Idempotency-Key`, problems as RFC 9457. It only translates.

The gate before it has checked the token and bounds every body. Blocking work runs in FastAPI's threads; nothing here waits for
Prefect or for a gateway.
"""

from typing import Annotated

from fastapi import APIRouter, FastAPI, Header, HTTPException, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from flows.running import journal
from flows.running.engine import Turn
from service.api import problems
from service.api.alert_views import proposal_view, report_view
from service.api.bodies import (
    AcceptBody,
    ActivationBody,
    ApprovalBody,
    CloseBody,
    DrillBody,
    FactsBody,
    NoteBody,
    ReasonBody,
    TaskBody,
    TaskVerb,
)
from service.api.callbacks import callback_router
from service.api.gate import API, ApiGate
from service.api.ground_doors import ground_router
from service.api.level_doors import level_router
from service.api.notify_doors import notify_router
from service.api.problems import problem
from service.api.public_doors import public_router
from service.api.reading_doors import reading_router
from service.api.record_doors import record_router
from service.api.reply_doors import reply_router
from service.api.report_doors import report_router
from service.api.verbs import act_on_task
from service.desk.duty import Activation, Desk
from service.desk.hearing import Hearing
from service.desk.proposals import accept, decline, listed, shown
from service.desk.views import Json, journal_view, latest_of, response_list, response_view, turn_view
from service.field.doors import field_router
from service.watch.doors import watch_router
from service.watch.watch import Watch
from service.wiring import Home

VIA = "api"
LOCAL = "local"


def make_app(home: Home, hearing: Hearing, watch: Watch | None = None) -> FastAPI:
    """Every door of ours: API, phone pages, provider callbacks, health. `watch`: where there are loops to be watched too."""
    watch = watch or Watch(home, hearing)
    app = FastAPI(title="Tocsin 警钟", version="0.1.0", docs_url=None, redoc_url=None)
    problems.install(app)
    app.add_middleware(ApiGate, token=lambda: home.keys.api_token)
    app.include_router(_alerts(home))
    app.include_router(_responses(home))
    app.include_router(_verbs(home))
    app.include_router(level_router(home))
    app.include_router(ground_router(home))
    app.include_router(report_router(home))
    app.include_router(reading_router(home))
    app.include_router(record_router(home, VIA))
    app.include_router(public_router(home))
    app.include_router(reply_router(home))
    app.include_router(notify_router(home, watch.treatment))
    app.include_router(callback_router(home, hearing))
    app.include_router(field_router(home))
    app.include_router(watch_router(home, watch))
    return app


def _alerts(home: Home) -> APIRouter:
    router = APIRouter(prefix=API)

    @router.post("/alerts")
    async def ingest(request: Request, source: str = "") -> JSONResponse:
        """CAP 1.2 (1.0, 1.1) XML as the body. 200 when every message took effect, else 400; `messages` says of each."""
        if not source and home.folder.alert_sources.exists():
            # `local` takes every sender on a person's word; a machine that pushes must say whose rules apply
            raise HTTPException(400, "alerts.toml names the sources: say which one pushes with ?source=NAME")
        if "xml" not in request.headers.get("content-type", ""):
            raise HTTPException(415, "expected Content-Type application/cap+xml, application/xml or text/xml")
        raw = await request.body()
        reports = await run_in_threadpool(home.alerts.ingest, raw, source or LOCAL)
        views = [report_view(report) for report in reports]
        refusals = [f"{reason['zh']} / {reason['en']}" for view in views for reason in view["reasons"]]
        if not refusals:
            return JSONResponse({"messages": views})
        taken = sum(not view["reasons"] for view in views)
        detail = f"{'; '.join(refusals)}; {taken} of {len(views)} messages took effect"
        return problem(400, detail, request.url.path, "An alert is without effect", messages=views)

    @router.get("/proposals")
    def proposals(*, decided: bool = False) -> list[Json]:
        return [proposal_view(each) for each in listed(home, decided=decided)]

    @router.get("/proposals/{proposal}")
    def proposal(proposal: str) -> Json:
        return proposal_view(shown(home, proposal))

    @router.post("/proposals/{proposal}/accept")
    def accept_proposal(proposal: str, body: AcceptBody) -> Json:
        return turn_view(accept(home, proposal, body, VIA))

    @router.post("/proposals/{proposal}/decline")
    def decline_proposal(proposal: str, body: ReasonBody) -> Json:
        return proposal_view(decline(home, proposal, body.by, body.reason))

    return router


def _responses(home: Home) -> APIRouter:
    router, desk = APIRouter(prefix=API), Desk(home)

    @router.post("/responses", status_code=201)
    def activate(body: ActivationBody, response: Response, idempotency_key: Annotated[str, Header()] = "") -> Json:
        return _opened(desk.activate(Activation(**body.model_dump(), key=idempotency_key), VIA), response)

    @router.post("/drills", status_code=201)
    def drill(body: DrillBody, response: Response, idempotency_key: Annotated[str, Header()] = "") -> Json:
        return _opened(desk.drill(Activation(**body.model_dump(), key=idempotency_key), VIA), response)

    @router.get("/responses")
    def responses(*, closed: bool = False) -> list[Json]:
        with home.database.read() as connection:
            return response_list(connection, closed=closed)

    @router.get("/responses/{response}")
    def response_of(response: str) -> Json:
        return response_view(home.engine, response)

    @router.get("/responses/{response}/journal")
    def entries(response: str, after: Annotated[int, Query(ge=0, le=2**53)] = 0) -> list[Json]:
        with home.database.read() as connection:
            return journal_view(connection, response, after)

    @router.get("/responses/{response}/verify")
    def verify(response: str) -> Json:
        with home.database.read() as connection:
            count = journal.verify(connection, response)
            return {"response": response, "entries": count, "hash": journal.load(connection, response).hash, "whole": True}

    return router


def _verbs(home: Home) -> APIRouter:
    router, desk = APIRouter(prefix=API), Desk(home)

    @router.post("/responses/{response}/facts")
    def facts(response: str, body: FactsBody) -> Json:
        return turn_view(desk.record_facts(response, body.facts, body.by, VIA, body.observed_at))

    @router.post("/responses/{response}/notes")
    def note(response: str, body: NoteBody) -> Json:
        return turn_view(desk.note(response, body.by, VIA, body.text))

    @router.post("/responses/{response}/stand-down")
    def stand_down(response: str, body: ApprovalBody) -> Json:
        turn = desk.stand_down(response, body.by, VIA, body.reason, body.approved_by, oral=body.oral, although=body.although)
        return turn_view(turn)

    @router.post("/responses/{response}/close")
    def close(response: str, body: CloseBody) -> Json:
        return turn_view(desk.close(response, body.by, VIA, body.reason, body.although))

    @router.post("/responses/{response}/tasks/{task}/{verb}")
    def on_task(response: str, task: str, verb: TaskVerb, body: TaskBody) -> Json:
        name = latest_of(home.engine.head(response).state, task)
        return turn_view(act_on_task(desk, response, name, verb, body, VIA))

    return router


def _opened(turn: Turn, response: Response) -> Json:
    """201 for a new response, 200 for one that the same key had opened before."""
    if not turn.events:
        response.status_code = 200
    response.headers["Location"] = f"/api/v1/responses/{turn.response}"
    return turn_view(turn)
