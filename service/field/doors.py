"""The phone page `/f/…`: one small server-rendered page for a bad signal at night; works without JavaScript.

A GET or HEAD never changes anything (link previews follow links); every verb is a POST, idempotent, and answered at once with
what it did. The link names the person and the assignment; it can do no more than that person could.
"""

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.datastructures import FormData

from flows.errors import FlowError
from flows.objection_errors import AlikeFindingError
from service.auth import LinkGrant
from service.field.forms import form_of
from service.field.hand import Hand
from service.field.page import Page, Refused, error_page, task_page
from service.field.refusals import REFUSALS, Refusal, status_of, told
from service.field.views import field_view
from service.wiring import Home
from store.errors import StoreError
from store.kinds import Kind

HEADERS = {
    "Content-Security-Policy": "; ".join(
        ("default-src 'none'", "style-src 'unsafe-inline'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'")
    ),
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


def field_router(home: Home) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.api_route("/f/{token}", methods=["GET", "HEAD"])
    def show(token: str, lang: str = "", did: str = "", again: str = "") -> Response:
        try:
            grant = home.signer.read(token, home.clock.now())
        except REFUSALS as refusal:
            return _answer(_error(refusal))
        return _answer(_shown(home, grant, lang, did, again=bool(again)))

    @router.post("/f/{token}")
    async def act(token: str, request: Request, lang: str = "") -> Response:
        try:
            # before the body: a stranger may not fill our disk
            grant = home.signer.read(token, home.clock.now())
            async with form_of(request) as form:
                return await run_in_threadpool(_acted, home, grant, lang, form)
        except REFUSALS as refusal:
            return _answer(_error(refusal))

    return router


def _acted(home: Home, grant: LinkGrant, language: str, form: FormData) -> Response:
    hand = Hand(home, grant, form)
    try:
        turn = hand.act()
    except REFUSALS as refusal:
        return _answer(_refused(home, grant, language, hand, refusal))
    again = "" if turn and turn.events else "&again=1"
    # relative: behind a reverse proxy the page may live under another path
    asked = "&lang=en" if language == "en" else "&lang=zh" if language else ""
    return RedirectResponse(f"?did={hand.verb}{again}{asked}", 303, HEADERS)


def _refused(home: Home, grant: LinkGrant, language: str, hand: Hand, refusal: Refusal) -> Page:
    """The page as it stands now, what is wrong, and what had been typed."""
    is_alike = isinstance(refusal, AlikeFindingError)
    refused = Refused(status=status_of(refusal), told=told(refusal), verb=hand.verb, typed=hand.typed, is_alike=is_alike)
    try:
        return task_page(field_view(home, grant, language, hand.evidence, hand.of), refused=refused)
    except (FlowError, StoreError):
        return _error(refusal, grant)


def _shown(home: Home, grant: LinkGrant, language: str, did: str, *, again: bool) -> Page:
    try:
        return task_page(field_view(home, grant, language), did, again=again)
    except (FlowError, StoreError) as refusal:
        return _error(refusal, grant)


def _error(refusal: Refusal, grant: LinkGrant | None = None) -> Page:
    is_drill = grant is not None and Kind.of(grant.response) is Kind.DRILL
    return error_page(status_of(refusal), told(refusal), is_drill=is_drill)


def _answer(page: Page) -> HTMLResponse:
    return HTMLResponse(page.html, page.status, HEADERS)
