"""Second pass: nodes to typed values. Unknown keys and malformed values are faults; what names mean is the rules' business."""

from collections.abc import Mapping as MappingType
from dataclasses import replace

from plans import quantities
from plans.diagnostic import Diagnostic
from plans.draft import AlertRule, Draft
from plans.fields import Fields
from plans.model import (
    Drill,
    EndCondition,
    Fact,
    FactType,
    Ladder,
    Level,
    LevelRule,
    MessageTemplate,
    Role,
    Rung,
    Source,
)
from plans.reader import Mapping, Node, Scalar
from plans.shape_tasks import shape_tasks
from plans.vocabulary import reserved


def shape(root: Mapping, faults: list[Diagnostic], *, is_base: bool = False) -> Draft:
    """The draft of a whole plan; a base plan may leave out whatever the plans on it bring."""
    before = len(faults)
    fields = Fields(root, "the plan", faults, partial=is_base)
    if is_base:
        fields.text("base")
    draft = Draft(
        root=root,
        whole=True,
        name=_plan_name(fields),
        title=fields.bilingual("title"),
        version=fields.text("version"),
        owner=fields.text("owner"),
        activate=fields.names("activate", required=True, expected="the roles that may open a response"),
        sources=_sources(fields),
        facts=_facts(fields),
        levels=_levels(fields),
        triggers=_triggers(fields),
        roles=_roles(fields),
        ladders=_ladders(fields),
        tasks=shape_tasks(fields),
        messages=_messages(fields),
        end=_end(fields),
        drill=_drill(fields),
    )
    fields.close()
    return replace(draft, whole=len(faults) == before)


def _plan_name(fields: Fields) -> str:
    name = fields.text("plan", expected="the plan's name, such as flood")
    if name:
        fields.check_name(fields.node.entries["plan"].value.mark, name, "plan")
    return name


def _sources(plan: Fields) -> MappingType[str, Source]:
    found = {}
    for name, fields in plan.named("sources", "source"):
        found[name] = Source(name, fields.text("title"), fields.text("valid_from", ""))
        fields.close()
    return found


def _facts(plan: Fields) -> MappingType[str, Fact]:
    return {name: _fact(name, fields) for name, fields in plan.named("facts", "fact", required=True, taken=reserved)}


def _fact(name: str, fields: Fields) -> Fact:
    kind = fields.choice("type", FactType)
    choices = fields.names("of", required=kind is FactType.CHOICE, expected="the choices, lowest first")
    fact = Fact(
        name=name,
        title=fields.bilingual("title"),
        type=kind,
        unit=fields.text("unit", None if kind is FactType.NUMBER else "", expected="the unit of the number, such as m3/s or mm"),
        choices=choices,
        forecast=fields.flag("forecast", default=False),
        default=_default(fields, kind, choices),
    )
    fields.close()
    return fact


def _default(fields: Fields, kind: FactType, choices: tuple[str, ...]) -> float | bool | str | None:
    node = fields.get("default")
    if node is None:
        return None
    value = _value(node, kind, choices)
    if value is None:
        expected = {FactType.NUMBER: "a number", FactType.BOOLEAN: "true or false", FactType.TEXT: "a text"}
        wanted = expected.get(kind, "one of " + ", ".join(choices))
        fields.fault(node.mark, f"the default of {fields.what} does not fit its type {kind}", wanted, "wrong-value")
    return value


def _value(node: Node, kind: FactType, choices: tuple[str, ...]) -> float | bool | str | None:
    if not isinstance(node, Scalar):
        return None
    match kind:
        case FactType.NUMBER:
            return quantities.number(node.text) if node.plain else None
        case FactType.BOOLEAN:
            return {"true": True, "false": False}.get(node.text) if node.plain else None
        case FactType.CHOICE:
            return node.text if node.text in choices else None
        case FactType.TEXT:
            return node.text


def _levels(plan: Fields) -> MappingType[Level, LevelRule]:
    found = {}
    for level, name, node in plan.by_level("levels", required=True):
        fields = plan.inside(node, f"the level {name}")
        when = fields.text("when", expected="the condition that calls for this level")
        approve = fields.names("approve", required=True, expected="the roles that may approve this level")
        expect = fields.duration("expect") if fields.get("expect") else None
        found[level] = LevelRule(level, when, approve, expect)
        fields.close()
    return dict(sorted(found.items(), reverse=True))


def _triggers(plan: Fields) -> MappingType[str, AlertRule]:
    found = {}
    for name, fields in plan.named("triggers", "trigger"):
        source = fields.text("on", expected="cap")
        if source and source != "cap":
            fields.fault(fields.node.entries["on"].value.mark, f"'on' is {source!r}", "cap", "wrong-value")
        when = fields.text("when", expected="a condition over 'alert'")
        found[name] = AlertRule(name, when, _proposals(fields), _texts(fields, "facts"))
        fields.close()
    return found


def _proposals(fields: Fields) -> MappingType[Level, str]:
    """`propose: III`, or the levels with the condition that each adds."""
    node = fields.get("propose", required=True, expected="a level, or a mapping from levels to conditions")
    if isinstance(node, Scalar):
        level = quantities.level(node.text)
        if level is None:
            fields.fault(node.mark, f"'propose' is {node.text!r}", "a level: I, II, III or IV", "wrong-value")
        return {level: ""} if level else {}
    if node is None:
        return {}
    conditions = {level: value for level, _, value in fields.by_level("propose")}
    wrong = [value for value in conditions.values() if not isinstance(value, Scalar)]
    for value in wrong:
        fields.fault(value.mark, "a proposal is not a text", "a condition over 'alert'", "wrong-value")
    return {level: value.text for level, value in conditions.items() if isinstance(value, Scalar)}


def _texts(fields: Fields, key: str) -> MappingType[str, str]:
    node = fields.get(key)
    if node is None:
        return {}
    inner = fields.inside(node, f"{key!r} of {fields.what}")
    return {name: inner.text(name) for name in inner.node.entries}


def _roles(plan: Fields) -> MappingType[str, Role]:
    found = {}
    for name, fields in plan.named("roles", "role", required=True):
        found[name] = Role(name, fields.bilingual("title"), fields.flag("alert", default=False))
        fields.close()
    return found


def _ladders(plan: Fields) -> MappingType[str, Ladder]:
    found = {}
    for name, fields in plan.named("ladders", "ladder", required=True):
        rungs = [_rung(rung, each) for rung, each in fields.named("rungs", "rung", required=True)]
        found[name] = Ladder(name, fields.bilingual("title"), tuple(rungs))
        fields.close()
    return found


def _rung(name: str, fields: Fields) -> Rung:
    rung = Rung(
        name=name,
        at=fields.duration("at"),
        tell=fields.text("tell", expected="assignee, deputy or a role"),
        by=fields.names("by"),
        manual=fields.flag("manual", default=False),
    )
    fields.close()
    return rung


def _messages(plan: Fields) -> MappingType[str, MessageTemplate]:
    found = {}
    for name, fields in plan.named("messages", "message", required=True):
        found[name] = MessageTemplate(name, fields.bilingual("text"), fields.bilingual("short"))
        fields.close()
    return found


def _end(plan: Fields) -> EndCondition:
    node = plan.get("end", required=True, expected="when the response may end")
    if node is None:
        return EndCondition("", quantities.nothing, ())
    fields = plan.inside(node, "the end")
    approve = fields.names("approve", required=True, expected="the roles that may approve the end")
    end = EndCondition(fields.text("when", expected="a condition"), fields.duration("hold"), approve)
    fields.close()
    return end


def _drill(plan: Fields) -> Drill | None:
    node = plan.get("drill")
    if node is None:
        return None
    fields = plan.inside(node, "the drill")
    every = fields.text("every", expected=quantities.cadence_form)
    if every and quantities.cadence(every) is None:
        mark = fields.node.entries["every"].value.mark
        fields.fault(mark, f"'every' is {every!r}", quantities.cadence_form, "wrong-value")
    drill = Drill(every, fields.names("forms", required=True, expected="tabletop, live …"))
    fields.close()
    return drill
