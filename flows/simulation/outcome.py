"""What counts of one simulated run: limits met and missed, who was told when, how far ladders went; small enough to keep many."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flows.model import events as happened
from flows.model.events import Event, Told
from flows.simulation.hearing import ASKED
from flows.simulation.run import Run
from flows.simulation.work import Load
from plans.model import Level


@dataclass(slots=True)
class TaskOutcome:
    """Over all instances of a task. One that was withdrawn, or is still under way at the end, has neither met nor missed."""

    opened: int = 0
    acknowledged: list[float] = field(default_factory=list)
    """Seconds from the opening."""
    done: list[float] = field(default_factory=list)
    missed: Counter[str] = field(default_factory=Counter)
    """By clock."""
    met: Counter[str] = field(default_factory=Counter)
    escalations: Counter[str] = field(default_factory=Counter)
    """Roles told beyond those who were called first, because nobody answered."""
    ended_in_manual: int = 0
    """Ladders that came to their last rung without an answer."""


@dataclass(slots=True)
class Outcome:
    number: int
    opened_after: float | None
    stood_down_after: float | None
    lasted: float
    """Seconds from the opening (or the start) to the end of the run."""
    tasks: dict[str, TaskOutcome]
    people: dict[int, int]
    """How many different people were told something, by hour from the start."""
    messages: dict[int, int]
    levels: tuple[tuple[Level, float], ...]
    """Each level with the seconds after the start at which it was in force."""
    approvals: tuple[float, ...]
    """Seconds from each proposal of a level to the decision."""
    loads: Mapping[str, Load]
    open_at_end: int
    dead: int
    refused: int


def outcome(run: Run) -> Outcome:
    tasks: dict[str, TaskOutcome] = {}
    opened: dict[str, happened.TaskOpened] = {}
    for event in run.history:
        _count(event, tasks, opened)
    _count_met(run, tasks)
    people, messages = _by_hour(run)
    first = run.history[0] if run.history else None
    ends = [event.at for event in run.history if isinstance(event, happened.StoodDown)]
    return Outcome(
        number=run.number,
        opened_after=_after(run, first.at) if first else None,
        stood_down_after=_after(run, ends[0]) if ends else None,
        lasted=(run.ended - (first.at if first else run.begins)).total_seconds(),
        tasks=tasks,
        people=people,
        messages=messages,
        levels=tuple(_levels(run)),
        approvals=tuple(_approvals(run.history)),
        loads=run.loads,
        open_at_end=len(run.state.assignments.unended) if run.state else 0,
        dead=len(run.dead),
        refused=len(run.refused),
    )


def told_by(event: Event) -> tuple[Told, ...]:
    """Whom an event tells something."""
    told: tuple[Told, ...] = getattr(event, "told", ()) or getattr(event, "released", ())
    return told


def _count(event: Event, tasks: dict[str, TaskOutcome], opened: dict[str, happened.TaskOpened]) -> None:
    if isinstance(event, happened.TaskOpened):
        opened[event.assignment] = event
        tasks.setdefault(event.task, TaskOutcome()).opened += 1
        return
    opening = opened.get(getattr(event, "assignment", ""))
    if opening is None:
        return
    of = tasks[opening.task]
    match event:
        case happened.TaskAcknowledged(answers_ladder=True):
            of.acknowledged.append((event.at - opening.at).total_seconds())
        case happened.TaskCompleted():
            of.done.append((event.at - opening.at).total_seconds())
        case happened.DeadlineMissed():
            of.missed[event.clock] += 1
        case happened.StepFired(clock="acknowledge"):
            of.ended_in_manual += event.manual
            of.escalations.update(sorted({told.role for told in event.told if told.person not in opening.assignees}))
        case _:
            pass


def _count_met(run: Run, tasks: dict[str, TaskOutcome]) -> None:
    for assignment in run.state.assignments.values() if run.state else ():
        of = tasks[assignment.task]
        of.met["acknowledge"] += assignment.is_answered and not assignment.acknowledge.missed
        of.met["done"] += assignment.status == "done" and not assignment.done.missed


def _by_hour(run: Run) -> tuple[dict[int, int], dict[int, int]]:
    people: dict[int, set[str]] = {}
    messages: Counter[int] = Counter()
    for event in run.history:
        told = told_by(event)
        if told:
            hour = int(_after(run, event.at) // 3600)
            people.setdefault(hour, set()).update(each.person for each in told)
            messages[hour] += sum(len(each.channels or ASKED) for each in told)
    return {hour: len(who) for hour, who in people.items()}, dict(messages)


def _levels(run: Run) -> Iterable[tuple[Level, float]]:
    for event in run.history:
        if isinstance(event, happened.ResponseOpened | happened.LevelChanged):
            yield event.level, _after(run, event.at)


def _approvals(history: Iterable[Event]) -> Iterable[float]:
    proposed: dict[Level, datetime] = {}
    for event in history:
        if isinstance(event, happened.LevelProposed):
            proposed.setdefault(event.level, event.at)
        elif isinstance(event, happened.LevelChanged) and event.level in proposed:
            waited: timedelta = event.at - proposed.pop(event.level)
            yield waited.total_seconds()


def _after(run: Run, moment: datetime) -> float:
    return (moment - run.begins).total_seconds()
