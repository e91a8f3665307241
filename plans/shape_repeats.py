"""The shape of `every`: one interval, intervals by level, or a list of cases of which the first that applies counts."""

from collections.abc import Mapping as MappingType
from datetime import timedelta

from plans.fields import Fields
from plans.model import Level, Repeat
from plans.reader import Mapping, Node, Sequence

Intervals = MappingType[Level, timedelta]


def repeats(fields: Fields, levels: frozenset[Level]) -> tuple[Intervals, tuple[Repeat, ...]]:
    """The intervals that always apply, and the cases before them."""
    node = fields.get("every")
    if not isinstance(node, Sequence):
        return fields.durations_in(node, "every", levels), ()
    cases = [_case(item, fields, levels) for item in node.items]
    if cases and not is_conditional(cases[-1]):
        return cases[-1].every, tuple(cases[:-1])
    return {}, tuple(cases)


def is_conditional(case: Repeat) -> bool:
    return bool(case.when) or case.during is not None


def _case(item: Node, task: Fields, levels: frozenset[Level]) -> Repeat:
    """`{during: 12 h, is: 1 h}`, `{when: rising, is: {IV: 2 h}}`; plain: `4 h` or `{IV: 4 h}`."""
    if not isinstance(item, Mapping) or not {"is", "when", "during"} & item.entries.keys():
        return Repeat(task.durations_in(item, "every", levels))
    fields = task.inside(item, f"a case of 'every' of {task.what}")
    found = fields.get("is", required=True, expected="a duration, or durations by level")
    case = Repeat(
        every=fields.durations_in(found, "is", levels),
        when=fields.text("when", "", expected="a condition"),
        during=fields.length("during"),
    )
    fields.close()
    return case
