"""The provider side of Tencent Cloud's API: SendSms and the pull by number as documented, reports and replies pushed."""

import asyncio
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from notifications import china_time
from notifications.segments import segments
from notifications.simulators import tencent_voice
from notifications.simulators.answering import answer_late_or_never
from notifications.simulators.faults import Fault, Faults
from notifications.simulators.ledger import Ledger, Received
from notifications.simulators.push import Pusher
from notifications.simulators.settings import Callbacks, TencentSettings
from notifications.simulators.tencent_rules import Refusal, Sending, check, plain_number
from notifications.simulators.tencent_signature import TencentGateway
from store.clock import Clock, RealClock, new_token

_SAME_CONTENT = timedelta(seconds=30)


class TencentSimulator:
    """`clock` is the world's time (receipts, limits); signatures are checked against real time, as clients make them."""

    def __init__(
        self,
        settings: TencentSettings,
        ledger: Ledger,
        faults: Faults,
        pusher: Pusher,
        clock: Clock,
        voice: tencent_voice.TencentVoiceSimulator,
    ) -> None:
        self._settings, self._voice = settings, voice
        self._ledger, self._faults, self._pusher, self._clock = ledger, faults, pusher, clock
        self._gateway = TencentGateway(settings.identifier, settings.secret)
        self._mine: list[Received] = []
        self._reported: dict[str, tuple[str, datetime]] = {}
        self.callbacks = Callbacks()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        headers = {name.lower(): value for name, value in request.headers.items()}
        refusal = self._gateway.refuses(headers, body, RealClock().now())
        if refusal is not None:
            return _refused(refusal)
        try:
            fields = json.loads(body)
        except ValueError:
            return _refused(Refusal("FailedOperation.JsonParseFail", "the body is not JSON"))
        match headers.get("x-tc-action"):
            case "SendSms":
                return await self._send(request, fields)
            case "PullSmsSendStatusByPhoneNumber":
                return _answer({"PullSmsSendStatusSet": self._reports(fields)})
            case tencent_voice.ACTION:
                called = await self._voice.call(request, fields)
                return _refused(called) if isinstance(called, Refusal) else _answer(called)
            case action:
                return _refused(Refusal("InvalidAction", f"the action {action} is not found"))

    def point_to(self, callbacks: Callbacks) -> None:
        self.callbacks = self._voice.callbacks = callbacks

    async def reply(self, address: str, text: str) -> bool:
        """A person writes back; True when our side took it."""
        pushed = {
            "extend": "",
            "mobile": plain_number(address) or address,
            "nationcode": "86",
            "sign": self._settings.sign_name,
            "text": text,
            "time": int(self._clock.now().timestamp()),
        }
        return await self._push(self.callbacks.tencent_replies, pushed)

    async def _send(self, request: web.Request, fields: Mapping[str, Any]) -> web.StreamResponse:
        numbers = fields.get("PhoneNumberSet") or [""]
        fault = self._faults.take("tencent", plain_number(str(numbers[0])) or "")
        if fault is not None and fault.down:
            return web.Response(status=503, text="<html>busy</html>")
        if fault is not None and fault.code and fault.code.startswith(("AuthFailure", "RequestLimit", "Unauthorized")):
            return _refused(Refusal(fault.code, "ordered by the test"))
        sending = check(fields, self._settings)
        if isinstance(sending, Refusal):
            return _refused(sending)
        statuses = [self._status(number, sending, fault) for number in sending.numbers]
        await answer_late_or_never(request, fault)
        return _answer({"SendStatusSet": statuses})

    def _status(self, written: str, sending: Sending, fault: Fault | None) -> dict[str, Any]:
        number = plain_number(written)
        refusal = self._refuses(number, sending, fault)
        serial = "" if refusal else f"{int(new_token(4), 16)}:{int(new_token(9), 16)}"
        if number and not refusal:
            received = Received("sms", number, sending.session, sending.text, self._clock.now(), serial, sending.template)
            self._ledger.add(received)
            self._mine.append(received)
            self._pusher.later(self._report(received, fault.receipt if fault else ""))
        return {
            "SerialNo": serial,
            "PhoneNumber": f"+86{number}" if number else written,
            "Fee": 0 if refusal else segments(sending.text).count,
            "SessionContext": sending.session,
            "Code": refusal.code if refusal else "Ok",
            "Message": refusal.message if refusal else "send success",
            "IsoCode": "CN" if number else "",
        }

    def _refuses(self, number: str | None, sending: Sending, fault: Fault | None) -> Refusal | None:
        if fault is not None and fault.code:
            return Refusal(fault.code, "ordered by the test")
        if number is None:
            return Refusal("InvalidParameterValue.IncorrectPhoneNumber", "the phone number is wrong")
        now = self._clock.now()
        had = [one for one in self._mine if one.address == number]
        if any(one.text == sending.text and now - one.at < _SAME_CONTENT for one in had):
            return Refusal("LimitExceeded.PhoneNumberThirtySecondLimit", "the same content within 30 seconds")
        if len([one for one in had if now - one.at < timedelta(days=1)]) >= self._settings.a_day:
            return Refusal("LimitExceeded.PhoneNumberDailyLimit", "the number of messages a day exceeds the limit")
        return None

    async def _report(self, received: Received, order: str) -> None:
        await asyncio.sleep(self._settings.receipt_after.total_seconds())
        if order == "none":
            return
        status, now = "FAIL" if order == "failed" else "SUCCESS", self._clock.now()
        self._reported[received.provider_id] = (status, now)
        pushed = {
            "user_receive_time": china_time.written(now),
            "nationcode": "86",
            "mobile": received.address,
            "report_status": status,
            "errmsg": "DELIVRD" if status == "SUCCESS" else "UNDELIV",
            "description": "用户短信送达成功" if status == "SUCCESS" else "用户短信未送达",
            "sid": received.provider_id,
        }
        await self._push(self.callbacks.tencent_reports, [pushed])

    async def _push(self, url: str, content: object) -> bool:
        if not url:
            return False
        body = json.dumps(content, ensure_ascii=False).encode()
        return await self._pusher.post(url, {}, body, "application/json", self._settings.again_after)

    def _reports(self, fields: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Only what the carrier has reported, as the real list does."""
        begin, end = (datetime.fromtimestamp(int(fields[name]), UTC) for name in ("BeginTime", "EndTime"))
        number = plain_number(str(fields.get("PhoneNumber", "")))
        found = [one for one in self._mine if one.address == number and begin <= one.at <= end]
        return [self._pulled(one) for one in found if one.provider_id in self._reported][: int(fields.get("Limit", 100))]

    def _pulled(self, received: Received) -> dict[str, Any]:
        status, at = self._reported[received.provider_id]
        return {
            "UserReceiveTime": int(at.timestamp()),
            "CountryCode": "86",
            "SubscriberNumber": received.address,
            "PhoneNumber": f"+86{received.address}",
            "SerialNo": received.provider_id,
            "ReportStatus": status,
            "Description": "DELIVRD" if status == "SUCCESS" else "UNDELIV",
            "SessionContext": received.delivery if self._settings.has_session else "",
        }


def _refused(refusal: Refusal) -> web.Response:
    return _answer({"Error": {"Code": refusal.code, "Message": refusal.message}})


def _answer(fields: Mapping[str, Any]) -> web.Response:
    """Always with status 200, as the provider does; its own SDK looks for errors only in a type without a charset."""
    body = json.dumps({"Response": dict(fields) | {"RequestId": new_token()}}, ensure_ascii=False).encode()
    return web.Response(body=body, content_type="application/json")
