"""SMS by Tencent Cloud (SendSms, one number a request): the status of the number in the body counts, HTTP is 200 always.

The provider does not drop a second copy, so a delivery in doubt is looked up by its reference and never sent again.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from notifications.channels import tc3
from notifications.channels.endpoint import Endpoint, web_base
from notifications.channels.errors import ChannelUrlError
from notifications.channels.sms_templates import SmsTemplate, SmsTemplates, no_template, read_templates
from notifications.channels.tencent_api import REGION, TencentApi, TencentKey, international
from notifications.channels.tencent_sms_codes import classify
from notifications.message import Outcome, Outgoing, Result
from store.clock import Clock, RealClock

SCHEME = "tencentsms"
FORM = (
    "tencentsms://SECRET_ID:SECRET_KEY@sms.tencentcloudapi.com/SDK_APP_ID/SIGN_NAME"
    "?MESSAGE=TEMPLATE_ID:variable,…&drill.MESSAGE=TEMPLATE_ID:variable,…&longest=6"
)
_TOTAL = timedelta(seconds=4)
_ONE_NUMBER = re.compile(r"\+?[0-9]{5,20}")
_LONGEST = "6"
"""Characters of a variable that every account may send; the console shows how many an account really may."""
_PAGE = 100


@dataclass(frozen=True, slots=True)
class TencentAccount:
    key: TencentKey
    application: str
    sign_name: str
    longest: int
    templates: SmsTemplates


def read_account(kind: str, endpoint: Endpoint) -> TencentAccount:
    if not (endpoint.user and endpoint.secret and endpoint.host):
        raise ChannelUrlError(kind, "the secret id, its key or the host is missing", FORM)
    if len(endpoint.path) < 2 or not endpoint.path[0].isdecimal():
        raise ChannelUrlError(kind, "the application's number or the name of the signature is missing", FORM)
    options = dict(endpoint.options)
    base = web_base(kind, endpoint.netloc, options.pop("scheme", "https"), FORM)
    region, longest = options.pop("region", REGION), options.pop("longest", _LONGEST)
    if not (longest.isdecimal() and int(longest) > 1):
        raise ChannelUrlError(kind, f"longest={longest} is no number of characters", FORM)
    application, sign_name = endpoint.path[0], endpoint.path[1].strip("【】")
    templates = read_templates(kind, options)
    key = TencentKey(endpoint.user, endpoint.secret, base, endpoint.netloc, region)
    return TencentAccount(key, application, sign_name, int(longest), templates)


class TencentSms:
    resend_is_safe = False

    def __init__(self, kind: str, account: TencentAccount, wire_clock: Clock | None = None, patience: timedelta = _TOTAL) -> None:
        """`wire_clock` is real time even where the engine's clock is not: the provider compares it with its own."""
        self.kind = kind
        self._account = account
        self._api = TencentApi(tc3.SMS, account.key, classify, wire_clock or RealClock(), patience)

    async def deliver(self, message: Outgoing) -> Outcome:
        """On acceptance `provider_id` is the SerialNo, by which the receipt comes."""
        if not _ONE_NUMBER.fullmatch(message.address):
            return Outcome(Result.FAILED_FOR_GOOD, code="address", detail=f"{message.address!r} is not one phone number")
        template = self._account.templates.choose(message)
        if template is None:
            return no_template(message)
        answer = await self._api.ask("SendSms", self._sending(message, template))
        return answer if isinstance(answer, Outcome) else outcome_of(answer)

    async def look_up(self, message: Outgoing, sent: datetime) -> Outcome | None:
        """None also where the account was not given the session in its reports: then nothing tells one message from another."""
        question = {
            "SmsSdkAppId": self._account.application,
            "PhoneNumber": international(message.address),
            "BeginTime": int((sent - timedelta(minutes=1)).timestamp()),
            "EndTime": int((sent + timedelta(minutes=10)).timestamp()),
            "Offset": 0,
            "Limit": _PAGE,
        }
        answer = await self._api.ask("PullSmsSendStatusByPhoneNumber", question)
        if isinstance(answer, Outcome):
            return None
        reports = answer.get("PullSmsSendStatusSet") or ()
        mine = (one for one in reports if isinstance(one, dict) and one.get("SessionContext") == message.delivery)
        return next((_outcome_of_report(report) for report in mine), None)

    async def close(self) -> None:
        await self._api.close()

    def _sending(self, message: Outgoing, template: SmsTemplate) -> dict[str, Any]:
        values = template.parameters(message, self._account.longest)
        return {
            "PhoneNumberSet": [international(message.address)],
            "SmsSdkAppId": self._account.application,
            "SignName": self._account.sign_name,
            "TemplateId": template.code,
            "TemplateParamSet": [values[name] for name in template.variables],
            "SessionContext": message.delivery,
        }


def outcome_of(answer: Mapping[str, Any]) -> Outcome:
    """What the answer says of its one number; a call that went well is not yet a message that was accepted."""
    statuses = answer.get("SendStatusSet")
    if not (isinstance(statuses, list) and len(statuses) == 1 and isinstance(statuses[0], dict)):
        return Outcome(Result.UNKNOWN, code="no-status", detail="the answer has no status of the number")
    status = statuses[0]
    code = str(status.get("Code", ""))
    result = classify(code) if code else Result.UNKNOWN
    if result is Result.ACCEPTED:
        return Outcome(result, provider_id=str(status.get("SerialNo", "")))
    return Outcome(result, code=code, detail=str(status.get("Message", "")))


def _outcome_of_report(report: Mapping[str, Any]) -> Outcome:
    identifier = str(report.get("SerialNo", ""))
    if report.get("ReportStatus") == "FAIL":
        return Outcome(Result.FAILED_FOR_GOOD, identifier, "FAIL", str(report.get("Description", "")))
    return Outcome(Result.ACCEPTED, identifier, detail="found by its reference")
