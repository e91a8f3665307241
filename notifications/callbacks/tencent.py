"""Tencent Cloud's calls to us: status reports become receipts (by the SerialNo of the acceptance), what people write, replies.

They are not signed: the caller mounts them under a secret path. One bad item does not cost the others.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from notifications.callbacks.errors import CallbackShapeError
from notifications.message import Receipt, ReceiptState, Reply

ANSWER = json.dumps({"result": 0, "errmsg": "OK"}).encode()
"""What the provider wants to hear, with status 200."""
LARGEST = 1024 * 1024
_ZONE = ZoneInfo("Asia/Shanghai")
_STATES = {"SUCCESS": ReceiptState.DELIVERED, "FAIL": ReceiptState.FAILED}
_Value = TypeVar("_Value", Receipt, Reply)


def receipts(body: bytes) -> list[Receipt]:
    return _each(body, _receipt)


def replies(body: bytes) -> list[Reply]:
    """Documented as one object a call; an array is read as well."""
    return _each(body, _reply)


def _receipt(item: Mapping[str, Any]) -> Receipt:
    return Receipt(
        delivery=_words(item["sid"]),
        state=_STATES[item["report_status"]],
        at=datetime.strptime(item["user_receive_time"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=_ZONE),
        code=str(item.get("errmsg") or ""),
    )


def _reply(item: Mapping[str, Any]) -> Reply:
    """A reply has no identifier of its own: who, when and what are the same each time it is pushed."""
    number, text, at = _words(item["mobile"]), str(item["text"]), int(item["time"])
    country = str(item.get("nationcode") or "86").lstrip("+")
    digest = hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:12]
    return Reply(
        channel="sms",
        external_id=f"tencent-{number}-{at}-{digest}",
        address=number if country == "86" else f"+{country}{number}",
        text=text,
        at=datetime.fromtimestamp(at, UTC),
        extra={"extend": str(item.get("extend") or ""), "sign_name": str(item.get("sign") or "")},
    )


def _words(value: object) -> str:
    text = str(value or "")
    if not text:
        raise ValueError(text)
    return text


def _each(body: bytes, read: Callable[[Mapping[str, Any]], _Value]) -> list[_Value]:
    items = _items(body)
    found = list(_readable(items, read))
    if items and not found:
        raise CallbackShapeError("tencent", "items of a status report or of a reply")
    return found


def _readable(items: list[Any], read: Callable[[Mapping[str, Any]], _Value]) -> Iterator[_Value]:
    for item in items:
        try:
            yield read(item)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError):
            continue


def _items(body: bytes) -> list[Any]:
    if len(body) > LARGEST:
        raise CallbackShapeError("tencent", f"at most {LARGEST} bytes")
    try:
        items = json.loads(body)
    except (ValueError, RecursionError) as cause:
        raise CallbackShapeError("tencent", "JSON") from cause
    if isinstance(items, dict):
        return [items]
    if not isinstance(items, list):
        raise CallbackShapeError("tencent", "a JSON array or object")
    return items
