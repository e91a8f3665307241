"""Alibaba Cloud's pushes: SmsReport becomes receipts, SmsUp becomes replies.

They are not signed: the caller mounts them under a secret path. One bad item does not cost the others.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from notifications.callbacks.errors import CallbackShapeError
from notifications.message import Receipt, ReceiptState, Reply

ANSWER = json.dumps({"code": 0, "msg": "接收成功"}, ensure_ascii=False).encode()
"""What the provider wants to hear, with status 200; anything else and it pushes again after 1, 5 and 10 minutes."""
LARGEST = 1024 * 1024
_ZONE = ZoneInfo("Asia/Shanghai")
_Value = TypeVar("_Value", Receipt, Reply)


def receipts(body: bytes) -> list[Receipt]:
    """Those with a reference of ours; others were sent by somebody else with the same account."""
    return [receipt for receipt in _each(body, _receipt) if receipt.delivery]


def replies(body: bytes) -> list[Reply]:
    return _each(body, _reply)


def _receipt(item: Mapping[str, Any]) -> Receipt:
    return Receipt(
        delivery=str(item.get("out_id") or ""),
        state=ReceiptState.DELIVERED if item["success"] is True else ReceiptState.FAILED,
        at=_time(item.get("report_time") or item["send_time"]),
        code=str(item.get("err_code") or ""),
    )


def _reply(item: Mapping[str, Any]) -> Reply:
    return Reply(
        channel="sms",
        external_id=str(item["sequence_id"]),
        address=str(item["phone_number"]),
        text=str(item["content"]),
        at=_time(item["send_time"]),
        extra={"dest_code": str(item.get("dest_code") or ""), "sign_name": str(item.get("sign_name") or "")},
    )


def _each(body: bytes, read: Callable[[Mapping[str, Any]], _Value]) -> list[_Value]:
    items = _items(body)
    found = list(_readable(items, read))
    if items and not found:
        raise CallbackShapeError("aliyun", "items of a delivery report or of a reply")
    return found


def _readable(items: list[Any], read: Callable[[Mapping[str, Any]], _Value]) -> Iterator[_Value]:
    for item in items:
        try:
            yield read(item)
        except (KeyError, TypeError, ValueError, AttributeError):
            continue


def _items(body: bytes) -> list[Any]:
    if len(body) > LARGEST:
        raise CallbackShapeError("aliyun", f"at most {LARGEST} bytes")
    try:
        items = json.loads(body)
    except (ValueError, RecursionError) as cause:
        raise CallbackShapeError("aliyun", "a JSON array") from cause
    if not isinstance(items, list):
        raise CallbackShapeError("aliyun", "a JSON array")
    return items


def _time(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=_ZONE)
