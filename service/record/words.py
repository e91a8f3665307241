"""The words of the record, Chinese first and English beside it."""

from collections.abc import Mapping

from flows.model.events import Value
from flows.model.shown import Titled, shown
from plans.model import EvidenceField, Text

KIND = {"real": Text("真实", "real"), "drill": Text("【演练】", "EXERCISE")}
STATUS = {"open": Text("响应中", "open"), "stood_down": Text("已终止", "stood down"), "closed": Text("已归档", "closed")}
TASK = {
    "open": Text("未叫应", "open"),
    "called": Text("已叫应，未确认", "called, not acknowledged"),
    "acknowledged": Text("已确认", "acknowledged"),
    "started": Text("处置中", "started"),
    "done": Text("已办结", "done"),
    "skipped": Text("已跳过", "skipped"),
    "withdrawn": Text("已撤销", "withdrawn"),
}
DELIVERY = {
    "queued": Text("待发", "queued"),
    "sending": Text("发送中", "sending"),
    "unknown": Text("结果不明", "unknown"),
    "accepted": Text("网关已收", "accepted"),
    "sent": Text("运营商已收", "sent"),
    "failed": Text("失败", "failed"),
    "withdrawn": Text("已撤回", "withdrawn"),
    "expired": Text("已过期", "expired"),
    "delivered": Text("已送达", "delivered"),
    "read": Text("已读", "read"),
    "answered": Text("已回复", "answered"),
}
ONLY_WRITTEN = Text("只写入文件，未发出", "only written to a file, not sent")
CHANNEL = {
    "sms": Text("短信", "SMS"),
    "wechat": Text("微信", "WeChat"),
    "voice": Text("电话", "voice"),
    "email": Text("邮件", "e-mail"),
    "": Text("无联系方式", "no address"),
}
NOT_ACKNOWLEDGED = Text("确认超时", "not acknowledged in time")
SUSPENDED = Text("暂停中", "stands still")
NOT_DONE = Text("办结超时", "not done in time")
UNREADABLE = Text("此条无法读出，原文见下方原始记录", "this entry cannot be read; its text is in the journal below")


def delivery(state: str, *, is_only_written: bool) -> Text:
    """A state or a moment of a delivery; what no gateway took is not said to be taken."""
    return ONLY_WRITTEN if is_only_written and state == "accepted" else DELIVERY[state]


def both(text: Text) -> str:
    return f"{text.zh} {text.en}"


def value(given: Value | tuple[Value, ...], of: Titled | None) -> str:
    """A fact or a piece of evidence as a person writes it, in both languages where they differ."""
    said = shown(given, of)
    return said.zh if said.zh == said.en else both(said)


def filled(fields: Mapping[str, EvidenceField], values: Mapping[str, Value | tuple[Value, ...]]) -> tuple[tuple[str, str], ...]:
    """Title and value of each field that was filled in."""
    known = ((name, given, fields.get(name)) for name, given in values.items())
    return tuple((field.title.zh if field else name, value(given, field)) for name, given, field in known)
