"""Many SMS in one request of Alibaba Cloud (SendBatchSms): one template, a number and values for each message.

The provider may hold a batch back for a while and says so: it is for the public, never for an order.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from notifications.channels.aliyun_api import AliyunApi
from notifications.channels.aliyun_codes import classify
from notifications.channels.sms_templates import SmsTemplate
from notifications.message import Outcome, Outgoing, Result

LARGEST = 100
REFERENCE = "mass"
"""The reference of every batch: the provider keeps one for all of its messages. Receipts name batch and number instead."""


def named(batch: str, number: str) -> str:
    """What the provider calls one message of a batch."""
    return f"{batch}/{number[-11:]}"


async def send(api: AliyunApi, sign_name: str, template: SmsTemplate, messages: Sequence[Outgoing]) -> list[Outcome]:
    """What came of each. A batch that is refused for one bad message among them is halved until that one stands alone."""
    answer = await api.ask(
        "SendBatchSms", {"OutId": REFERENCE, "TemplateCode": template.code}, _form(sign_name, template, messages)
    )
    if isinstance(answer, Outcome):
        return [answer] * len(messages)
    code = str(answer["Code"])
    result = classify(code)
    if result is Result.ACCEPTED:
        return [Outcome(result, provider_id=named(str(answer.get("BizId", "")), each.address)) for each in messages]
    if result is Result.FAILED_FOR_GOOD and len(messages) > 1:
        middle = len(messages) // 2
        first = await send(api, sign_name, template, messages[:middle])
        return first + await send(api, sign_name, template, messages[middle:])
    return [Outcome(result, code=code, detail=str(answer.get("Message", "")))] * len(messages)


def _form(sign_name: str, template: SmsTemplate, messages: Sequence[Outgoing]) -> Mapping[str, str]:
    return {
        "PhoneNumberJson": _json([message.address for message in messages]),
        "SignNameJson": _json([sign_name] * len(messages)),
        "TemplateParamJson": _json([template.parameters(message) for message in messages]),
    }


def _json(values: Sequence[Any]) -> str:
    return json.dumps(values, ensure_ascii=False, sort_keys=True)
