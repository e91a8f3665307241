"""Every refusal as `application/problem+json` (RFC 9457): what, where, what was expected, how to mend it."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from alerts.errors import AlertError
from flows.errors import FlowError
from plans.errors import PlanError
from service.api.shape_faults import shape_faults
from service.api.titles import title_of
from service.auth import AuthError
from store.errors import StoreError

FAILED = (
    "Tocsin failed on this request and its log says how; look whether it was done before you send it again (with the same "
    "Idempotency-Key an activation is never done twice)"
)


def problem(status: int, detail: str, instance: str, title: str = "", **more: Any) -> JSONResponse:
    """`more` are members beside those of the standard."""
    body = {
        "type": "about:blank",
        "title": title or HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": instance,
    }
    return JSONResponse(body | more, status, media_type="application/problem+json")


def install(app: FastAPI) -> None:
    """Answers for every error of ours."""

    @app.exception_handler(FlowError)
    @app.exception_handler(AuthError)
    @app.exception_handler(PlanError)
    @app.exception_handler(AlertError)
    async def refused(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, FlowError | AuthError | PlanError | AlertError)
        return problem(error.status, str(error), request.url.path, title_of(error))

    @app.exception_handler(StoreError)
    async def store_down(request: Request, error: Exception) -> JSONResponse:
        answer = problem(503, str(error), request.url.path, title_of(error))
        answer.headers["Retry-After"] = "5"
        return answer

    @app.exception_handler(RequestValidationError)
    async def misshapen(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        faults = shape_faults(error.errors(), error.body, _known_fields(request))
        listed = [{"in": each.place, "field": each.field, "expected": each.expected, "found": each.found} for each in faults]
        detail = f"{'; '.join(map(str, faults))}; nothing was changed"
        return problem(422, detail, request.url.path, "The request does not have the expected form", errors=listed)

    @app.exception_handler(Exception)
    async def failed(request: Request, _error: Exception) -> JSONResponse:
        return problem(500, FAILED, request.url.path)

    @app.exception_handler(HTTPException)
    async def plain(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        return problem(error.status_code, str(error.detail), request.url.path)


def _known_fields(request: Request) -> tuple[str, ...]:
    """What the body of this route may hold."""
    field = getattr(request.scope.get("route"), "body_field", None)
    model = field.field_info.annotation if field else None
    return tuple(model.model_fields) if isinstance(model, type) and issubclass(model, BaseModel) else ()
