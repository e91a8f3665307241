"""SMS by Alibaba Cloud (SendSms; batches for the public): success is the code in the body, never the HTTP status.

The provider does not drop a second copy, so a delivery in doubt is looked up by its reference and never sent again.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from notifications import china_time
from notifications.channels import aliyun_batch
from notifications.channels.aliyun_api import AliyunApi, AliyunKey
from notifications.channels.aliyun_codes import classify
from notifications.channels.endpoint import Endpoint, web_base
from notifications.channels.errors import ChannelUrlError
from notifications.channels.sms_templates import SmsTemplate, SmsTemplates, read_templates, usable
from notifications.message import Outcome, Outgoing, Result
from store.clock import Clock, RealClock

SCHEME = "aliyunsms"
FORM = "aliyunsms://ACCESS_KEY:SECRET@dysmsapi.aliyuncs.com/SIGN_NAME?MESSAGE=CODE:variable,…&drill.MESSAGE=CODE:variable,…"
_TOTAL = timedelta(seconds=4)
_PAGE = 50
_PAGES = 4
_FAILED_AT_CARRIER = 2
_NOBODY = "19900000000"
_ABOUT_THEN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class AliyunAccount:
    key: AliyunKey
    sign_name: str
    templates: SmsTemplates


def read_account(kind: str, endpoint: Endpoint) -> AliyunAccount:
    if not (endpoint.user and endpoint.secret and endpoint.host):
        raise ChannelUrlError(kind, "the access key, its secret or the host is missing", FORM)
    if not endpoint.path:
        raise ChannelUrlError(kind, "the name of the signature is missing", FORM)
    options = dict(endpoint.options)
    base = web_base(kind, endpoint.netloc, options.pop("scheme", "https"), FORM)
    sign_name = endpoint.path[0].strip("【】")
    key = AliyunKey(endpoint.user, endpoint.secret, base, endpoint.netloc)
    return AliyunAccount(key, sign_name, read_templates(kind, options))


class AliyunSms:
    resend_is_safe = False
    largest = aliyun_batch.LARGEST

    def __init__(self, kind: str, account: AliyunAccount, wire_clock: Clock | None = None, patience: timedelta = _TOTAL) -> None:
        """`wire_clock` is real time even where the engine's clock is not: the provider compares it with its own."""
        self.kind = kind
        self._account = account
        self._clock = wire_clock or RealClock()
        self._api = AliyunApi(account.key, self._clock, patience)

    async def deliver(self, message: Outgoing) -> Outcome:
        template = usable(self._account.templates, message)
        if isinstance(template, Outcome):
            return template
        answer = await self._api.ask(
            "SendSms",
            {
                "PhoneNumbers": message.address,
                "SignName": self._account.sign_name,
                "TemplateCode": template.code,
                "TemplateParam": json.dumps(template.parameters(message), ensure_ascii=False, sort_keys=True),
                "OutId": message.delivery,
            },
        )
        return answer if isinstance(answer, Outcome) else _outcome(answer)

    async def deliver_many(self, messages: Sequence[Outgoing]) -> Sequence[Outcome]:
        outcomes: dict[str, Outcome] = {}
        together: dict[str, tuple[SmsTemplate, list[Outgoing]]] = {}
        for message in messages:
            template = usable(self._account.templates, message)
            if isinstance(template, Outcome):
                outcomes[message.delivery] = template
            else:
                together.setdefault(template.code, (template, []))[1].append(message)
        for template, alike in together.values():
            sent = await aliyun_batch.send(self._api, self._account.sign_name, template, alike)
            outcomes |= {message.delivery: outcome for message, outcome in zip(alike, sent, strict=True)}
        return [outcomes[message.delivery] for message in messages]

    async def look_up(self, message: Outgoing, sent: datetime) -> Outcome | None:
        """None also when the provider does not list it: its list lags behind, so absence proves nothing."""
        for day in sorted({china_time.day(sent), china_time.day(sent + timedelta(minutes=10))}):
            for page in range(1, _PAGES + 1):
                details = await self._details(message.address, day, page)
                for detail in details:
                    if detail.get("OutId") == message.delivery or _is_of_a_batch_then(detail, sent):
                        return _outcome_of_detail(detail)
                if len(details) < _PAGE:
                    break
        return None

    async def prove(self) -> Outcome:
        """Asks what was sent to a number that nobody has: the key and its secret are right. It says nothing of the templates."""
        query = {"PhoneNumber": _NOBODY, "SendDate": china_time.day(self._clock.now()), "PageSize": "1", "CurrentPage": "1"}
        answer = await self._api.ask("QuerySendDetails", query)
        return answer if isinstance(answer, Outcome) else _outcome(answer)

    async def close(self) -> None:
        await self._api.close()

    async def _details(self, number: str, day: str, page: int) -> list[Mapping[str, Any]]:
        query = {"PhoneNumber": number, "SendDate": day, "PageSize": str(_PAGE), "CurrentPage": str(page)}
        answer = await self._api.ask("QuerySendDetails", query)
        if isinstance(answer, Outcome) or answer.get("Code") != "OK":
            return []
        return list(_listed(answer))


def _outcome(answer: Mapping[str, Any]) -> Outcome:
    code = str(answer["Code"])
    result = classify(code)
    if result is Result.ACCEPTED:
        return Outcome(result, provider_id=str(answer.get("BizId", "")))
    return Outcome(result, code=code, detail=str(answer.get("Message", "")))


def _outcome_of_detail(detail: Mapping[str, Any]) -> Outcome:
    if detail.get("SendStatus") == _FAILED_AT_CARRIER:
        return Outcome(Result.FAILED_FOR_GOOD, code=str(detail.get("ErrCode", "")), detail="the carrier did not deliver it")
    return Outcome(Result.ACCEPTED, detail="found by its reference")


def _is_of_a_batch_then(detail: Mapping[str, Any], sent: datetime) -> bool:
    """Nothing else tells a message of a batch from others to the same number."""
    if detail.get("OutId") != aliyun_batch.REFERENCE:
        return False
    at = china_time.read(str(detail.get("SendDate")))
    return abs(at - sent) < _ABOUT_THEN


def _listed(answer: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    found = answer.get("SmsSendDetailDTOs")
    details = found.get("SmsSendDetailDTO") if isinstance(found, dict) else None
    return (detail for detail in details or () if isinstance(detail, dict))
