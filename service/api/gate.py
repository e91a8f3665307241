"""The gate before the HTTP API: who has no token, or sends too much, is answered before a byte of the body is read.

It stands before FastAPI, which reads and parses a whole body before anything else of a route is asked.
"""

import hmac
from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from service.api.capped import capped, too_large
from service.api.problems import problem

API = "/api/v1"
ALERTS = f"{API}/alerts"
LARGEST_ALERT = 8 * 1024 * 1024
LARGEST_BODY = 256 * 1024
NO_TOKEN = "expected the header 'Authorization: Bearer TOKEN'; the token is in keys/api-token of the data folder"  # noqa: S105


class ApiGate:
    """Pure ASGI. `token` is asked on each request: a changed key counts at once."""

    def __init__(self, app: ASGIApp, token: Callable[[], str]) -> None:
        self._app, self._token = app, token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not f"{scope['path']}/".startswith(f"{API}/"):
            return await self._app(scope, receive, send)
        headers, path = Headers(scope=scope), scope["path"]
        if not _is_known(headers.get("authorization", ""), self._token()):
            refusal = problem(401, NO_TOKEN, path)
            refusal.headers["WWW-Authenticate"] = "Bearer"
            return await refusal(scope, receive, send)
        most = LARGEST_ALERT if path == ALERTS else LARGEST_BODY
        length = headers.get("content-length", "")
        if length.isdigit() and int(length) > most:
            return await problem(413, too_large(most), path)(scope, receive, send)
        return await self._app(scope, capped(receive, most), send)


def _is_known(authorization: str, token: str) -> bool:
    scheme, _, given = authorization.partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), token.encode())
