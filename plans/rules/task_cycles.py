"""Tasks do not wait for each other in a circle: none of them would ever open."""

from collections.abc import Iterator

from plans.diagnostic import Diagnostic, fault
from plans.draft import Draft

RULE = "task-cycles"
NEEDS_WHOLE = False


def check(draft: Draft) -> Iterator[Diagnostic]:
    for cycle in cycles(draft):
        first, second = cycle[0], cycle[1 % len(cycle)]
        index = draft.tasks[first].after.index(second)
        round_trip = " → ".join((*cycle, first))
        yield fault(draft.after_mark(first, index), f"tasks wait in a circle: {round_trip}", "an order", RULE)


def cycles(draft: Draft) -> Iterator[tuple[str, ...]]:
    """Each circle once, from the task that stands first in the file; every task waits for the next one."""
    seen: set[str] = set()
    for start in draft.tasks:
        if start not in seen and (cycle := _from(draft, start)):
            seen.update(cycle)
            yield cycle


def _from(draft: Draft, start: str) -> tuple[str, ...]:
    """The shortest way from a task through its predecessors back to it; empty when there is none."""
    ways: list[tuple[str, ...]] = [(start,)]
    reached: set[str] = set()
    for way in ways:
        for before in draft.tasks[way[-1]].after:
            if before == start:
                return way
            if before in draft.tasks and before not in reached:
                reached.add(before)
                ways.append((*way, before))
    return ()
