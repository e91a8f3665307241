"""What the duty desk asks about the ground: findings, which are corrected and closed too, and signals.

Errors are those of the layers below.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from flows.model.commands import CloseFinding, ReportFinding, SendSignal, UpdateFinding
from flows.running.engine import Turn
from service.desk.duty import Desk
from service.desk.evidence_times import Given, timed
from service.desk.ground_views import findings_view, kinds_view, signals_view
from service.plain import Json
from service.wiring import Home


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What somebody says when they have found something; texts as typed."""

    of: str
    label: str
    values: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    by: str = ""
    at: datetime | None = None
    another: bool = False


class GroundDesk:
    def __init__(self, home: Home) -> None:
        self._home, self._engine, self._desk = home, home.engine, Desk(home)

    def report(self, response: str, found: Found, via: str) -> Turn:
        values = self._timed(response, found.of, found.values)
        command = ReportFinding(
            of=found.of,
            label=found.label,
            values=values,
            at=found.at,
            another=found.another,
            by=self._desk.actor(found.by),
            via=via,
        )
        return self._engine.submit(response, command)

    def update(self, response: str, finding: str, values: Given, by: str, via: str) -> Turn:
        known = self._engine.head(response).state.findings.get(finding)
        given = self._timed(response, known.of if known else "", values)
        command = UpdateFinding(finding=finding, values=given, by=self._desk.actor(by), via=via)
        return self._engine.submit(response, command)

    def close(self, response: str, finding: str, by: str, via: str, reason: str) -> Turn:
        return self._engine.submit(response, CloseFinding(finding=finding, by=self._desk.actor(by), via=via, reason=reason))

    def send(self, response: str, signal: str, by: str, via: str, reason: str) -> Turn:
        return self._engine.submit(response, SendSignal(signal=signal, by=self._desk.actor(by), via=via, reason=reason))

    def findings(self, response: str) -> Json:
        """Those of the response, and the kinds that may be reported."""
        head = self._engine.head(response)
        plan = self._engine.plan_of(head)
        return {"findings": findings_view(plan, head.state), "kinds": kinds_view(plan)}

    def signals(self, response: str) -> list[Json]:
        head = self._engine.head(response)
        return signals_view(self._engine.plan_of(head), head.state)

    def _timed(self, response: str, of: str, given: Given) -> Given:
        """Of a kind that is not there nothing is read: the engine says so."""
        kind = self._engine.plan_of(self._engine.head(response)).findings.get(of)
        return timed(kind.fields if kind else (), given, self._home.zone, self._home.clock.now())
