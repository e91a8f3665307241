"""Tasks do not wait for each other in a circle: none of them would ever open."""

from collections.abc import Iterator

from plans.diagnostic import Diagnostic, fault
from plans.draft import Draft
from plans.task_order import circles, predecessors, written_as

RULE = "task-cycles"
NEEDS_WHOLE = False


def check(draft: Draft) -> Iterator[Diagnostic]:
    for cycle in cycles(draft):
        first, second = cycle[0], cycle[1 % len(cycle)]
        round_trip = " → ".join((*cycle, first))
        yield fault(
            draft.after_mark(first, written_as(draft, first, second)), f"tasks wait in a circle: {round_trip}", "an order", RULE
        )


def cycles(draft: Draft) -> Iterator[tuple[str, ...]]:
    """Each circle once, from the task that stands first in the file; every task waits for the next one."""
    return circles(draft.tasks, lambda name: predecessors(draft, name))
