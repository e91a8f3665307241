"""What of a plan is asked for in every decision, gathered once: the tasks that come round, wait, stop, follow. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from plans.model import Plan, Task


@dataclass(frozen=True, slots=True)
class Outline:
    """Tasks in the order of the plan. `opening` opens by itself; `stopped_by` names the signals that stop a task."""

    opening: tuple[Task, ...]
    repeating: tuple[Task, ...]
    waiting: tuple[Task, ...]
    following: tuple[Task, ...]
    stopped_by: Mapping[str, tuple[str, ...]]


def outline(plan: Plan) -> Outline:
    return _outline(_Compared(plan))


class _Compared:
    """A plan as the key of a cache: two with the same digest are one."""

    __slots__ = ("plan",)

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def __hash__(self) -> int:
        return hash(self.plan.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Compared) and (self.plan is other.plan or self.plan.digest == other.plan.digest)


@lru_cache(maxsize=64)
def _outline(of: _Compared) -> Outline:
    tasks = tuple(of.plan.tasks.values())
    signals = [task for task in tasks if task.signal]
    stops = {name for task in signals if task.signal for name in task.signal.stops}
    return Outline(
        opening=tuple(task for task in tasks if task.signal is None),
        repeating=tuple(task for task in tasks if task.every or task.every_case),
        waiting=tuple(task for task in tasks if task.after_at_most),
        following=tuple(task for task in tasks if task.again),
        stopped_by={name: tuple(each.name for each in signals if each.signal and name in each.signal.stops) for name in stops},
    )
