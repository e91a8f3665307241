"""`ack` and `done` are longer than nothing, and nobody has to be done before they have to answer.

Predecessors are waited for longer than nothing too, where `after` says how long.
"""

from collections.abc import Iterator
from datetime import timedelta

from plans.diagnostic import Diagnostic, fault
from plans.draft import Draft
from plans.quantities import in_words

RULE = "deadlines"
NEEDS_WHOLE = True


def check(draft: Draft) -> Iterator[Diagnostic]:
    for name, task in draft.tasks.items():
        done = "within" if task.report else "done"
        for key, length in (("ack", task.ack), (done, task.done)):
            if length <= timedelta(0):
                yield fault(draft.task_mark(name, key), f"{key!r} is nothing", "a duration such as 5 min", RULE)
        for index, before in enumerate(task.after):
            if before in task.after_at_most and task.after_at_most[before] <= timedelta(0):
                mark = draft.after_mark(name, index)
                yield fault(mark, f"{before!r} is waited for no time", "a duration such as 15 min", RULE)
        if timedelta(0) < task.done < task.ack:
            what = f"{done!r} ({in_words(task.done)}) is before 'ack' ({in_words(task.ack)})"
            yield fault(draft.task_mark(name, done), what, f"at least {in_words(task.ack)}", RULE)
