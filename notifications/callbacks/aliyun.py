"""Alibaba Cloud's pushes: SmsReport becomes receipts, SmsUp becomes replies.

They are not signed: the caller mounts them under a secret path.
"""

import json
from collections.abc import Mapping
from typing import Any

from notifications import china_time
from notifications.callbacks.pushed import each
from notifications.channels import aliyun_batch
from notifications.message import Receipt, ReceiptState, Reply

ANSWER = json.dumps({"code": 0, "msg": "接收成功"}, ensure_ascii=False).encode()
"""What the provider wants to hear, with status 200; anything else and it pushes again after 1, 5 and 10 minutes."""


def receipts(body: bytes) -> list[Receipt]:
    """Those with a reference of ours; others were sent by somebody else with the same account."""
    found = each("aliyun", body, "items of a delivery report", _receipt)
    return [receipt for receipt in found if receipt.delivery]


def replies(body: bytes) -> list[Reply]:
    return each("aliyun", body, "items of a reply", _reply)


def _receipt(item: Mapping[str, Any]) -> Receipt:
    reference = str(item.get("out_id") or "")
    of_a_batch = reference == aliyun_batch.REFERENCE
    return Receipt(
        delivery=aliyun_batch.named(str(item["biz_id"]), str(item["phone_number"])) if of_a_batch else reference,
        state=ReceiptState.DELIVERED if item["success"] is True else ReceiptState.FAILED,
        at=china_time.read(item.get("report_time") or item["send_time"]),
        code=str(item.get("err_code") or ""),
    )


def _reply(item: Mapping[str, Any]) -> Reply:
    return Reply(
        channel="sms",
        external_id=str(item["sequence_id"]),
        address=str(item["phone_number"]),
        text=str(item["content"]),
        at=china_time.read(item["send_time"]),
        extra={"dest_code": str(item.get("dest_code") or ""), "sign_name": str(item.get("sign_name") or "")},
    )
