"""Tencent Cloud's calls to us about voice calls, all to one address: a key, how it ended, and why it failed.

They name the call by its own identifier. They are not signed: the caller mounts the address under a secret path.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from notifications.callbacks.calls import Ended, Pressed
from notifications.callbacks.pushed import each
from notifications.callbacks.tencent import words

ANSWER = json.dumps({"result": 0, "errmsg": "OK"}).encode()
"""What the provider wants to hear, with status 200."""
RESULTS = {"0": "接听", "1": "未接听", "2": "呼叫异常"}
_HEARD = "0"


def news(body: bytes, now: datetime) -> list[Pressed | Ended]:
    """A key comes without a time of its own: it was pressed `now`. Error: `CallbackShapeError`."""
    readers: Mapping[str, Callable[[Mapping[str, Any]], Pressed | Ended]] = {
        "voicekey_callback": lambda item: _key(item, now),
        "voiceprompt_callback": _ended,
        "voice_failure_callback": lambda item: _failed(item, now),
    }

    def read(item: Mapping[str, Any]) -> Pressed | Ended:
        (name,) = item.keys() & readers.keys()
        return readers[name](item[name])

    return each("tencent", body, "a callback of a voice call", read)


def _key(item: Mapping[str, Any], now: datetime) -> Pressed:
    call = words(item["callid"])
    return Pressed(call, call, words(item["keypress"]), now, _number(item))


def _ended(item: Mapping[str, Any]) -> Ended:
    result, end = str(item["result"]), int(item["end_calltime"])
    accepted = str(item.get("accept_time") or "")
    seconds = end - int(accepted) if accepted.isdecimal() and int(accepted) else None
    at = datetime.fromtimestamp(end, UTC)
    return Ended(words(item["callid"]), result == _HEARD, at, f"voice-{result}", RESULTS[result], seconds)


def _failed(item: Mapping[str, Any], now: datetime) -> Ended:
    code, reason = str(item["failure_code"]), str(item.get("failure_reason") or "")
    return Ended(words(item["callid"]), was_heard=False, at=now, code=f"failure-{code}", words=reason)


def _number(item: Mapping[str, Any]) -> str:
    number, country = words(item["mobile"]), str(item.get("nationcode") or "86").lstrip("+")
    return number if country == "86" else f"+{country}{number}"
