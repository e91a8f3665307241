"""Where providers call us back: receipts and answers. The address is a secret, as the SMS providers sign nothing.

A callback is only kept and understood here; what it means is decided by the engine. Who is refused hears none of the reason, the
log all of it.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol, TypeVar

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool

from notifications.callbacks import aliyun, aliyun_voice, tencent, tencent_voice
from notifications.callbacks.calls import Ended, Pressed, receipt_of, reply_of
from notifications.callbacks.errors import CallbackError, CallbackSourceError
from notifications.callbacks.official_account import OfficialAccountCallback
from notifications.callbacks.pushed import LARGEST
from notifications.callbacks.replays import Replays
from notifications.callbacks.sealed import LARGEST as LARGEST_SEALED
from notifications.callbacks.wecom import WecomCallback
from notifications.message import Receipt, Reply
from service.api.capped import capped_body
from service.desk.hearing import Hearing
from service.watch.receipts import keep_receipts
from service.wiring import Home
from store.clock import RealClock

log = logging.getLogger("tocsin.callbacks")

_Item = TypeVar("_Item")
Door = Callable[[Request], Awaitable[Response]]


def callback_router(home: Home, hearing: Hearing) -> APIRouter:
    router = APIRouter(prefix=f"/callbacks/{home.keys.callback_path}", dependencies=[Depends(_source_of(home))])
    _take_messages(router, home, hearing)
    _take_calls(router, home, hearing)
    _take_sealed(router, home, hearing)
    return router


def _source_of(home: Home) -> Callable[[Request], None]:
    def check(request: Request) -> None:
        """Whoever calls from elsewhere hears what a forger hears."""
        source = request.client.host if request.client else ""
        if not home.settings.callbacks.allows(source):
            raise _refused(403, CallbackSourceError(source))

    return check


def _take_messages(router: APIRouter, home: Home, hearing: Hearing) -> None:
    """Of SMS: Alibaba Cloud's at /sms, Tencent Cloud's at /tencent."""
    for path, provider in (("/sms", aliyun), ("/tencent", tencent)):
        router.add_api_route(f"{path}/reports", _reports(home, provider.receipts, provider.ANSWER), methods=["POST"])
        router.add_api_route(f"{path}/replies", _replies(hearing, provider.replies, provider.ANSWER), methods=["POST"])


def _reports(home: Home, read: Callable[[bytes], list[Receipt]], answer: bytes) -> Door:
    async def reports(request: Request) -> Response:
        found = _read(read, await capped_body(request, LARGEST))
        await run_in_threadpool(keep_receipts, home, found)
        return Response(answer, media_type="application/json")

    return reports


def _replies(hearing: Hearing, read: Callable[[bytes], list[Reply]], answer: bytes) -> Door:
    async def replies(request: Request) -> Response:
        for reply in _read(read, await capped_body(request, LARGEST)):
            await hearing.hear(reply)
        return Response(answer, media_type="application/json")

    return replies


def _take_calls(router: APIRouter, home: Home, hearing: Hearing) -> None:
    """Of voice: Alibaba Cloud's two reports at /voice, all of Tencent Cloud's at /tencent/voice."""

    @router.post("/voice")
    async def aliyun_calls(request: Request) -> Response:
        await _hear_of_calls(_read(aliyun_voice.news, await capped_body(request, LARGEST)), home, hearing)
        return Response(aliyun_voice.ANSWER, media_type="application/json")

    @router.post("/tencent/voice")
    async def tencent_calls(request: Request) -> Response:
        body = await capped_body(request, LARGEST)
        await _hear_of_calls(_read(lambda body: tencent_voice.news(body, home.clock.now()), body), home, hearing)
        return Response(tencent_voice.ANSWER, media_type="application/json")


async def _hear_of_calls(found: list[Pressed | Ended], home: Home, hearing: Hearing) -> None:
    for one in found:
        if isinstance(one, Pressed):
            await hearing.hear(reply_of(one))
        else:
            await run_in_threadpool(keep_receipts, home, [receipt_of(one)])


def _take_sealed(router: APIRouter, home: Home, hearing: Hearing) -> None:
    """Of WeCom at /wechat, of an Official Account at /official; a call that is played again does nothing more."""
    replays = Replays(RealClock())
    for path, callback in (("/wechat", _wecom), ("/official", _official_account)):
        router.add_api_route(path, _verify(home, callback), methods=["GET"])
        router.add_api_route(path, _events(home, hearing, callback, replays), methods=["POST"])


class _Callback(Protocol):
    def verify(self, query: Mapping[str, str]) -> str: ...

    def read(self, query: Mapping[str, str], body: bytes) -> Reply | Receipt | None: ...


_Made = Callable[[Home], _Callback]


def _verify(home: Home, callback: _Made) -> Callable[[Request], Response]:
    def verify(request: Request) -> Response:
        try:
            return Response(callback(home).verify(request.query_params), media_type="text/plain")
        except CallbackError as error:
            raise _refused(403, error) from error

    return verify


def _events(home: Home, hearing: Hearing, callback: _Made, replays: Replays) -> Door:
    async def event(request: Request) -> Response:
        body = await capped_body(request, LARGEST_SEALED)
        try:
            found = callback(home).read(request.query_params, body)
        except CallbackError as error:
            raise _refused(403, error) from error
        signature = request.query_params.get("msg_signature", "")
        if found and not replays.knows(signature):
            if isinstance(found, Reply):
                await hearing.hear(found)
            else:
                await run_in_threadpool(keep_receipts, home, [found])
            replays.take(signature)
        return Response("")

    return event


def _wecom(home: Home) -> _Callback:
    settings = home.settings.wecom
    if not settings.token:
        raise HTTPException(404, "no WeCom callback is set up; fill in [wecom] in tocsin.toml")
    return WecomCallback(settings.token, settings.encoding_aes_key, settings.corp)


def _official_account(home: Home) -> _Callback:
    settings = home.settings.official_account
    if not settings.token:
        raise HTTPException(404, "no callback of an Official Account is set up; fill in [official_account] in tocsin.toml")
    return OfficialAccountCallback(settings.token, settings.encoding_aes_key, settings.application)


def _read(read: Callable[[bytes], list[_Item]], body: bytes) -> list[_Item]:
    try:
        return read(body)
    except CallbackError as error:
        raise _refused(400, error) from error


def _refused(status: int, error: CallbackError) -> HTTPException:
    """The same words whatever was wrong: a forger learns nothing from trying."""
    log.warning("a callback was refused: %s", error)
    return HTTPException(status, "this call was not accepted; nothing was taken from it")
