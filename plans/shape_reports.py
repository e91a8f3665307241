"""The shape of `reports:` and `signals:`: tasks with more in them, each written in a section of its own."""

from collections.abc import Mapping as MappingType
from dataclasses import replace
from datetime import timedelta

from plans.fields import Fields
from plans.model import ClockFrom, CorrectFrom, EvidenceField, EvidenceType, Fact, Level, Report, Signal, Task, Text
from plans.reader import Mapping
from plans.shape_evidence import evidence_fields
from plans.shape_tasks import Findings, shape_task

_filed = (
    EvidenceField("text", Text("报文", "Text of the report"), EvidenceType.FILE, required=False),
    EvidenceField("receipt", Text("回执", "Receipt"), EvidenceType.TEXT),
)


def shape_reports(plan: Fields, facts: MappingType[str, Fact], findings: Findings) -> MappingType[str, Task]:
    found = {}
    for name, fields in plan.named("reports", "report"):
        task = shape_task(name, fields, facts, findings, "report")
        report = replace(task, report=_report(fields, task.levels), evidence=task.evidence or _filed)
        found[name] = report if fields.get("on_end") else replace(report, on_end=report.usual_end)
        fields.close()
    return found


def _report(fields: Fields, levels: frozenset[Level]) -> Report:
    within, begins = _corrections(fields)
    return Report(
        track=fields.text("track", expected="the reporting line, such as government or environment"),
        clock_from=fields.choice("clock_from", ClockFrom),
        within=fields.durations_by_level("within", levels),
        to=fields.bilingual("to"),
        by=fields.text("by", expected="how it is sent, such as fax or voice"),
        fields=fields.names("fields"),
        numbered=fields.flag("numbered", default=False),
        zero=fields.flag("zero", default=False),
        sign=fields.names("sign"),
        correct_within=within,
        correct_from=begins,
        text=fields.bilingual("text") if fields.get("text") else None,
    )


def _corrections(report: Fields) -> tuple[timedelta | None, CorrectFrom]:
    """`30 d` counts from the filing; `{within: 30 d, from: occurred}` from the event."""
    node = report.get("correct_within")
    if not isinstance(node, Mapping):
        return report.length("correct_within"), CorrectFrom.FILED
    fields = report.inside(node, f"'correct_within' of {report.what}")
    within, begins = fields.duration("within"), fields.choice("from", CorrectFrom, CorrectFrom.FILED)
    fields.close()
    return within, begins


def shape_signals(plan: Fields, facts: MappingType[str, Fact], levels: frozenset[Level]) -> MappingType[str, Task]:
    """`levels`: those of the plan; a signal may be sent at each of them unless it says otherwise."""
    found = {}
    for name, fields in plan.named("signals", "signal"):
        found[name] = _signal(name, fields, facts, levels)
        fields.close()
    return found


def _signal(name: str, fields: Fields, facts: MappingType[str, Fact], levels: frozenset[Level]) -> Task:
    return Task(
        name=name,
        code=fields.text("code", ""),
        title=fields.bilingual("title"),
        role=fields.text("role", expected="the role that counts heads"),
        levels=fields.levels("levels", levels),
        ack=fields.duration("ack"),
        done=fields.duration("done"),
        ladder=fields.text("escalate", expected="the ladder climbed when somebody does not acknowledge"),
        late=fields.text("late", ""),
        need="all",
        evidence=evidence_fields(fields, "evidence", facts),
        message=fields.text("message", "signal"),
        life_safety=True,
        source=fields.text("source", ""),
        signal=Signal(
            send=fields.names("send", required=True, expected="the roles that may send it"),
            stops=fields.names("stops"),
            ends_drill=fields.flag("ends_drill", default=False),
        ),
    )
