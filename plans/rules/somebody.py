"""Where roles are named, at least one is: with nobody to approve, send or sign, a response could not begin, climb or end."""

from collections.abc import Iterator

from plans import reader
from plans.diagnostic import Diagnostic, fault
from plans.draft import Draft, Path

RULE = "somebody"
NEEDS_WHOLE = False


def check(draft: Draft) -> Iterator[Diagnostic]:
    for path in _lists(draft):
        node = draft.node(*path)
        if isinstance(node, reader.Sequence) and not node.items:
            yield fault(node.mark, f"{path[-1]!r} names nobody", "at least one role, or nothing at all", RULE)


def _lists(draft: Draft) -> Iterator[Path]:
    yield ("activate",)
    yield ("end", "approve")
    yield from (("levels", level.name, "approve") for level in draft.levels)
    yield from (("findings", kind, "report") for kind in draft.findings)
    for name, task in draft.tasks.items():
        for key, holds in (("sign", task.report), ("send", task.signal)):
            if holds:
                yield draft.task_path(name, key)
