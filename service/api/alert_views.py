"""Alerts and proposals as plain values for JSON, the same for the command line and the HTTP API."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping

from alerts.chains import Chain, Fold
from alerts.display import one_line
from alerts.ledger import defects_of, message_of
from alerts.model import Defect
from alerts.view import preferred
from flows.proposals.door import Applied, Report
from flows.proposals.model import Proposal, Propose, Revise, TellResponse, Withdraw
from plans.model import Text

_EFFECTS = {Propose: "proposed", Revise: "revised", Withdraw: "withdrawn", TellResponse: "response_told"}


def report_view(report: Report, file: str = "") -> dict[str, Any]:
    result = report.result
    return {
        "file": file,
        "alert": result.key,
        "sender": one_line(result.sender),
        "identifier": one_line(result.identifier),
        "sent": one_line(result.sent),
        "verdict": result.verdict.value,
        "reasons": [defect_view(reason) for reason in result.reasons],
        "defects": [defect_view(defect) for defect in result.defects],
        "chain": chain_view(report.chain) if report.chain else None,
        "effects": [_effect_view(applied) for applied in report.effects],
        "proposals": [proposal_view(proposal) for proposal in report.proposals],
        "note": _note(report),
    }


def proposal_view(proposal: Proposal) -> dict[str, Any]:
    content = proposal.content
    return {
        "id": proposal.id,
        "plan": proposal.plan,
        "plan_digest": proposal.plan_digest,
        "level": proposal.level.name,
        "state": proposal.state.value,
        "opened": _moment(proposal.opened),
        "until": _moment(content.until),
        "needs_confirmation": content.needs_confirmation,
        "question": text_view(content.question),
        "facts": dict(content.facts),
        "areas": list(content.areas),
        "why": {
            "rule": content.why.rule,
            "condition": content.why.condition,
            "values": dict(content.why.values),
            "alert": content.why.message,
            "sender": content.why.sender,
            "identifier": content.why.identifier,
            "headline": content.why.headline,
            "defects": [text_view(defect) for defect in content.why.defects],
            "overlap": content.why.overlap,
            "share": content.why.share,
            "note": text_view(content.why.note),
        },
        "decided_by": proposal.decided_by,
        "decided_at": _moment(proposal.decided_at),
        "reason": proposal.reason,
        "response": proposal.response,
        "rounds_called": proposal.round,
    }


def chain_view(chain: Chain) -> dict[str, Any]:
    return {
        "id": chain.id,
        "state": chain.state.value,
        "ended_by": chain.end.value if chain.end else "",
        "alerts": [message.key for message in chain.messages],
        "current": [head.key for head in chain.heads],
        "questions": [{"zh": caution.zh, "en": caution.en} for caution in chain.cautions],
    }


def alert_view(row: RowMapping, fold: Fold) -> dict[str, Any]:
    """A message of the ledger as it stands among the others now."""
    chain = fold.chain_of(row["key"])
    withheld = fold.withheld.get(row["key"])
    message = message_of(row)
    infos = message.alert.infos if message else ()
    return {
        "alert": row["key"],
        "sender": one_line(row["sender"]),
        "identifier": one_line(row["identifier"]),
        "sent": one_line(row["sent"]),
        "received": _moment(row["received"]),
        "source": row["source"],
        "seen": row["seen"],
        "status": str(message.alert.status or "") if message else "",
        "type": str(message.alert.type or "") if message else "",
        "headline": _headline(infos),
        "withheld": row["withheld"] or (withheld.code if withheld else ""),
        "signature": row["signature"],
        "chain": chain_view(chain) if chain else None,
        "defects": [defect_view(defect) for defect in (*defects_of(row), *fold.findings.get(row["key"], ()))],
        "sha256": row["raw"],
    }


def defect_view(defect: Defect) -> dict[str, str]:
    return {
        "code": defect.code,
        "path": defect.path,
        "severity": defect.severity.value,
        "zh": one_line(defect.zh),
        "en": one_line(defect.en),
    }


def text_view(text: Text | None) -> Mapping[str, str] | None:
    return {"zh": text.zh, "en": text.en} if text else None


def _effect_view(applied: Applied) -> dict[str, Any]:
    effect = applied.effect
    change = None if isinstance(effect, Propose) else effect.reason if isinstance(effect, Withdraw) else effect.change
    return {
        "effect": _EFFECTS[type(effect)],
        "proposal": applied.proposal.id,
        "response": effect.response if isinstance(effect, TellResponse) else "",
        "change": text_view(change),
    }


def _note(report: Report) -> Mapping[str, str] | None:
    if report.is_exercise_without_drill:
        return {"zh": "演练预警，当前没有对应的演练", "en": "an exercise alert, and there is no drill for it"}
    if report.chain and not report.proposals:
        return {"zh": "没有预案与之匹配", "en": "no plan asks for anything here"}
    return None


def _headline(infos: Any) -> str:
    if not infos:
        return ""
    info = preferred(infos, "zh")
    return one_line(info.headline or info.event)


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
