"""What the duty desk asks about reports: which are due, what a draft says, that one went out, what was wrong in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from flows.deciding.reports.drafts import DraftedReport, draft_report, report_named
from flows.model.commands import CorrectReport, FileReport
from flows.model.state import Assignment, ResponseState
from flows.running.engine import Turn
from plans.model import Plan
from service.desk.duty import Desk
from service.desk.evidence_times import timed
from service.desk.report_views import draft_view, reports_view
from service.plain import Json
from service.wiring import Home


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """What somebody says when a report went out; `text` empty with `as_drafted`: the draft is what went out."""

    report: str
    text: str = ""
    as_drafted: bool = False
    signed_by: str = ""
    receipt: str = ""
    evidence: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    reason: str = ""
    by: str = ""
    at: datetime | None = None


class ReportDesk:
    def __init__(self, home: Home) -> None:
        self._home, self._engine, self._desk = home, home.engine, Desk(home)

    def listed(self, response: str) -> list[Json]:
        head = self._engine.head(response)
        return reports_view(self._engine.plan_of(head), head.state)

    def drafted(self, response: str, name: str) -> Json:
        """Errors: `UnknownNameError`, `NotAReportError`."""
        head = self._engine.head(response)
        plan = self._engine.plan_of(head)
        assignment = report_named(plan, head.state, name)
        return draft_view(plan, head.state, assignment, self._draft(plan, head.state, assignment))

    def file(self, response: str, filing: Filing, via: str) -> Turn:
        """A report that has been filed answers with nothing changed."""
        head = self._engine.head(response)
        plan = self._engine.plan_of(head)
        assignment = report_named(plan, head.state, filing.report)
        text = filing.text
        if filing.as_drafted and not text.strip():
            text = self._draft(plan, head.state, assignment).text.zh
        command = FileReport(
            assignment=assignment.id,
            text=text,
            signed_by=filing.signed_by,
            receipt=filing.receipt,
            evidence=timed(plan.tasks[assignment.task].evidence, filing.evidence, self._home.zone, self._home.clock.now()),
            reason=filing.reason,
            by=self._desk.actor(filing.by),
            via=via,
            at=filing.at,
        )
        return self._engine.submit(response, command)

    def correct(self, response: str, report: str, by: str, via: str, *, text: str, reason: str, signed_by: str = "") -> Turn:
        command = CorrectReport(
            assignment=report, text=text, reason=reason, signed_by=signed_by, by=self._desk.actor(by), via=via
        )
        return self._engine.submit(response, command)

    def _draft(self, plan: Plan, state: ResponseState, assignment: Assignment) -> DraftedReport:
        return draft_report(plan, state, assignment, self._home.clock.now(), self._home.zone)
