"""What a task comes round for (`while`) never hangs on whether the task itself is running, nor on each other in a circle.

With `while: '!running(watch)'` on `watch` it would call people, send them home because it runs, and call them again.
"""

from collections.abc import Iterator

from plans.diagnostic import Diagnostic, fault
from plans.draft import Draft
from plans.rules.conditions import vocabulary_of
from plans.task_order import circles

RULE = "while-circles"
NEEDS_WHOLE = True


def check(draft: Draft) -> Iterator[Diagnostic]:
    asked = _asked(draft)
    for circle in circles(asked, lambda name: asked[name]):
        first = circle[0]
        what = f"'while' asks in a circle who is running: {' → '.join((*circle, first))}"
        yield fault(draft.task_mark(first, "while"), what, "facts, or the running of tasks that do not ask back", RULE)


def _asked(draft: Draft) -> dict[str, tuple[str, ...]]:
    """For each task that comes round while others run, those of them that ask such a thing too."""
    conditions = {name: task.repeat_while for name, task in draft.tasks.items() if "running" in task.repeat_while}
    vocabulary = vocabulary_of(draft)
    return {
        name: tuple(
            call.task for call in vocabulary.task_calls(condition) if call.function == "running" and call.task in conditions
        )
        for name, condition in conditions.items()
    }
