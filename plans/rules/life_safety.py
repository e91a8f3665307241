"""A life-safety task never waits for an approval, neither directly nor through the tasks before it.

Approvals are the tasks with `approval: true`: silence approves nothing, and the water does not wait for a signature.
"""

from collections.abc import Iterator

from plans.diagnostic import Diagnostic, fault
from plans.draft import Draft
from plans.model import Phase

RULE = "life-safety"
NEEDS_WHOLE = True


def check(draft: Draft) -> Iterator[Diagnostic]:
    for name, task in draft.tasks.items():
        # the end of the response is approved by then
        if not task.life_safety or task.phase is Phase.RECOVERY:
            continue
        if task.approval:
            yield fault(draft.task_key_mark(name), f"the task {name!r} is both life-safety and an approval", "one", RULE)
        for index, before in enumerate(task.after):
            if way := _to_approval(draft, before, (name,)):
                mark = draft.after_mark(name, index)
                what = f"the life-safety task {name!r} waits for the approval {way[-1]!r}"
                how = "" if len(way) == 1 else f" (through {', '.join(way[:-1])})"
                yield fault(mark, what + how, "a predecessor that no signature holds up", RULE)


def _to_approval(draft: Draft, name: str, seen: tuple[str, ...]) -> tuple[str, ...]:
    """The way back from a task to the nearest approval, both included."""
    if name not in draft.tasks or name in seen:
        return ()
    if draft.tasks[name].approval:
        return (name,)
    for before in draft.tasks[name].after:
        if way := _to_approval(draft, before, (*seen, name)):
            return (name, *way)
    return ()
