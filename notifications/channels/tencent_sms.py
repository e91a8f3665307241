"""SMS by Tencent Cloud (SendSms, also in batches): the status of each number in the body counts, HTTP is 200 always.

The provider does not drop a second copy, so a delivery in doubt is looked up by its reference and never sent again.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from notifications.channels import tc3
from notifications.channels.endpoint import Endpoint, web_base
from notifications.channels.errors import ChannelUrlError
from notifications.channels.sms_templates import SmsTemplate, SmsTemplates, read_templates, usable
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
_LONGEST = "6"
"""Characters of a variable that every account may send; the console shows how many an account really may."""
_PAGE = 100
_OF_A_BATCH = "mass"


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
    largest = 200

    def __init__(self, kind: str, account: TencentAccount, wire_clock: Clock | None = None, patience: timedelta = _TOTAL) -> None:
        """`wire_clock` is real time even where the engine's clock is not: the provider compares it with its own."""
        self.kind = kind
        self._account = account
        self._api = TencentApi(tc3.SMS, account.key, classify, wire_clock or RealClock(), patience)

    async def deliver(self, message: Outgoing) -> Outcome:
        """On acceptance `provider_id` is the SerialNo, by which the receipt comes."""
        template = usable(self._account.templates, message)
        if isinstance(template, Outcome):
            return template
        answer = await self._api.ask("SendSms", self._sending(message, template))
        return answer if isinstance(answer, Outcome) else outcome_of(answer)

    async def deliver_many(self, messages: Sequence[Outgoing]) -> Sequence[Outcome]:
        """One request for all that say the same; what its provider says of each number is that number's outcome."""
        outcomes: dict[str, Outcome] = {}
        together: dict[tuple[str, ...], tuple[SmsTemplate, list[Outgoing]]] = {}
        times = Counter[str]()
        for message in messages:
            template = usable(self._account.templates, message)
            if isinstance(template, Outcome):
                outcomes[message.delivery] = template
            else:
                times[message.address] += 1  # two people of one number: its status could not be told apart
                values = template.parameters(message, self._account.longest).values()
                says = (template.code, str(times[message.address]), *values)
                together.setdefault(says, (template, []))[1].append(message)
        for template, alike in together.values():
            numbers = [international(message.address) for message in alike]
            question = self._sending(alike[0], template) | {"PhoneNumberSet": numbers, "SessionContext": _OF_A_BATCH}
            answer = await self._api.ask("SendSms", question)
            for message, number in zip(alike, numbers, strict=True):
                outcomes[message.delivery] = answer if isinstance(answer, Outcome) else outcome_of(answer, number)
        return [outcomes[message.delivery] for message in messages]

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
        # of a batch nothing else tells one message from another to the same number at that time
        references = (message.delivery, _OF_A_BATCH)
        mine = (one for one in reports if isinstance(one, dict) and one.get("SessionContext") in references)
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


def outcome_of(answer: Mapping[str, Any], number: str = "") -> Outcome:
    """What the answer says of its one number, or of `number`; a call that went well is not yet a message that was accepted."""
    statuses = answer.get("SendStatusSet")
    listed = [one for one in statuses if isinstance(one, dict)] if isinstance(statuses, list) else []
    of_it = [one for one in listed if not number or one.get("PhoneNumber") == number]
    if len(of_it) != 1:
        return Outcome(Result.UNKNOWN, code="no-status", detail="the answer has no status of the number")
    code = str(of_it[0].get("Code", ""))
    result = classify(code) if code else Result.UNKNOWN
    if result is Result.ACCEPTED:
        return Outcome(result, provider_id=str(of_it[0].get("SerialNo", "")))
    return Outcome(result, code=code, detail=str(of_it[0].get("Message", "")))


def _outcome_of_report(report: Mapping[str, Any]) -> Outcome:
    identifier = str(report.get("SerialNo", ""))
    if report.get("ReportStatus") == "FAIL":
        return Outcome(Result.FAILED_FOR_GOOD, identifier, "FAIL", str(report.get("Description", "")))
    return Outcome(Result.ACCEPTED, identifier, detail="found by its reference")
