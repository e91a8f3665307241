"""The `source` of a task, a report or a fact begins with a name declared under `sources`: `flood_law art. 45`."""

from collections.abc import Iterator

from plans.diagnostic import Diagnostic, fault, nearest
from plans.draft import Draft, Path

RULE = "known-sources"
NEEDS_WHOLE = False


def check(draft: Draft) -> Iterator[Diagnostic]:
    for source, path in named_sources(draft):
        if source not in draft.sources:
            suggestion = nearest(source, draft.sources)
            yield fault(draft.mark(*path), f"there is no source {source!r}", "a declared source", RULE, suggestion=suggestion)


def named_sources(draft: Draft) -> Iterator[tuple[str, Path]]:
    """The first word of every citation, and where it stands."""
    citations = [(task.source, draft.task_path(name, "source")) for name, task in draft.tasks.items()]
    citations += [(fact.source, ("facts", name, "source")) for name, fact in draft.facts.items()]
    return ((source.split(maxsplit=1)[0], path) for source, path in citations if source)
