"""Refusals for the person at the phone: what happened and what to do now, in Chinese and English."""

from flows.errors import (
    ConflictError,
    EvidenceError,
    FindingError,
    FlowError,
    NotCalledError,
    ReasonRequiredError,
    UnknownNameError,
    WrongStateError,
)
from flows.objection_errors import AlikeFindingError
from flows.report_errors import MustBeFiledError, ReportTextError, SignatureError
from plans.model import Text
from service.auth import AuthError
from service.desk.evidence_files import EvidenceFileError
from service.field.forms import FormError
from store.errors import DatabaseBusyError, DatabaseFullError, StoreError

Refusal = AuthError | FlowError | StoreError | EvidenceFileError | FormError
REFUSALS = (AuthError, FlowError, StoreError, EvidenceFileError, FormError)
_UNAVAILABLE = 503


def status_of(refusal: Refusal) -> int:
    return _UNAVAILABLE if isinstance(refusal, StoreError) else refusal.status


def told(refusal: Refusal) -> Text:
    match refusal:
        case ReasonRequiredError():
            return Text("请写明原因，未作更改。", "Say why in a few words; nothing was changed.")
        case NotCalledError():
            return Text(
                "此任务现在没有叫应您，可能已改派他人；未作更改。如有疑问请致电值班室。",
                "You are not called for this task now; others may have it. Nothing was changed. Call the duty office.",
            )
        case WrongStateError():
            return Text(
                "任务或响应的状态已经变化，未作更改；下面是最新状态。",
                "The task or the response has moved on; nothing was changed. This is how it stands now.",
            )
        case ConflictError() | DatabaseBusyError():
            return Text("系统正忙，未作更改，请再按一次。", "The system is busy; nothing was changed. Press the button again.")
        case DatabaseFullError() | StoreError():
            return Text(
                "系统暂时不能记录，未作更改。请回复短信或致电值班室。",
                "The system cannot record now; nothing was changed. Answer by SMS or call the duty office.",
            )
        case UnknownNameError():
            return Text(
                "链接所指的响应或任务不存在，未作更改。请致电值班室。",
                "There is no such response or task; nothing was changed. Call the duty office.",
            )
        case FindingError():
            return Text("请写明地点或名称，并改正所填内容；未作更改。", f"Nothing was changed: {refusal}")
        case AlikeFindingError():
            return refusal.told
        case SignatureError():
            return Text("请选择签发人，未作更改。", "Say who signed it; nothing was changed.")
        case ReportTextError():
            return Text("请填写报告正文，未作更改。", "The report has no text; nothing was changed.")
        case EvidenceError():
            return Text(
                "材料不全：请补充，或写明缺少的原因；未作更改。",
                "Something is missing: add it, or say why; nothing was changed.",
            )
        case MustBeFiledError():
            return Text(
                "这是一份报告，请填写正文后报送；未作更改。", "This is a report: file it with its text; nothing was changed."
            )
        case FormError() | EvidenceFileError():
            return refusal.told
        case AuthError():
            zh, _, en = str(refusal).partition(" / ")
            return Text(zh, en)
        case _:
            return Text(f"未作更改：{refusal}", f"Nothing was changed: {refusal}")
