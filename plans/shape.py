"""Second pass: nodes to typed values. Unknown keys and malformed values are faults; what names mean is the rules' business."""

from collections.abc import Mapping as MappingType
from dataclasses import replace

from plans import quantities
from plans.diagnostic import Diagnostic
from plans.draft import Draft
from plans.fields import Fields
from plans.model import Daylight, Drill, EndCondition, Fact, Ladder, Level, MessageTemplate, Role, Rung, Source, Task
from plans.reader import Mapping
from plans.shape_facts import shape_facts
from plans.shape_findings import shape_findings, shape_links
from plans.shape_levels import shape_levels, shape_triggers
from plans.shape_reports import shape_reports, shape_signals
from plans.shape_tasks import Findings, shape_tasks


def shape(root: Mapping, faults: list[Diagnostic], *, is_base: bool = False) -> Draft:
    """The draft of a whole plan; a base plan may leave out whatever the plans on it bring."""
    before = len(faults)
    fields = Fields(root, "the plan", faults, partial=is_base)
    if is_base:
        fields.text("base")
    facts = shape_facts(fields)
    levels = shape_levels(fields)
    findings = shape_findings(fields, facts)
    draft = Draft(
        root=root,
        whole=True,
        name=_plan_name(fields),
        title=fields.bilingual("title"),
        version=fields.text("version"),
        owner=fields.text("owner"),
        activate=fields.names("activate", required=True, expected="the roles that may open a response"),
        sources=_sources(fields),
        facts=facts,
        levels=levels,
        triggers=shape_triggers(fields),
        roles=_roles(fields),
        ladders=_ladders(fields),
        tasks=_tasks(fields, facts, findings, frozenset(levels)),
        messages=_messages(fields),
        end=_end(fields),
        drill=_drill(fields),
        findings=findings,
        links=shape_links(fields),
        daylight=_daylight(fields),
    )
    fields.close()
    confirmed_by = {each.confirms: each.name for each in draft.tasks.values() if each.confirms in draft.tasks}
    return replace(draft, whole=len(faults) == before, confirmed_by=confirmed_by)


def _plan_name(fields: Fields) -> str:
    name = fields.text("plan", expected="the plan's name, such as flood")
    if name:
        fields.check_name(fields.node.entries["plan"].value.mark, name, "plan")
    return name


def _tasks(plan: Fields, facts: MappingType[str, Fact], findings: Findings, levels: frozenset[Level]) -> MappingType[str, Task]:
    """Tasks, then reports, then signals: they share their names."""
    found: dict[str, Task] = {}
    sections = {"tasks": shape_tasks(plan, facts, findings), "reports": shape_reports(plan, facts, findings)}
    sections["signals"] = shape_signals(plan, facts, levels)
    for section, tasks in sections.items():
        for name in found.keys() & tasks.keys():
            node = plan.node.entries[section].value
            mark = node.entries[name].key if isinstance(node, Mapping) else node.mark
            what = f"{name!r} is the name of a task and of one of the {section}"
            plan.fault(mark, what, "a name of its own: tasks, reports and signals share them", "wrong-name")
        found |= tasks
    return found


def _sources(plan: Fields) -> MappingType[str, Source]:
    found = {}
    for name, fields in plan.named("sources", "source"):
        found[name] = Source(name, fields.text("title"), fields.day("valid_from"), fields.day("valid_to"))
        fields.close()
    return found


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
    approve, by_level = _end_approvers(fields)
    when, hold = fields.text("when", expected="a condition"), fields.duration("hold")
    end = EndCondition(when, hold, approve, fields.text("sign", "", expected="the ladder of the proposal"), by_level)
    fields.close()
    return end


def _end_approvers(end: Fields) -> tuple[tuple[str, ...], MappingType[Level, tuple[str, ...]]]:
    """For every level, or for some; left out, whoever may approve the level that is in force."""
    expected, node = "the roles that may approve the end, or a mapping from levels to them", end.get("approve")
    if not isinstance(node, Mapping):
        return end.names("approve", expected=expected), {}
    inner = end.inside(node, "'approve' of the end")
    levels = [level for level, _, _ in inner.level_entries(node, "approve")]
    return (), {level: inner.names(level.name, required=True, expected=expected) for level in sorted(levels, reverse=True)}


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


def _daylight(plan: Fields) -> Daylight | None:
    node = plan.get("daylight")
    if node is None:
        return None
    fields = plan.inside(node, "the daylight")
    place = []
    for key, limit in (("latitude", 90), ("longitude", 180)):
        expected = f"degrees from -{limit} to {limit}"
        degrees = fields.number(key, required=True, expected=expected)
        if degrees is not None and abs(degrees) > limit:
            fields.fault(fields.node.entries[key].value.mark, f"{key!r} is {degrees:g}", expected, "wrong-value")
        place.append(degrees or 0.0)
    fields.close()
    return Daylight(*place)
