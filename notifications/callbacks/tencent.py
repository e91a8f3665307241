"""Tencent Cloud's calls to us: status reports become receipts (by the SerialNo of the acceptance), what people write, replies.

They are not signed: the caller mounts them under a secret path.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from notifications import china_time
from notifications.callbacks.pushed import each
from notifications.message import Receipt, ReceiptState, Reply

ANSWER = json.dumps({"result": 0, "errmsg": "OK"}).encode()
"""What the provider wants to hear, with status 200."""
_STATES = {"SUCCESS": ReceiptState.DELIVERED, "FAIL": ReceiptState.FAILED}


def receipts(body: bytes) -> list[Receipt]:
    return each("tencent", body, "items of a status report", _receipt)


def replies(body: bytes) -> list[Reply]:
    """Documented as one object a call; an array is read as well."""
    return each("tencent", body, "items of a reply", _reply)


def _receipt(item: Mapping[str, Any]) -> Receipt:
    return Receipt(
        delivery=words(item["sid"]),
        state=_STATES[item["report_status"]],
        at=china_time.read(item["user_receive_time"]),
        code=str(item.get("errmsg") or ""),
    )


def _reply(item: Mapping[str, Any]) -> Reply:
    """A reply has no identifier of its own: who, when and what are the same each time it is pushed."""
    number, text, at = words(item["mobile"]), str(item["text"]), int(item["time"])
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


def words(value: object) -> str:
    """Error: `ValueError`, where there are none."""
    text = str(value or "")
    if not text:
        raise ValueError(text)
    return text
