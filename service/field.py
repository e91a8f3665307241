"""The phone page `/f/…`: one small server-rendered page for a bad signal at night; works without JavaScript.

A GET or HEAD never changes anything (link previews follow links); every verb is a POST, idempotent, and answered at once with
what it did. The link names the person and the assignment; it can do no more than that person could.
"""

from threading import Lock

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.datastructures import FormData

from flows.engine import Turn
from flows.errors import FlowError
from plans.model import Text
from service.auth import LinkGrant
from service.desk import Desk
from service.evidence_files import EvidenceFiles
from service.field_forms import LONGEST_TEXT, Evidence, FormError, evidence_of, form_of, text_of
from service.field_page import Page, Refused, error_page, task_page
from service.field_refusals import REFUSALS, Refusal, status_of, told
from service.field_views import field_view, last_progress, task_of
from service.wiring import Home
from store.errors import StoreError
from store.kinds import Kind

VIA = "link"
VERBS = ("acknowledge", "decline", "start", "progress", "complete")
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
    router, hand = APIRouter(include_in_schema=False), _Hand(home)

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
                return await run_in_threadpool(hand.act, grant, lang, form)
        except REFUSALS as refusal:
            return _answer(_error(refusal))

    return router


class _FaultsError(FormError):
    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        super().__init__(422, Text("请补充标红的内容后再提交。", "Mend what is marked in red, then send it again."))


class _Hand:
    """Does what a form says, as the person of the link."""

    def __init__(self, home: Home) -> None:
        self._home, self._desk = home, Desk(home)
        self._one_report = Lock()

    def act(self, grant: LinkGrant, language: str, form: FormData) -> Response:
        verb = text_of(form, "verb")
        try:
            turn = self._done(grant, verb, form)
        except REFUSALS as refusal:
            return _answer(self._refused(grant, language, verb, refusal, form))
        again = "" if turn and turn.events else "&again=1"
        # relative: behind a reverse proxy the page may live under another path
        return RedirectResponse(
            f"?did={verb}{again}{'&lang=en' if language == 'en' else '&lang=zh' if language else ''}", 303, HEADERS
        )

    def _done(self, grant: LinkGrant, verb: str, form: FormData) -> Turn | None:
        """None when it had been done before."""
        task = task_of(self._home, grant)
        about = (grant.response, grant.assignment, grant.person, VIA)
        reason = text_of(form, "reason")
        match verb:
            case "acknowledge":
                return self._desk.acknowledge(*about)
            case "decline":
                return self._desk.decline(*about, reason)
            case "start":
                return self._desk.start(*about)
            case "progress":
                return self._reported(grant, text_of(form, "text", LONGEST_TEXT))
            case "complete":
                files = EvidenceFiles(self._home.folder.evidence / grant.response)
                evidence = evidence_of(task, form, files, self._home.zone, may_lack=bool(reason))
                if evidence.faults:
                    raise _FaultsError(evidence)
                return self._desk.complete(*about, evidence.for_engine, reason)
            case _:
                raise FormError(
                    400, Text("没有这个操作，请使用页面上的按钮。", "There is no such verb; use the buttons of the page.")
                )

    def _reported(self, grant: LinkGrant, text: str) -> Turn | None:
        """The same words twice in a row are one report: a thumb pressed twice."""
        if not text:
            raise FormError(422, Text("请写明进展情况。", "Say what is going on."))
        with self._one_report:
            if last_progress(self._home, grant) == text:
                return None
            return self._desk.progress(grant.response, grant.assignment, grant.person, VIA, text)

    def _refused(self, grant: LinkGrant, language: str, verb: str, refusal: Refusal, form: FormData) -> Page:
        """The page as it stands now, what is wrong, and what had been typed."""
        given = refusal.evidence if isinstance(refusal, _FaultsError) else None
        typed = {"reason": text_of(form, "reason"), "text": text_of(form, "text", LONGEST_TEXT)}
        refused = Refused(status=status_of(refusal), told=told(refusal), verb=verb, typed=typed)
        try:
            return task_page(field_view(self._home, grant, language, given), refused=refused)
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
