"""The tasks of a plan as a graph: who waits for whom, what opens what again, and the longest chain by `done`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from plans.model import Level, Phase, Plan, Task
from plans.task_order import ordered


class EdgeKind(StrEnum):
    WAITS = "waits"
    WAITS_AT_MOST = "waits_at_most"
    REOPENS = "reopens"


@dataclass(frozen=True, slots=True)
class Edge:
    """`limit` is how long the start is waited for, of WAITS_AT_MOST."""

    start: str
    end: str
    kind: EdgeKind
    limit: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Chain:
    """Tasks that wait for each other, and how long they may take together."""

    tasks: tuple[str, ...] = ()
    total: timedelta = timedelta(0)

    def joins(self, edge: Edge) -> bool:
        return edge.kind is not EdgeKind.REOPENS and (edge.start, edge.end) in zip(self.tasks, self.tasks[1:], strict=False)


@dataclass(frozen=True, slots=True)
class Graph:
    """`level`: only the tasks of that level; None: all of them. The critical chain is of the response, not of the recovery."""

    plan: Plan
    level: Level | None
    tasks: Mapping[str, Task]
    edges: tuple[Edge, ...]
    critical: Chain

    @property
    def order(self) -> tuple[str, ...]:
        return _order(self.tasks)


def graph_of(plan: Plan, level: Level | None = None) -> Graph:
    tasks = {name: task for name, task in plan.tasks.items() if level is None or level in task.levels}
    edges = tuple(edge for task in tasks.values() for edge in _edges(task, tasks))
    return Graph(plan, level, tasks, edges, _critical(tasks, level))


def first_level(task: Task) -> Level:
    """From which level up the task applies."""
    return max(task.levels)


def time_for(task: Task, level: Level | None) -> timedelta:
    """How long it may take: of a report, the limit at this level."""
    if task.report and level:
        return task.report.within.get(level, task.done)
    return task.done


def _edges(task: Task, tasks: Mapping[str, Task]) -> Iterator[Edge]:
    for name in task.after:
        if name in tasks:
            limit = task.after_at_most.get(name)
            yield Edge(name, task.name, EdgeKind.WAITS_AT_MOST if limit else EdgeKind.WAITS, limit)
    for name in task.reopens:
        if name in tasks and name != task.name:
            yield Edge(task.name, name, EdgeKind.REOPENS)


def _order(tasks: Mapping[str, Task]) -> tuple[str, ...]:
    return ordered(tasks, lambda name: (before for before in tasks[name].after if before in tasks))


def _critical(tasks: Mapping[str, Task], level: Level | None) -> Chain:
    opened: dict[str, timedelta] = {}
    ended: dict[str, timedelta] = {}
    came_from: dict[str, str] = {}
    for name in _order(tasks):
        task = tasks[name]
        if task.phase is not Phase.RESPONSE or task.signal:
            continue
        opened[name] = timedelta(0)
        for before in (each for each in task.after if each in ended):
            limit = task.after_at_most.get(before)
            waited = min(ended[before], opened[before] + limit) if limit else ended[before]
            if waited > opened[name]:
                opened[name], came_from[name] = waited, before
        ended[name] = opened[name] + time_for(task, level)
    if not ended:
        return Chain()
    chain = [max(ended, key=lambda name: ended[name])]
    while chain[-1] in came_from:
        chain.append(came_from[chain[-1]])
    return Chain(tuple(reversed(chain)), ended[chain[0]])
