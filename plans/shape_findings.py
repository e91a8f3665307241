"""The shape of `findings:` and `links:`: what is found on the ground, and which other plans it may call for."""

from collections.abc import Mapping as MappingType

from plans import quantities
from plans.fields import Fields
from plans.model import Fact, FindingKind, Level, Link
from plans.shape_evidence import evidence_fields


def shape_findings(plan: Fields, facts: MappingType[str, Fact]) -> MappingType[str, FindingKind]:
    found = {}
    for name, fields in plan.named("findings", "finding"):
        found[name] = FindingKind(
            name=name,
            title=fields.bilingual("title"),
            fields=evidence_fields(fields, "fields", facts),
            report=fields.names("report"),
            when=fields.text("when", "", expected="a condition"),
            every=fields.length("every"),
        )
        fields.close()
    return found


def shape_links(plan: Fields) -> MappingType[str, Link]:
    found = {}
    for name, fields in plan.named("links", "link"):
        found[name] = Link(
            name=name,
            plan=fields.text("plan", expected="the name of another plan"),
            when=fields.text("when", expected="the condition that calls for the other plan"),
            reason=fields.bilingual("reason"),
            level=_level(fields),
            facts=fields.texts("facts"),
        )
        fields.close()
    return found


def _level(fields: Fields) -> Level | None:
    text = fields.text("level", "", expected="a level: I, II, III or IV")
    level = quantities.level(text) if text else None
    if text and level is None:
        mark = fields.node.entries["level"].value.mark
        fields.fault(mark, f"'level' is {text!r}", "a level: I, II, III or IV", "wrong-value")
    return level
