"""Every refusal as `application/problem+json` (RFC 9457): what, where, what was expected, how to mend it."""

from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from flows.errors import FlowError
from plans.errors import PlanError, PlanFaultsError, UnknownPlanError
from service.auth import AuthError
from store.errors import StoreError


def problem(status: int, detail: str, instance: str, title: str = "") -> JSONResponse:
    body = {
        "type": "about:blank",
        "title": title or HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": instance,
    }
    return JSONResponse(body, status, media_type="application/problem+json")


def install(app: FastAPI) -> None:
    """Answers for every error of ours."""

    @app.exception_handler(FlowError)
    @app.exception_handler(AuthError)
    async def refused(request: Request, error: Exception) -> JSONResponse:
        return problem(getattr(error, "status", 409), str(error), request.url.path, type(error).__name__)

    @app.exception_handler(PlanError)
    async def bad_plan(request: Request, error: Exception) -> JSONResponse:
        status = 404 if isinstance(error, UnknownPlanError) else 409 if isinstance(error, PlanFaultsError) else 400
        return problem(status, str(error), request.url.path, type(error).__name__)

    @app.exception_handler(StoreError)
    async def store_down(request: Request, error: Exception) -> JSONResponse:
        answer = problem(503, str(error), request.url.path, type(error).__name__)
        answer.headers["Retry-After"] = "5"
        return answer

    @app.exception_handler(RequestValidationError)
    async def bad_body(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        faults = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        return problem(422, faults, request.url.path, "the request does not have the expected form")

    @app.exception_handler(HTTPException)
    async def plain(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        return problem(error.status_code, str(error.detail), request.url.path)
