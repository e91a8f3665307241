"""What a task stands still for (`pause`) never hangs on whether the task itself is running, nor on each other in a circle.

A task that stands still is not running: with `pause: running(clear)` on `clear` it would stop, and because it has stopped go on,
for ever. What a circle comes to rest at, if it does, would hang on which task is looked at first. `while` may be part of one.
"""

from collections.abc import Iterator

from plans.diagnostic import Diagnostic, fault
from plans.draft import Draft
from plans.rules.conditions import vocabulary_of
from plans.task_order import circles

RULE = "pause-circles"
NEEDS_WHOLE = True


def check(draft: Draft) -> Iterator[Diagnostic]:
    pauses = _asked(draft, {name: task.pause for name, task in draft.tasks.items()})
    if not pauses:
        return
    rounds = _asked(draft, {name: task.repeat_while for name, task in draft.tasks.items()})
    asked = {name: tuple(dict.fromkeys((*pauses.get(name, ()), *rounds.get(name, ())))) for name in {**pauses, **rounds}}
    for circle in circles(asked, lambda name: (each for each in asked[name] if each in asked)):
        following = zip(circle, (*circle[1:], circle[0]), strict=True)
        first = next((name for name, after in following if after in pauses.get(name, ())), "")
        if first:
            place = circle.index(first)
            way = " → ".join((*circle[place:], *circle[:place], first))
            expected = "facts, or the running of tasks that do not ask back"
            yield fault(draft.task_mark(first, "pause"), f"'pause' asks in a circle who is running: {way}", expected, RULE)


def _asked(draft: Draft, conditions: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """For each task whose condition asks what is running, what it asks about."""
    vocabulary = vocabulary_of(draft)
    return {
        name: tuple(call.task for call in vocabulary.task_calls(condition) if call.function == "running")
        for name, condition in conditions.items()
        if "running" in condition
    }
