"""The draft of a report from what is known, and what follows the last one; unknown figures are named, never guessed. Pure.

The plan's text is filled in the sandbox of the messages; without one, or where it cannot be filled, the draft lists the fields.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from flows.deciding.levels.levels import values_in
from flows.errors import UnknownNameError
from flows.model.events import Value
from flows.model.filed import Filed, latest_of_name
from flows.model.shown import shown
from flows.model.state import Assignment, ResponseState
from flows.report_errors import NotAReportError, NotOpenedError
from notifications.rendered import clean
from notifications.rendering import fill
from plans.model import Fact, Plan, Report, Text
from store.kinds import Kind

UNKNOWN = Text("待核实", "being verified")
_MARK = Text("【演练】EXERCISE ", "EXERCISE ")


@dataclass(frozen=True, slots=True)
class DraftedReport:
    """`unknown` are the fields without a value; `fault` says why the plan's own text could not be filled."""

    text: Text
    number: int
    unknown: tuple[Fact, ...]
    is_zero: bool
    fault: str = ""


def draft_report(plan: Plan, state: ResponseState, assignment: Assignment, now: datetime, zone: tzinfo) -> DraftedReport:
    """Errors: `NotAReportError`."""
    report = report_of(plan, assignment)
    values = field_values(plan, state, report)
    zh, fault = _drafted(plan, state, assignment, _Words(plan.facts, values, "zh", now, zone))
    en, also = _drafted(plan, state, assignment, _Words(plan.facts, values, "en", now, zone))
    unknown = tuple(plan.facts[name] for name in report.fields if name not in values)
    return DraftedReport(Text(zh, en), next_number(state, assignment), unknown, is_zero(plan, state, assignment), fault or also)


def report_of(plan: Plan, assignment: Assignment) -> Report:
    report = plan.tasks[assignment.task].report
    if report is None:
        raise NotAReportError(assignment.id, tuple(task.name for task in plan.tasks.values() if task.report))
    return report


def report_named(plan: Plan, state: ResponseState, name: str) -> Assignment:
    """`written` is its newest instance that is not filed, else its newest; `written.2` itself.

    Errors: `UnknownNameError`, `NotOpenedError`.
    """
    if name in state.assignments:
        return state.assignments[name]
    instances = state.of_task(name)
    if not instances:
        reports = [task.name for task in plan.tasks.values() if task.report]
        if name in reports:
            raise NotOpenedError(name, plan.tasks[name].after)
        raise UnknownNameError("report", name, reports, f"plan {plan.name!r}")
    waiting = [each for each in instances if not each.has_ended]
    return (waiting or list(instances))[-1]


def next_number(state: ResponseState, assignment: Assignment) -> int:
    """Counted per report name, over all its rounds."""
    if assignment.id in state.reports:
        return state.reports[assignment.id].number
    latest = latest_of_name(state.reports, assignment.task)
    return latest.number + 1 if latest else 1


def field_values(plan: Plan, state: ResponseState, report: Report) -> dict[str, Value]:
    """What is known of the report's fields now."""
    known = values_in(plan, state)
    return {name: known[name] for name in report.fields if name in known}


def is_zero(plan: Plan, state: ResponseState, assignment: Assignment) -> bool:
    """A report that is due also when nothing is new, and nothing is."""
    report, before = report_of(plan, assignment), _before(state, assignment)
    return report.zero and before is not None and field_values(plan, state, report) == dict(before.values)


@dataclass(frozen=True, slots=True)
class _Words:
    """How values are said in one language."""

    facts: Mapping[str, Fact]
    values: Mapping[str, Value]
    language: str
    now: datetime
    zone: tzinfo

    def of(self, text: Text) -> str:
        return text.en if self.language == "en" else text.zh

    def value(self, name: str) -> str:
        value = self.values.get(name)
        return self.of(UNKNOWN) if value is None else clean(self.of(shown(value, self.facts[name])))

    def moment(self, moment: datetime) -> str:
        there = moment.astimezone(self.zone)
        if self.language == "en":
            return there.strftime("%Y-%m-%d %H:%M")
        return f"{there.year}年{there.month}月{there.day}日{there.hour:02d}时{there.minute:02d}分"


def _drafted(plan: Plan, state: ResponseState, assignment: Assignment, words: _Words) -> tuple[str, str]:
    report = report_of(plan, assignment)
    opening = "".join(line + "\n" for line in _opening(plan, state, assignment, words))
    if report.text is None:
        return opening + _listed(plan, state, assignment, words), ""
    try:
        return opening + fill(words.of(report.text), _variables(plan, state, assignment, words)).strip(), ""
    except Exception as cause:  # what a template can raise is not a closed list, and the report must still go out
        return opening + _listed(plan, state, assignment, words), f"{type(cause).__name__}: {cause}"


def _variables(plan: Plan, state: ResponseState, assignment: Assignment, words: _Words) -> dict[str, str]:
    fields = {name: words.value(name) for name in report_of(plan, assignment).fields}
    return {
        **fields,
        "report_number": str(next_number(state, assignment)),
        "incident": clean(state.incident).strip() or words.of(UNKNOWN),
        "place": clean(state.place).strip() or words.of(UNKNOWN),
        "level": state.level.name,
        "plan": words.of(plan.title),
        "occurred": words.moment(state.occurred_at) if state.occurred_at else words.of(UNKNOWN),
        "learned": words.moment(state.learned_at or state.opened_at),
        "now": words.moment(words.now),
    }


def _opening(plan: Plan, state: ResponseState, assignment: Assignment, words: _Words) -> list[str]:
    """What goes before the plan's own text: the mark of a drill, and that nothing is new."""
    lines = [words.of(_MARK).strip()] if state.kind is Kind.DRILL else []
    before = _before(state, assignment)
    if before and is_zero(plan, state, assignment):
        at = words.moment(before.at)
        zh = f"零报告：自第{before.number}号报告（{at}）以来无新情况。"
        lines.append(words.of(Text(zh, f"Zero report: nothing new since report no. {before.number} ({at}).")))
    return lines


def _listed(plan: Plan, state: ResponseState, assignment: Assignment, words: _Words) -> str:
    task, report = plan.tasks[assignment.task], report_of(plan, assignment)
    given, number = _variables(plan, state, assignment, words), next_number(state, assignment)
    title = words.of(task.title) + (words.of(Text(f"（第{number}号）", f" no. {number}")) if report.numbered else "")
    about = " ".join(word for each in (state.incident, state.place) if (word := clean(each).strip())) or words.of(UNKNOWN)
    lines = [
        title,
        words.of(Text(f"报送：{report.to.zh}", f"To: {report.to.en}")),
        words.of(Text(f"事件：{about}", f"Incident: {about}")),
        words.of(Text(f"响应级别：{state.level.name}级", f"Response level: {state.level.name}")),
        words.of(Text(f"发生时间：{given['occurred']}", f"Occurred: {given['occurred']}")),
        words.of(Text(f"接报时间：{given['learned']}", f"Learned: {given['learned']}")),
        *(_fact_line(plan.facts[name], given[name], words) for name in report.fields),
        words.of(Text(f"报告时间：{given['now']}", f"Reported: {given['now']}")),
    ]
    return "\n".join(lines)


def _fact_line(fact: Fact, value: str, words: _Words) -> str:
    unit = f" {fact.unit}" if fact.unit not in ("", "1") and fact.name in words.values else ""
    return words.of(Text(f"{fact.title.zh}：{value}{unit}", f"{fact.title.en}: {value}{unit}"))


def _before(state: ResponseState, assignment: Assignment) -> Filed | None:
    """The report of this name before this one."""
    own = state.reports.get(assignment.id)
    others = {name: each for name, each in state.reports.items() if own is None or each.number < own.number}
    return latest_of_name(others, assignment.task)
