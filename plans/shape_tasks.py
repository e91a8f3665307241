"""The shape of `tasks:`, and of what reports have in common with them."""

from collections.abc import Mapping as MappingType
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from plans.diagnostic import nearest
from plans.fields import Fields
from plans.model import Fact, FindingKind, OnDowngrade, OnEnd, Phase, Task
from plans.reader import Mapping, Node, Sequence
from plans.shape_evidence import evidence_fields
from plans.shape_repeats import repeats

_downgrade_form = "keep, cancel or {hand_over: role}"


Findings = MappingType[str, FindingKind]


def shape_tasks(plan: Fields, facts: MappingType[str, Fact], findings: Findings) -> MappingType[str, Task]:
    found = {}
    for name, fields in plan.named("tasks", "task", required=True):
        found[name] = shape_task(name, fields, facts, findings, "call")
        fields.close()
    return found


def shape_task(name: str, fields: Fields, facts: MappingType[str, Fact], findings: Findings, message: str) -> Task:
    """A task, or all of a report but what makes it one; the caller closes the fields."""
    levels = fields.levels("levels")
    every, cases = repeats(fields, levels)
    confirms = fields.text("confirms", "", expected="the task that it confirms")
    after = _after(fields, confirms)
    downgrade, successor = _on_downgrade(fields)
    is_report = message == "report"
    return Task(
        name=name,
        code=fields.text("code", ""),
        title=fields.bilingual("title"),
        role=fields.text("role", expected="the role that does it"),
        levels=levels,
        confirms=confirms,
        after=after.names,
        after_at_most=after.at_most,
        each=(each := fields.text("each", "", expected="a kind of finding")),
        when=fields.text("when", "", expected="a condition"),
        ack=fields.duration("ack"),
        done=max(fields.durations_by_level("within", levels).values(), default=timedelta(0))
        if is_report
        else fields.duration("done"),
        every=every,
        every_case=cases,
        earliest=fields.durations_by_level("earliest", levels),
        again=fields.names("again"),
        reopens=fields.names("reopens"),
        repeat_while=fields.text("while", "", expected="a condition"),
        repeat_until=fields.text("until", "", expected="a condition"),
        pause=fields.text("pause", "", expected="a condition"),
        progress=fields.durations_by_level("progress", levels),
        ladder=fields.text("escalate", expected="the ladder climbed when nobody acknowledges"),
        late=fields.text("late", ""),
        need=_need(fields),
        evidence=evidence_fields(fields, "evidence", facts, findings.get(each)),
        message=fields.text("message", message),
        on_downgrade=downgrade,
        hand_over=successor,
        on_end=fields.choice("on_end", OnEnd, OnEnd.CANCEL),
        phase=fields.choice("phase", Phase, Phase.RESPONSE),
        life_safety=fields.flag("life_safety", default=False),
        approval=fields.flag("approval", default=False),
        source=fields.text("source", ""),
    )


@dataclass(frozen=True, slots=True)
class _Predecessors:
    names: tuple[str, ...]
    at_most: MappingType[str, timedelta]


def _after(fields: Fields, confirms: str) -> _Predecessors:
    """What it confirms comes before it too, wherever that is not written."""
    written = _written_after(fields)
    is_missing = confirms and confirms not in written.names
    return _Predecessors((*written.names, confirms), written.at_most) if is_missing else written


def _written_after(fields: Fields) -> _Predecessors:
    """`[verify, {approve: 15 min}]`: the approval is waited for at most 15 min."""
    node = fields.get("after")
    if isinstance(node, Mapping):
        items: list[Node] = [node]
    elif isinstance(node, Sequence) and any(isinstance(item, Mapping) for item in node.items):
        items = node.items
    else:
        return _Predecessors(fields.names("after"), {})
    names: list[str] = []
    at_most: dict[str, timedelta] = {}
    for item in items:
        if not isinstance(item, Mapping):
            names.append(fields.text_of(item, "after", "a task, or {task: how long it is waited for}"))
            continue
        inner = fields.inside(item, f"a predecessor of {fields.what}")
        names += inner.node.entries
        at_most |= {name: inner.duration(name) for name in inner.node.entries}
        if len(item.entries) != 1:
            fields.fault(item.mark, "'after' has several tasks in one item", "one task in each item", "wrong-value")
    return _Predecessors(tuple(name for name in names if name), at_most)


def _on_downgrade(fields: Fields) -> tuple[OnDowngrade, str]:
    node = fields.get("on_downgrade")
    if isinstance(node, Mapping):
        inner = fields.inside(node, f"'on_downgrade' of {fields.what}")
        successor = inner.text("hand_over", expected="the role that takes it over")
        inner.close()
        return OnDowngrade.HAND_OVER, successor
    text = fields.text("on_downgrade", OnDowngrade.CANCEL, expected=_downgrade_form)
    simple = [OnDowngrade.KEEP.value, OnDowngrade.CANCEL.value]
    if text in simple:
        return OnDowngrade(text), ""
    if node is not None and text:
        suggestion = nearest(text, simple)
        fields.fault(node.mark, f"'on_downgrade' is {text!r}", _downgrade_form, "wrong-value", suggestion)
    return OnDowngrade.CANCEL, ""


def _need(fields: Fields) -> Literal["any", "all"] | int:
    text = fields.text("need", "any")
    if text == "all":
        return "all"
    if text.isdigit() and int(text) > 0:
        return int(text)
    if text not in ("any", ""):
        mark = fields.node.entries["need"].value.mark
        expected = "any, all or how many must acknowledge"
        fields.fault(mark, f"'need' is {text!r}", expected, "wrong-value", nearest(text, ["any", "all"]))
    return "any"
