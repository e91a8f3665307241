"""The phone page `/f/…`: one small server-rendered page for a bad signal at night; works without JavaScript.

A GET or HEAD never changes anything (link previews follow links); every verb is a POST, idempotent, and answered at once with
what it did. The link names the person and the assignment; it can do no more than that person could.
"""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.datastructures import FormData

from flows.errors import FlowError
from service.auth import AuthError, LinkGrant
from service.desk import Desk
from service.evidence_files import EvidenceFileError, keep
from service.field_page import Page, error_page, proposal_page, task_page
from service.field_views import field_view
from service.wiring import Home

VIA = "link"
LARGEST_FORM = 40 * 1024 * 1024
HEADERS = {
    "Content-Security-Policy": "; ".join(
        ("default-src 'none'", "style-src 'unsafe-inline'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'")
    ),
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}


def field_router(home: Home) -> APIRouter:
    router, desk = APIRouter(), Desk(home)

    @router.api_route("/f/{token}", methods=["GET", "HEAD"])
    def show(token: str, request: Request, lang: str = "", did: str = "") -> Response:
        return _answer(_shown(home, token, lang or _preferred(request), did))

    @router.post("/f/{token}")
    async def act(token: str, request: Request, lang: str = "") -> Response:
        language = lang or _preferred(request)
        if int(request.headers.get("content-length") or 0) > LARGEST_FORM:
            return _answer(error_page(413, "上传内容过大（最多 40 MB） / the upload is too large (40 MB at most)", language))
        form = await request.form(max_files=20, max_part_size=64 * 1024)
        page = await run_in_threadpool(_acted, home, desk, token, language, form)
        if page is None:
            did = str(form.get("verb", ""))
            return RedirectResponse(f"/f/{token}?did={did}&lang={language}", 303, HEADERS)
        return _answer(page)

    return router


def _shown(home: Home, token: str, language: str, did: str) -> Page:
    try:
        grant = home.signer.read(token, home.clock.now())
        if grant.response.startswith("P-"):
            return proposal_page(home, grant, language)
        return task_page(field_view(home, grant, language), did=did)
    except (AuthError, FlowError) as refusal:
        return error_page(refusal.status, str(refusal), language)


def _acted(home: Home, desk: Desk, token: str, language: str, form: FormData) -> Page | None:
    """None when it was done; otherwise the page that says why not, with what had been typed."""
    try:
        grant = home.signer.read(token, home.clock.now())
    except AuthError as refusal:
        return error_page(refusal.status, str(refusal), language)
    try:
        _act(home, desk, grant, form)
    except (FlowError, EvidenceFileError) as refusal:
        return _refused(home, grant, language, refusal, form)
    return None


def _act(home: Home, desk: Desk, grant: LinkGrant, form: FormData) -> None:
    response, assignment, person = grant.response, grant.assignment, grant.person
    reason, text = _text(form, "reason"), _text(form, "text")
    match _text(form, "verb"):
        case "acknowledge" if response.startswith("P-"):
            home.mark_answered(response, assignment, person)
        case "acknowledge":
            desk.acknowledge(response, assignment, person, VIA)
        case "decline":
            desk.decline(response, assignment, person, VIA, reason)
        case "start":
            desk.start(response, assignment, person, VIA)
        case "progress":
            desk.progress(response, assignment, person, VIA, text)
        case "complete":
            desk.complete(response, assignment, person, VIA, _evidence(home, grant, form), reason)
        case verb:
            raise UnknownVerbError(verb)


class UnknownVerbError(FlowError):
    status = 400

    def __init__(self, verb: str) -> None:
        super().__init__(verb)
        self.verb = verb

    def __str__(self) -> str:
        return f"没有这个操作 / there is no verb {self.verb!r}; use the buttons of the page"


def _refused(home: Home, grant: LinkGrant, language: str, refusal: Any, form: FormData) -> Page:
    try:
        return task_page(field_view(home, grant, language), refusal=str(refusal), status=refusal.status, typed=_typed(form))
    except FlowError:
        return error_page(refusal.status, str(refusal), language)


def _evidence(home: Home, grant: LinkGrant, form: FormData) -> Mapping[str, str | tuple[str, ...]]:
    """Fields named `evidence.NAME`; a file is kept, and referred to by its name and hash."""
    given: dict[str, tuple[str, ...]] = {}
    for key, value in form.multi_items():
        name = key.removeprefix("evidence.")
        if name == key:
            continue
        text = value if isinstance(value, str) else keep(home.folder.evidence, grant.response, value)
        if text.strip():
            given[name] = (*given.get(name, ()), text.strip())
    return {name: values[0] if len(values) == 1 else values for name, values in given.items()}


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def _typed(form: FormData) -> dict[str, str]:
    return {key: value for key, value in form.multi_items() if isinstance(value, str)}


def _preferred(request: Request) -> str:
    """Empty: the person's own language."""
    return request.query_params.get("lang", "")


def _answer(page: Page) -> HTMLResponse:
    return HTMLResponse(page.html, page.status, HEADERS)
