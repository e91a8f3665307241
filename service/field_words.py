"""The words of the phone page, in Chinese and English."""

from collections.abc import Mapping
from typing import Literal

Language = Literal["zh", "en"]

WORDS: Mapping[Language, Mapping[str, str]] = {
    "zh": {
        "acknowledge": "收到",
        "decline": "不能到",
        "start": "开始处置",
        "progress": "报告进展",
        "complete": "办结",
        "why": "原因（必填）",
        "why_decline": "说明原因，立即转下一人",
        "why_missing": "材料不全时，在此说明原因",
        "what": "进展情况",
        "optional": "（可不填）",
        "several": "（每行一项）",
        "photos": "（可多选）",
        "kept": "已上传",
        "incident": "事件",
        "place": "地点",
        "person": "接收人",
        "acknowledge_by": "请在此前回复",
        "done_by": "请在此前办结",
        "overdue": "已超时",
        "others": "同时叫应",
        "silent": "未回复",
        "answered": "已收到",
        "cannot": "不能到",
        "you_acknowledged": "您已于 {at} 确认收到（{via}）",
        "you_declined": "您已回复不能到：{why}",
        "started": "{name}已于 {at} 开始处置",
        "reported": "最近进展（{name} {at}）：{text}",
        "completed": "{name}已于 {at} 办结",
        "done": "任务已办结，谢谢。",
        "skipped": "指挥部已决定不再执行此任务。",
        "withdrawn": "任务已撤销，无需处置。",
        "closed": "响应已结束，无需再操作。",
        "did_acknowledge": "已记录：收到。",
        "did_decline": "已记录：不能到。",
        "did_start": "已记录：开始处置。",
        "did_progress": "已记录：进展。",
        "did_complete": "已记录：办结。",
        "again": "此前已经记录，本次未作更改。",
        "drill": "【演练】EXERCISE 本页为演练，不是真实险情",
        "yes": "是",
        "no": "否",
        "error": "未能执行",
        "faults": "请补充标红的内容后再提交。",
        "missing": "请填写，或在最后说明缺少的原因",
        "not_number": "请填数字，例如 12 或 3.5",
        "not_time": "请填时间，例如 2026-09-04T02:10",
        "not_boolean": "请选择是或否",
        "not_kept": "找不到已上传的文件，请重新选择",
    },
    "en": {
        "acknowledge": "Received",
        "decline": "I cannot",
        "start": "Start work",
        "progress": "Report progress",
        "complete": "Complete",
        "why": "Why (required)",
        "why_decline": "Say why; the next person is called at once",
        "why_missing": "If something is missing, say why here",
        "what": "What is going on",
        "optional": " (optional)",
        "several": " (one a line)",
        "photos": " (several)",
        "kept": "uploaded",
        "incident": "Incident",
        "place": "Place",
        "person": "For",
        "acknowledge_by": "Answer before",
        "done_by": "Done before",
        "overdue": "overdue",
        "others": "Also called",
        "silent": "no answer yet",
        "answered": "received",
        "cannot": "cannot",
        "you_acknowledged": "You acknowledged at {at} ({via})",
        "you_declined": "You said that you cannot: {why}",
        "started": "{name} started at {at}",
        "reported": "Latest ({name}, {at}): {text}",
        "completed": "{name} completed it at {at}",
        "done": "The task is done. Thank you.",
        "skipped": "The headquarters has decided to skip this task.",
        "withdrawn": "The task was withdrawn; there is nothing to do.",
        "closed": "The response is closed; there is nothing to do.",
        "did_acknowledge": "Recorded: received.",
        "did_decline": "Recorded: you cannot.",
        "did_start": "Recorded: started.",
        "did_progress": "Recorded: progress.",
        "did_complete": "Recorded: completed.",
        "again": "It had been recorded before; nothing was changed.",
        "drill": "【演练】EXERCISE This page is an exercise, not a real emergency",
        "yes": "Yes",
        "no": "No",
        "error": "Not done",
        "faults": "Mend what is marked in red, then send it again.",
        "missing": "fill this in, or say at the end why it is missing",
        "not_number": "expected a number, as in 12 or 3.5",
        "not_time": "expected a time, as in 2026-09-04T02:10",
        "not_boolean": "choose yes or no",
        "not_kept": "the uploaded file is not here; choose it again",
    },
}

_DOORS = {
    "link": ("手机页面", "this page"),
    "sms": ("短信", "SMS"),
    "wechat": ("微信", "WeChat"),
    "voice": ("电话", "phone"),
    "api": ("值班台", "the desk"),
    "cli": ("值班台", "the desk"),
}


def language_of(asked: str, own: str = "zh") -> Language:
    """The language asked for, otherwise the person's own."""
    return "en" if (asked or own).lower().startswith("en") else "zh"


def door(via: str, language: Language) -> str:
    """Through which door an answer came, in words."""
    zh, en = _DOORS.get(via, (via, via))
    return en if language == "en" else zh
