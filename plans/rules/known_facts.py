"""Every fact that is named is declared: in conditions (with forecast and choices), triggers, grade tables, evidence, reports.

A misspelt name would make the condition unknown for ever. Also what a task opens `again` for, and what a link hands over.
The fields `finding.NAME` that a task with `each` looks at are declared under `findings`; only numbers, booleans, choices
and texts can be compared.
"""

from collections.abc import Iterator

from plans.diagnostic import Diagnostic, Mark, fault, nearest
from plans.draft import Draft, Path
from plans.model import EvidenceField
from plans.rules.conditions import expression_faults

RULE = "known-facts"
NEEDS_WHOLE = False
FIELD = "finding."
"""In front of a field of the finding that a task is done for."""


def check(draft: Draft) -> Iterator[Diagnostic]:
    yield from expression_faults(draft, RULE)
    for name, trigger in draft.triggers.items():
        for fact in trigger.facts:
            yield from _unknown(draft, fact, draft.key_mark("triggers", name, "facts", fact))
    for name, column in ((fact.name, column) for fact in draft.facts.values() for column in fact.table):
        yield from _unknown(draft, column.fact, draft.key_mark("facts", name, "table", column.fact))
    for fact, path in named_facts(draft):
        yield from _unknown(draft, fact, draft.mark(*path))
    for name, task in draft.tasks.items():
        for index, fact in enumerate(task.again):
            mark = draft.task_mark(name, "again", index)
            if fact == "night" and draft.daylight is None:
                yield fault(mark, "'night' is used here", "'daylight: {latitude: …, longitude: …}' in the plan", RULE)
            elif fact.startswith(FIELD):
                yield from _unknown_field(draft, name, fact, mark)
            elif fact not in ("level", "night"):
                yield from _unknown(draft, fact, mark)


def named_facts(draft: Draft) -> Iterator[tuple[str, Path]]:
    """What evidence and findings record, reports show and links hand over."""
    for name, task in draft.tasks.items():
        yield from _recorded(task.evidence, draft.task_path(name, "evidence"))
        for index, fact in enumerate(task.report.fields if task.report else ()):
            yield fact, draft.task_path(name, "fields", index)
    for kind in draft.findings.values():
        yield from _recorded(kind.fields, ("findings", kind.name, "fields"))
    for link in draft.links.values():
        for there, here in link.facts.items():
            yield here, ("links", link.name, "facts", there)


def _recorded(fields: tuple[EvidenceField, ...], path: Path) -> Iterator[tuple[str, Path]]:
    return ((field.fact, (*path, field.name, "fact")) for field in fields if field.fact)


def _unknown_field(draft: Draft, name: str, named: str, mark: Mark) -> Iterator[Diagnostic]:
    each, field = draft.tasks[name].each, named.removeprefix(FIELD)
    declared = [known.name for known in draft.findings[each].fields] if each in draft.findings else []
    if not each:
        yield fault(mark, f"{named!r} is used here", f"'each' on {name!r}: of which finding is it a field?", RULE)
    elif each in draft.findings and field not in declared:
        what = f"there is no field {field!r} in the finding {each!r}"
        yield fault(mark, what, "a declared field", RULE, suggestion=nearest(field, declared))


def _unknown(draft: Draft, fact: str, mark: Mark) -> Iterator[Diagnostic]:
    if fact and fact not in draft.facts:
        yield fault(mark, f"there is no fact {fact!r}", "a declared fact", RULE, suggestion=nearest(fact, draft.facts))
