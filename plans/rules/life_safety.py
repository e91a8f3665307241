"""A life-safety task never waits for an approval, neither directly nor through the tasks before it.

Approvals are the tasks with `approval: true`: silence approves nothing, and the water does not wait for a signature.
"""

from collections.abc import Iterator

from plans.diagnostic import Diagnostic, fault
from plans.draft import Draft
from plans.model import Phase
from plans.task_order import in_order, predecessors, written_as

RULE = "life-safety"
NEEDS_WHOLE = True


def check(draft: Draft) -> Iterator[Diagnostic]:
    towards = _towards_approval(draft)
    for name, task in draft.tasks.items():
        # the end of the response is approved by then
        if not task.life_safety or task.phase is Phase.RECOVERY:
            continue
        if task.approval:
            yield fault(draft.task_key_mark(name), f"the task {name!r} is both life-safety and an approval", "one", RULE)
        for before in predecessors(draft, name):
            if before in towards:
                way = _way(towards, before)
                what = f"the life-safety task {name!r} waits for the approval {way[-1]!r}"
                how = "" if len(way) == 1 else f" (through {', '.join(way[:-1])})"
                yield fault(
                    draft.after_mark(name, written_as(draft, name, before)),
                    what + how,
                    "a predecessor that no signature holds up",
                    RULE,
                )


def _towards_approval(draft: Draft) -> dict[str, str]:
    """For each task that is or waits for an approval, the next task on the way to it; an approval leads to itself."""
    towards: dict[str, str] = {}
    for name in in_order(draft):
        following = (
            name if draft.tasks[name].approval else next((each for each in predecessors(draft, name) if each in towards), "")
        )
        if following:
            towards[name] = following
    return towards


def _way(towards: dict[str, str], name: str) -> tuple[str, ...]:
    way = [name]
    while towards[way[-1]] != way[-1]:
        way.append(towards[way[-1]])
    return tuple(way)
