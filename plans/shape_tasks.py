"""The shape of `tasks:` and of the evidence each asks for."""

from collections.abc import Mapping as MappingType
from typing import Literal

from plans.diagnostic import nearest
from plans.fields import Fields
from plans.model import EvidenceField, EvidenceType, OnDowngrade, Phase, Task, Text
from plans.reader import Mapping, Node, Scalar, Sequence

_evidence_form = (
    "one of " + ", ".join(each.value for each in EvidenceType) + "; [image] for several, text? when it may be missing"
)


def shape_tasks(plan: Fields) -> MappingType[str, Task]:
    return {name: _task(name, fields) for name, fields in plan.named("tasks", "task", required=True)}


def _task(name: str, fields: Fields) -> Task:
    levels = fields.levels("levels")
    task = Task(
        name=name,
        code=fields.text("code", ""),
        title=fields.bilingual("title"),
        role=fields.text("role", expected="the role that does it"),
        levels=levels,
        after=fields.names("after"),
        when=fields.text("when", "", expected="a condition"),
        ack=fields.duration("ack"),
        done=fields.duration("done"),
        every=fields.durations_by_level("every", levels),
        ladder=fields.text("escalate", expected="the ladder climbed when nobody acknowledges"),
        late=fields.text("late", ""),
        need=_need(fields),
        evidence=_evidence(fields),
        message=fields.text("message", "call"),
        on_downgrade=fields.choice("on_downgrade", OnDowngrade, OnDowngrade.CANCEL),
        phase=fields.choice("phase", Phase, Phase.RESPONSE),
        life_safety=fields.flag("life_safety", default=False),
        approval=fields.flag("approval", default=False),
        source=fields.text("source", ""),
    )
    fields.close()
    return task


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


def _evidence(fields: Fields) -> tuple[EvidenceField, ...]:
    node = fields.get("evidence")
    found = []
    for name, entry in fields.entries(node, "evidence"):
        fields.check_name(entry.key, name, "evidence")
        found.append(_evidence_field(name, entry.value, fields))
    return tuple(found)


def _evidence_field(name: str, node: Node, task: Fields) -> EvidenceField:
    """`photo: [image]`, `note: text?`, or `{type: …, title: …}`."""
    words = name.replace("_", " ")
    title = Text(words, words)
    if not isinstance(node, Mapping):
        kind, required, many = _kind(node, task)
        return EvidenceField(name, title, kind, required, many)
    fields = Fields(node, f"the evidence {name!r}", task.faults)
    value = fields.get("type", required=True, expected=_evidence_form)
    kind, required, many = _kind(value, fields) if value else (EvidenceType.TEXT, True, False)
    title = fields.bilingual("title", title)
    fields.close()
    return EvidenceField(name, title, kind, required, many)


def _kind(node: Node, fields: Fields) -> tuple[EvidenceType, bool, bool]:
    many = isinstance(node, Sequence) and len(node.items) == 1
    inner = node.items[0] if isinstance(node, Sequence) and many else node
    text = inner.text.strip() if isinstance(inner, Scalar) else "a list or mapping"
    every = [each.value for each in EvidenceType]
    if text.removesuffix("?") not in every:
        suggestion = nearest(text.removesuffix("?"), every)
        fields.fault(inner.mark, f"the evidence type is {text!r}", _evidence_form, "wrong-value", suggestion)
        return EvidenceType.TEXT, True, False
    return EvidenceType(text.removesuffix("?")), not text.endswith("?"), many
