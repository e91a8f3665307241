"""Sentences of the record about reports: filed with their number and lateness, corrected afterwards."""

from collections.abc import Callable
from typing import assert_never

from flows.model.events import ReportCorrected, ReportEvent, ReportFiled
from plans.model import Plan, Text
from service.record.standing_sentences import spell


class ReportTeller:
    """`name_of` gives a person's name for an id."""

    def __init__(self, plan: Plan, name_of: Callable[[str], str]) -> None:
        self._plan, self._name = plan, name_of

    def tell(self, event: ReportEvent) -> Text:
        title = numbered(self._plan, event.report, event.number)
        match event:
            case ReportFiled():
                return self._filed(title, event)
            case ReportCorrected():
                by, signed = self._name(event.by), self._signed(event.signed_by)
                return Text(
                    f"{title.zh}：{by}第{event.correction}次更正{signed.zh}：{event.reason}",
                    f"{title.en}: {by} corrected it ({event.correction}){signed.en}: {event.reason}",
                )
            case _:
                assert_never(event)

    def _filed(self, title: Text, event: ReportFiled) -> Text:
        report, by, signed = self._plan.tasks[event.report].report, self._name(event.by), self._signed(event.signed_by)
        to = report.to if report else Text("", "")
        late_zh, late_en = spell(event.at - event.due)
        late = Text(f"，迟报{late_zh}", f", {late_en} late") if event.at > event.due else Text("", "")
        zero = Text("（零报告）", " (zero report)") if event.is_zero else Text("", "")
        receipt = Text(f"，回执{event.receipt}", f", receipt {event.receipt}") if event.receipt else Text("", "")
        return Text(
            f"{title.zh}{zero.zh}：{by}报送{to.zh}{signed.zh}{receipt.zh}{late.zh}",
            f"{title.en}{zero.en}: {by} filed it to {to.en}{signed.en}{receipt.en}{late.en}",
        )

    def _signed(self, person: str) -> Text:
        name = self._name(person)
        return Text(f"，{name}签发", f", signed by {name}") if person else Text("", "")


def numbered(plan: Plan, report: str, number: int) -> Text:
    """The report's title, with its number where it is counted."""
    task = plan.tasks[report]
    is_counted = task.report is not None and (task.report.numbered or number > 1)
    return Text(f"{task.title.zh}（{number}号）", f"{task.title.en} no. {number}") if is_counted else task.title
