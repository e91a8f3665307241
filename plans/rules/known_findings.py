"""A task's `each` is a kind of finding declared under `findings`, and evidence with `finding` sets one of its fields.

What is also a `fact` has the type and the choices of both.
"""

from collections.abc import Iterator

from plans.diagnostic import Diagnostic, fault, nearest
from plans.draft import Draft
from plans.model import EvidenceField, Task

RULE = "known-findings"
NEEDS_WHOLE = False


def check(draft: Draft) -> Iterator[Diagnostic]:
    for name, task in draft.tasks.items():
        if task.each and task.each not in draft.findings:
            mark = draft.task_mark(name, "each")
            suggestion = nearest(task.each, draft.findings)
            yield fault(mark, f"there is no finding {task.each!r}", "a declared kind of finding", RULE, suggestion=suggestion)
        for field in task.evidence:
            if field.finding and (not task.each or task.each in draft.findings):
                yield from _set_field(draft, task, field)


def _set_field(draft: Draft, task: Task, field: EvidenceField) -> Iterator[Diagnostic]:
    mark = draft.task_mark(task.name, "evidence", field.name, "finding")
    declared = {known.name: known for known in draft.findings[task.each].fields} if task.each else {}
    known = declared.get(field.finding)
    if not task.each:
        yield fault(mark, f"{field.name!r} sets a field of a finding", f"'each' on {task.name!r}: of which finding?", RULE)
    elif known is None:
        what = f"there is no field {field.finding!r} in the finding {task.each!r}"
        yield fault(mark, what, "a declared field", RULE, suggestion=nearest(field.finding, declared))
    elif (known.type, known.choices) != (field.type, field.choices):
        what = f"the field {field.finding!r} and the fact {field.fact!r} are not of one kind"
        yield fault(mark, what, "the same type and the same choices in the same order", RULE)
