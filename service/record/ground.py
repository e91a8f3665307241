"""The rows of the record about findings, reports and signals: plain words for the template."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from flows.model.filed import Filed
from flows.model.finding import Finding
from flows.model.state import ResponseState
from plans.model import Plan, Task, Text
from service.record import words
from service.record.report_sentences import numbered
from service.record.standing_sentences import spell


@dataclass(frozen=True, slots=True)
class FindingLine:
    id: str
    title: Text
    label: str
    by: str
    at: str
    closed: str
    values: tuple[tuple[str, str], ...]
    tasks: str


@dataclass(frozen=True, slots=True)
class CorrectionLine:
    number: int
    at: str
    by: str
    signed: str
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class ReportLine:
    """`late` is empty when the limit was kept."""

    assignment: str
    title: Text
    to: Text
    due: str
    filed: str
    by: str
    signed: str
    receipt: str
    late: Text
    is_zero: bool
    text: str
    until: str
    corrections: tuple[CorrectionLine, ...]


@dataclass(frozen=True, slots=True)
class SignalLine:
    title: Text
    at: str
    answered: str
    silent: str


class GroundWriter:
    """`moment` and `name_of` as the record says times and people."""

    def __init__(
        self, plan: Plan, state: ResponseState, moment: Callable[[datetime | None], str], name_of: Callable[[str], str]
    ) -> None:
        self._plan, self._state, self._moment, self._name = plan, state, moment, name_of

    def findings(self) -> list[FindingLine]:
        return [self._finding(each) for each in self._state.findings.values()]

    def reports(self) -> list[ReportLine]:
        return [self._report(each) for each in self._state.reports.values()]

    def signals(self) -> list[SignalLine]:
        """Each time one was sent."""
        signals = [task for task in self._plan.tasks.values() if task.signal]
        return [line for task in signals for line in self._signal(task)]

    def _finding(self, found: Finding) -> FindingLine:
        kind = self._plan.findings[found.of]
        fields = {each.name: each for each in kind.fields}
        tasks = [each.id for each in self._state.assignments.values() if each.finding == found.id]
        return FindingLine(
            id=found.id,
            title=kind.title,
            label=found.label,
            by=self._name(found.by) if found.cause == "person" else "自动 by itself",
            at=self._moment(found.at),
            closed=self._moment(found.closed_at),
            values=words.filled(fields, found.values),
            tasks="、".join(tasks),
        )

    def _report(self, filed: Filed) -> ReportLine:
        report = self._plan.tasks[filed.report].report
        zh, en = spell(filed.late)
        corrections = (
            CorrectionLine(
                each.number, self._moment(each.at), self._name(each.by), self._names([each.signed_by]), each.reason, each.text
            )
            for each in filed.corrections
        )
        return ReportLine(
            assignment=filed.assignment,
            title=numbered(self._plan, filed.report, filed.number),
            to=report.to if report else Text("", ""),
            due=self._moment(filed.due),
            filed=self._moment(filed.at),
            by=self._name(filed.by),
            signed=self._names([filed.signed_by]),
            receipt=filed.receipt,
            late=Text(f"迟报{zh}", f"{en} late") if filed.late else Text("", ""),
            is_zero=filed.is_zero,
            text=filed.text,
            until=self._moment(filed.correct_until),
            corrections=tuple(corrections),
        )

    def _signal(self, task: Task) -> Iterable[SignalLine]:
        for each in self._state.of_task(task.name):
            answered = tuple(each.acknowledged)
            silent = (person for person in each.assignees if person not in each.acknowledged)
            yield SignalLine(task.title, self._moment(each.opened_at), self._names(answered), self._names(silent))

    def _names(self, people: Iterable[str]) -> str:
        return "、".join(self._name(person) for person in people if person)
