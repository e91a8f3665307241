"""A task's `source` begins with a name declared under `sources`: `flood_law art. 45`."""

from collections.abc import Iterator

from plans.diagnostic import Diagnostic, fault, nearest
from plans.draft import Draft

RULE = "known-sources"
NEEDS_WHOLE = False


def check(draft: Draft) -> Iterator[Diagnostic]:
    for name, task in draft.tasks.items():
        source = source_of(task.source)
        if source and source not in draft.sources:
            mark = draft.task_mark(name, "source")
            suggestion = nearest(source, draft.sources)
            yield fault(mark, f"there is no source {source!r}", "a declared source", RULE, suggestion=suggestion)


def source_of(citation: str) -> str:
    return citation.split(maxsplit=1)[0] if citation else ""
