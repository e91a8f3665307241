"""Alibaba Cloud's pushes of voice calls: VoiceCallReport (a key, while the call goes on) and VoiceReport (how it ended).

Both may be sent to one address. They are not signed: the caller mounts it under a secret path.
"""

import json
from collections.abc import Mapping
from typing import Any

from notifications import china_time
from notifications.callbacks.calls import Ended, Pressed
from notifications.callbacks.pushed import each

ANSWER = json.dumps({"code": 0, "msg": "成功"}, ensure_ascii=False).encode()
"""What the provider wants to hear, with status 200."""
_KEY = "300000"
HEARD = {"200000": "听完", "200001": "提前挂断", "200008": "未按键"}
"""Somebody, or a mailbox, picked up."""
NOT_HEARD = {
    "200002": "占线",
    "200003": "未接听",
    "200004": "号码不合法",
    "200005": "无法接通或拒接",
    "200006": "语音有误",
    "200007": "不在服务区",
    "200010": "关机",
    "200011": "停机",
    "200104": "主叫号码受限",
    "200117": "主叫号码不合法",
    "200118": "限制呼出时段",
    "200119": "超出频次",
    "200121": "超出并发",
}


def news(body: bytes) -> list[Pressed | Ended]:
    """What was pressed and what has ended; what only says that a phone rings is left out. Error: `CallbackShapeError`."""
    return [one for found in each("aliyun", body, "items of a call", _read) for one in found]


def _read(item: Mapping[str, Any]) -> tuple[Pressed | Ended, ...]:
    status, call = str(item["status_code"]), str(item["call_id"])
    reference = str(item.get("out_id") or call)
    if status == _KEY:
        return (Pressed(reference, call, str(item["dtmf"]).strip(), china_time.read(item["status_time"])),)
    if "end_time" not in item:
        return ()
    at, keys = china_time.read(item["end_time"]), str(item.get("dtmf") or "").strip()
    words = HEARD.get(status) or NOT_HEARD.get(status) or str(item.get("status_msg") or "")
    seconds = int(str(item.get("duration") or "0").removesuffix("秒"))
    ended = Ended(reference, status in HEARD, at, status, words, seconds)
    pressed = (Pressed(reference, call, keys, at, str(item.get("callee") or "")),) if keys else ()
    return (*pressed, ended)
