"""Every fact that is named is declared: in conditions (with forecast and choices), triggers, grade tables, evidence, reports.

A misspelt name would make the condition unknown for ever. Also what a task opens `again` for, and what a link hands over.
"""

from collections.abc import Iterator

from plans.diagnostic import Diagnostic, Mark, fault, nearest
from plans.draft import Draft, Path
from plans.model import EvidenceField
from plans.rules.conditions import expression_faults

RULE = "known-facts"
NEEDS_WHOLE = False


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


def _unknown(draft: Draft, fact: str, mark: Mark) -> Iterator[Diagnostic]:
    if fact and fact not in draft.facts:
        yield fault(mark, f"there is no fact {fact!r}", "a declared fact", RULE, suggestion=nearest(fact, draft.facts))
