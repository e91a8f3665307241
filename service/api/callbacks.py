"""Where providers call us back: receipts and answers. The address is a secret, as the SMS providers sign nothing.

A callback is only kept and understood here; what it means is decided by the engine. Who is refused hears none of the reason, the
log all of it.
"""

import logging
from collections.abc import Callable
from typing import TypeVar

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool

from notifications import receipts
from notifications.callbacks import aliyun, tencent
from notifications.callbacks.errors import CallbackError
from notifications.callbacks.wecom import LARGEST, WecomCallback
from notifications.message import Receipt, Reply
from service.api.capped import capped_body
from service.desk.hearing import Hearing
from service.wiring import Home

log = logging.getLogger("tocsin.callbacks")

_Item = TypeVar("_Item", Receipt, Reply)


def callback_router(home: Home, hearing: Hearing) -> APIRouter:
    router = APIRouter(prefix=f"/callbacks/{home.keys.callback_path}")

    @router.post("/sms/reports")
    async def reports(request: Request) -> Response:
        found = _read(aliyun.receipts, await capped_body(request, aliyun.LARGEST))
        await run_in_threadpool(_record, home, found)
        return Response(aliyun.ANSWER, media_type="application/json")

    @router.post("/sms/replies")
    async def replies(request: Request) -> Response:
        for reply in _read(aliyun.replies, await capped_body(request, aliyun.LARGEST)):
            await hearing.hear(reply)
        return Response(aliyun.ANSWER, media_type="application/json")

    @router.post("/tencent/reports")
    async def tencent_reports(request: Request) -> Response:
        found = _read(tencent.receipts, await capped_body(request, tencent.LARGEST))
        await run_in_threadpool(_record, home, found)
        return Response(tencent.ANSWER, media_type="application/json")

    @router.post("/tencent/replies")
    async def tencent_replies(request: Request) -> Response:
        for reply in _read(tencent.replies, await capped_body(request, tencent.LARGEST)):
            await hearing.hear(reply)
        return Response(tencent.ANSWER, media_type="application/json")

    @router.get("/wechat")
    def verify(request: Request) -> Response:
        try:
            return Response(_wecom(home).verify(request.query_params), media_type="text/plain")
        except CallbackError as error:
            raise _refused(403, error) from error

    @router.post("/wechat")
    async def event(request: Request) -> Response:
        body = await capped_body(request, LARGEST)
        try:
            reply = _wecom(home).read(request.query_params, body)
        except CallbackError as error:
            raise _refused(403, error) from error
        if reply:
            await hearing.hear(reply)
        return Response("")

    return router


def _wecom(home: Home) -> WecomCallback:
    settings = home.settings.wecom
    if not settings.token:
        raise HTTPException(404, "no WeCom callback is set up; fill in [wecom] in tocsin.toml")
    return WecomCallback(settings.token, settings.encoding_aes_key, settings.corp)


def _record(home: Home, found: list[Receipt]) -> None:
    now = home.clock.now()
    with home.database.write() as connection:
        for receipt in found:
            receipts.record(connection, receipt, now)


def _read(read: Callable[[bytes], list[_Item]], body: bytes) -> list[_Item]:
    try:
        return read(body)
    except CallbackError as error:
        raise _refused(400, error) from error


def _refused(status: int, error: CallbackError) -> HTTPException:
    """The same words whatever was wrong: a forger learns nothing from trying."""
    log.warning("a callback was refused: %s", error)
    return HTTPException(status, "this call was not accepted; nothing was taken from it")
