"""The HTML of the phone page, in Chinese and English; under 12 KB, nothing from outside."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from flows.proposals import get_proposal
from service.auth import LinkGrant
from service.field_views import FieldView
from service.html import template
from service.wiring import Home


@dataclass(frozen=True, slots=True)
class Page:
    html: str
    status: int


WORDS = {
    "zh": {
        "acknowledge": "收到",
        "decline": "不能到",
        "start": "开始处置",
        "progress": "报告进展",
        "complete": "办结",
        "why": "原因（必填）",
        "why_missing": "缺少材料时说明原因",
        "what": "进展情况",
        "incident": "事件",
        "place": "地点",
        "acknowledge_by": "请于此前回复",
        "done_by": "请于此前办结",
        "others": "同时通知",
        "silent": "未回复",
        "answered": "已收到",
        "cannot": "不能到",
        "you_acknowledged": "您已于 {at} 确认收到",
        "you_declined": "您已回复不能到：{why}",
        "done": "任务已办结，谢谢。",
        "skipped": "指挥部已决定不再执行此任务。",
        "withdrawn": "任务已撤销，无需处置。",
        "closed": "响应已结束，无需再操作。",
        "did_acknowledge": "已记录：收到。",
        "did_decline": "已记录：不能到，已转下一人。",
        "did_start": "已记录：开始处置。",
        "did_progress": "已记录：进展。",
        "did_complete": "已记录：办结。",
        "drill": "【演练】本页为演练，不是真实险情 EXERCISE",
        "yes": "是",
        "proposal": "收到一条启动建议，请到值班台决定采纳或否决。",
        "other_language": "English",
        "error": "不能执行",
    },
    "en": {
        "acknowledge": "Received",
        "decline": "Cannot",
        "start": "Start",
        "progress": "Report progress",
        "complete": "Complete",
        "why": "Why (required)",
        "why_missing": "If something is missing, say why",
        "what": "What is going on",
        "incident": "Incident",
        "place": "Place",
        "acknowledge_by": "Answer before",
        "done_by": "Done before",
        "others": "Also called",
        "silent": "no answer yet",
        "answered": "received",
        "cannot": "cannot",
        "you_acknowledged": "You acknowledged at {at}",
        "you_declined": "You said that you cannot: {why}",
        "done": "The task is done. Thank you.",
        "skipped": "The headquarters has decided to skip this task.",
        "withdrawn": "The task was withdrawn; there is nothing to do.",
        "closed": "The response is closed; there is nothing to do.",
        "did_acknowledge": "Recorded: received.",
        "did_decline": "Recorded: cannot. The next person is being called.",
        "did_start": "Recorded: started.",
        "did_progress": "Recorded: progress.",
        "did_complete": "Recorded: completed.",
        "drill": "【演练】 This page is an EXERCISE, not a real emergency",
        "yes": "yes",
        "proposal": "An alert proposes a response. Decide at the desk whether to accept or decline it.",
        "other_language": "中文",
        "error": "Not possible",
    },
}


def task_page(
    view: FieldView, *, did: str = "", refusal: str = "", status: int = 200, typed: Mapping[str, str] | None = None
) -> Page:
    """A task that is over answers 410, so that a machine knows it too; the page still says what became of it."""
    words = WORDS[_known(view.language)]
    shown = 410 if view.is_over and status == 200 and not did and view.over_because != "done" else status
    html = template("field.html").render(
        view=view,
        words=words,
        said=words.get(f"did_{did}", ""),
        refusal=refusal,
        typed=defaultdict(str, typed or {}),
        other=_other(view.language),
    )
    return Page(html, shown)


def error_page(status: int, text: str, language: str) -> Page:
    words = WORDS[_known(language)]
    return Page(template("field_error.html").render(words=words, text=text), status)


def proposal_page(home: Home, grant: LinkGrant, language: str) -> Page:
    """Errors: `UnknownNameError`."""
    with home.database.read() as connection:
        proposal = get_proposal(connection, grant.response)
    words = WORDS[_known(language)]
    html = template("field_proposal.html").render(words=words, proposal=proposal, why=proposal.content.why)
    return Page(html, 200 if proposal.is_open else 410)


def _known(language: str) -> str:
    return "en" if language == "en" else "zh"


def _other(language: str) -> str:
    return "zh" if _known(language) == "en" else "en"
