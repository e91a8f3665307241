"""The shape of `levels:` and `triggers:`: when a level is called for, and what proposes one from outside."""

from collections.abc import Mapping as MappingType
from enum import StrEnum

from plans import quantities
from plans.draft import TriggerRule
from plans.fields import Fields
from plans.model import Level, LevelRule
from plans.reader import Scalar


class TriggerSource(StrEnum):
    CAP = "cap"
    READING = "reading"


def shape_levels(plan: Fields) -> MappingType[Level, LevelRule]:
    found = {}
    for level, name, node in plan.by_level("levels", required=True):
        fields = plan.inside(node, f"the level {name}")
        found[level] = LevelRule(
            level=level,
            when=fields.text("when", expected="the condition that calls for this level"),
            approve=fields.names("approve", required=True, expected="the roles that may approve this level"),
            expect=fields.length("expect"),
            keep=fields.text("keep", "", expected="the condition that keeps this level"),
            hold=fields.duration("hold", quantities.nothing),
            sign=fields.text("sign", "", expected="the ladder that an unanswered proposal climbs"),
            two_person=fields.flag("two_person", default=False),
            paper=fields.length("paper"),
        )
        fields.close()
    return dict(sorted(found.items(), reverse=True))


def shape_triggers(plan: Fields) -> MappingType[str, TriggerRule]:
    found = {}
    for name, fields in plan.named("triggers", "trigger"):
        source = fields.choice("on", TriggerSource)
        is_reading = source is TriggerSource.READING
        is_event = is_reading and fields.flag("event", default=False)
        lasts = is_reading and not is_event
        over = "the facts" if is_reading else "'alert'"
        found[name] = TriggerRule(
            name=name,
            on="reading" if is_reading else "cap",
            when=fields.text("when", expected=f"a condition over {over}"),
            propose=_proposals(fields, over),
            facts={} if is_reading else fields.texts("facts"),
            hold=fields.duration("for", quantities.nothing) if lasts else quantities.nothing,
            release=fields.text("release", "", expected=f"a condition over {over}") if lasts else "",
            event=is_event,
        )
        fields.close()
    return found


def _proposals(fields: Fields, over: str) -> MappingType[Level, str]:
    """`propose: III`, or the levels with the condition that each adds."""
    node = fields.get("propose", required=True, expected="a level, or a mapping from levels to conditions")
    if isinstance(node, Scalar):
        level = quantities.level(node.text)
        if level is None:
            fields.fault(node.mark, f"'propose' is {node.text!r}", "a level: I, II, III or IV", "wrong-value")
        return {level: ""} if level else {}
    if node is None:
        return {}
    conditions = {
        level: fields.text_of(value, name, f"a condition over {over}") for level, name, value in fields.by_level("propose")
    }
    return {level: condition for level, condition in conditions.items() if condition}
