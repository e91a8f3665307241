"""The provider side of Alibaba Cloud SMS: SendSms, SendBatchSms and QuerySendDetails as documented, receipts, replies."""

import asyncio
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from notifications import china_time
from notifications.segments import segments
from notifications.simulators import aliyun_voice
from notifications.simulators.aliyun_rules import Refusal, Sending, check, check_batch, plain_number
from notifications.simulators.aliyun_signature import Gateway, SignedRequest
from notifications.simulators.answering import answer_late_or_never
from notifications.simulators.faults import Fault, Faults
from notifications.simulators.ledger import Ledger, Received
from notifications.simulators.push import Pusher
from notifications.simulators.settings import AliyunSettings, Callbacks
from store.clock import Clock, RealClock, new_token

_WAITING, _FAILED, _DELIVERED = 1, 2, 3


class AliyunSimulator:
    """`clock` is the world's time (receipts, days); signatures are checked against real time, as clients make them."""

    def __init__(
        self,
        settings: AliyunSettings,
        ledger: Ledger,
        faults: Faults,
        pusher: Pusher,
        clock: Clock,
        voice: aliyun_voice.AliyunVoiceSimulator,
    ) -> None:
        self._settings, self._voice = settings, voice
        self._ledger, self._faults, self._pusher, self._clock = ledger, faults, pusher, clock
        self._gateway = Gateway(settings.key, settings.secret)
        self._reported: dict[str, tuple[int, str, datetime]] = {}
        self.callbacks = Callbacks()
        self.requests = 0
        """How often somebody asked it to send."""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        headers = {name.lower(): value for name, value in request.headers.items()}
        refusal = self._gateway.refuses(SignedRequest(request.method, dict(request.query), headers, body), RealClock().now())
        if refusal is not None:
            return _refused(refusal)
        fields = dict(request.query) | {name: str(value) for name, value in (await request.post()).items()}
        match headers["x-acs-action"]:
            case "SendSms":
                return await self._send(request, fields.get("PhoneNumbers", ""), _one(check(fields, self._settings)))
            case "SendBatchSms":
                return await self._send(request, fields.get("PhoneNumberJson", ""), check_batch(fields, self._settings))
            case "QuerySendDetails":
                return _json(self._details(fields))
            case action if action in aliyun_voice.ACTIONS:
                called = await self._voice.call(request, action, fields)
                return _refused(called) if isinstance(called, Refusal) else _json(called)
            case action:
                return _refused(Refusal("InvalidAction.NotFound", f"Specified api {action} is not found.", 404))

    def point_to(self, callbacks: Callbacks) -> None:
        self.callbacks = self._voice.callbacks = callbacks

    async def reply(self, address: str, text: str) -> bool:
        """A person writes back; True when our side took it."""
        pushed = {
            "phone_number": plain_number(address) or address,
            "send_time": china_time.written(self._clock.now()),
            "content": text,
            "sign_name": self._settings.sign_name,
            "dest_code": "1069",
            "sequence_id": int(new_token(6), 16),
        }
        return await self._push(self.callbacks.replies, pushed)

    async def _send(self, request: web.Request, numbers: str, sendings: list[Sending] | Refusal) -> web.StreamResponse:
        self.requests += 1
        fault = self._faults.take("sms", plain_number(numbers) or "")
        if fault is not None and fault.down:
            return _refused(Refusal("ServiceUnavailable", "The request has failed due to a temporary failure.", 503))
        if fault is not None and fault.code:
            return _refused(Refusal(fault.code, "ordered by the test"))
        if isinstance(sendings, Refusal):
            return _refused(sendings)
        over = next((refusal for sending in sendings if (refusal := self._over_the_limit(sending))), None)
        if over is not None:
            return _refused(over)
        answer = self._accept(sendings, fault)
        await answer_late_or_never(request, fault)
        return _json(answer)

    def _accept(self, sendings: list[Sending], fault: Fault | None) -> dict[str, Any]:
        now = self._clock.now()
        identifier = f"{int(new_token(7), 16)}^0"
        for sending in sendings:
            for number in sending.numbers:
                received = Received("sms", number, sending.reference, sending.text, now, identifier, sending.template)
                self._ledger.add(received)
                self._pusher.later(self._report(received, fault.receipt if fault else ""))
        return {"Code": "OK", "Message": "OK", "BizId": identifier, "RequestId": new_token().upper()}

    def _over_the_limit(self, sending: Sending) -> Refusal | None:
        since = self._clock.now() - timedelta(days=1)
        for number in sending.numbers:
            today = [one for one in self._ledger.at(number) if one.form == sending.template and one.at > since]
            if len(today) >= self._settings.a_day:
                return Refusal("isv.BUSINESS_LIMIT_CONTROL", f"触发天级流控Permits:{self._settings.a_day}")
        return None

    async def _report(self, received: Received, order: str) -> None:
        await asyncio.sleep(self._settings.receipt_after.total_seconds())
        if order == "none":
            return
        success, now = order != "failed", self._clock.now()
        code = "DELIVERED" if success else "UNDELIV"
        self._reported[received.provider_id + received.address] = (_DELIVERED if success else _FAILED, code, now)
        pushed = {
            "phone_number": received.address,
            "send_time": china_time.written(received.at),
            "report_time": china_time.written(now),
            "success": success,
            "err_code": code,
            "err_msg": "用户接收成功" if success else "用户未接收",
            "sms_size": str(segments(received.text).count),
            "biz_id": received.provider_id,
            "out_id": received.delivery,
        }
        await self._push(self.callbacks.reports, pushed)

    async def _push(self, url: str, item: Mapping[str, Any]) -> bool:
        if not url:
            return False
        body = json.dumps([item], ensure_ascii=False).encode()
        return await self._pusher.post(url, {}, body, "application/json", self._settings.again_after)

    def _details(self, fields: Mapping[str, str]) -> dict[str, Any]:
        number, day = plain_number(fields.get("PhoneNumber", "")), fields.get("SendDate", "")
        size, page = int(fields.get("PageSize", "10")), int(fields.get("CurrentPage", "1"))
        sent = [one for one in self._ledger.at(number or "") if one.channel == "sms" and china_time.day(one.at) == day]
        sent = [one for one in sent if fields.get("BizId", one.provider_id) == one.provider_id]
        shown = sent[::-1][(page - 1) * size : page * size]
        details = {"SmsSendDetailDTO": [self._detail(one) for one in shown]}
        return {
            "Code": "OK",
            "Message": "OK",
            "TotalCount": str(len(sent)),
            "SmsSendDetailDTOs": details,
            "RequestId": new_token().upper(),
        }

    def _detail(self, received: Received) -> dict[str, Any]:
        status, code, at = self._reported.get(received.provider_id + received.address, (_WAITING, "", received.at))
        return {
            "PhoneNum": received.address,
            "SendStatus": status,
            "ErrCode": code,
            "TemplateCode": received.form,
            "Content": received.text,
            "SendDate": china_time.written(received.at),
            "ReceiveDate": china_time.written(at) if status != _WAITING else "",
            "OutId": received.delivery,
        }


def _one(sending: Sending | Refusal) -> list[Sending] | Refusal:
    return sending if isinstance(sending, Refusal) else [sending]


def _refused(refusal: Refusal) -> web.Response:
    answer = {"Code": refusal.code, "Message": refusal.message, "RequestId": new_token().upper()}
    return _json(answer if refusal.status == 200 else answer | {"HostId": "localhost", "Recommend": ""}, refusal.status)


def _json(answer: Mapping[str, Any], status: int = 200) -> web.Response:
    return web.json_response(answer, status=status)
