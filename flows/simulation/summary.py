"""Many runs as figures: how likely each limit is met, where people are too few, what escalates and to whom. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean

from flows.simulation.outcome import Outcome, TaskOutcome
from plans.model import Plan, Task
from plans.scenario_model import Scenario
from resources.model import Duty

Z95 = 1.959964


@dataclass(frozen=True, slots=True)
class Share:
    """`of` runs, in `met` of them; with the Wilson interval at 95 %: also near 0 and 1, and with few runs, it stays honest."""

    met: int
    of: int

    @property
    def value(self) -> float | None:
        return self.met / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float]:
        if not self.of:
            return 0.0, 1.0
        share, spread = self.met / self.of, Z95 * Z95 / self.of
        middle = (share + spread / 2) / (1 + spread)
        half = Z95 / (1 + spread) * sqrt(share * (1 - share) / self.of + spread / (4 * self.of))
        return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit of one task. `runs`: those in which no instance missed it, of those in which one met or missed it."""

    task: str
    clock: str
    runs: Share
    instances: Share
    median: float | None
    p90: float | None
    """Seconds from the opening, over all instances that came so far."""


@dataclass(frozen=True, slots=True)
class RoleLoad:
    """`utilisation`: share of the time of all its people or teams that was spent at work. `waited`: mean minutes a run."""

    role: str
    capacity: int
    utilisation: float
    waited: float
    held_up: Share
    """Jobs that had to wait for somebody to be free, of all its jobs."""


@dataclass(frozen=True, slots=True)
class Escalation:
    task: str
    runs: Share
    """In which somebody beyond those called was told because nobody answered."""
    to: tuple[tuple[str, float], ...]
    """Roles with how often they were told, in the mean of a run; most often first."""


@dataclass(frozen=True, slots=True)
class Hour:
    """Means over all runs, by hour from the start of the scenario."""

    hour: int
    people: float
    messages: float


@dataclass(frozen=True, slots=True)
class Summary:
    runs: int
    opened: Share
    stood_down: Share
    manual: Share
    """Runs in which a ladder ended and somebody had to decide by hand."""
    no_limit_missed: Share
    life_safety_answered: Share
    life_safety_done: Share
    reported: Share
    """Instances in time: life-safety tasks acknowledged and done, reports filed."""
    opening: tuple[float | None, float | None]
    approval: tuple[float | None, float | None]
    """Median and 90th percentile, in seconds."""
    limits: tuple[Limit, ...]
    roles: tuple[RoleLoad, ...]
    escalations: tuple[Escalation, ...]
    hours: tuple[Hour, ...]
    dead_phones: float
    open_at_end: float
    refused: float
    """Means of a run."""


def summary(plan: Plan, scenario: Scenario, duty: Duty, outcomes: Sequence[Outcome]) -> Summary:
    opened = [each for each in outcomes if each.opened_after is not None]
    return Summary(
        runs=len(outcomes),
        opened=Share(len(opened), len(outcomes)),
        stood_down=_share(outcomes, [each.stood_down_after is not None for each in outcomes]),
        manual=_share(outcomes, [any(task.ended_in_manual for task in each.tasks.values()) for each in outcomes]),
        no_limit_missed=_share(opened, [not any(task.missed.total() for task in each.tasks.values()) for each in opened]),
        life_safety_answered=_in_time(plan, outcomes, "acknowledge", lambda task: task.life_safety),
        life_safety_done=_in_time(plan, outcomes, "done", lambda task: task.life_safety),
        reported=_in_time(plan, outcomes, "done", lambda task: task.report is not None),
        opening=_middle_and_most(each.opened_after for each in opened if each.opened_after is not None),
        approval=_middle_and_most(waited for each in outcomes for waited in each.approvals),
        limits=tuple(_limits(plan, outcomes)),
        roles=tuple(_roles(plan, scenario, duty, outcomes)),
        escalations=tuple(_escalations(plan, outcomes)),
        hours=tuple(_hours(scenario, outcomes)),
        dead_phones=_mean(each.dead for each in outcomes),
        open_at_end=_mean(each.open_at_end for each in outcomes),
        refused=_mean(each.refused for each in outcomes),
    )


def _limits(plan: Plan, outcomes: Sequence[Outcome]) -> Iterable[Limit]:
    """In the order of the plan; only what came up at all."""
    for task in plan.tasks:
        several = [each.tasks[task] for each in outcomes if task in each.tasks]
        for clock in ("acknowledge", "done") if several else ():
            decided = [each for each in several if each.met[clock] + each.missed[clock]]
            lasted = (seconds for each in several for seconds in _seconds(each, clock))
            missed = sum(each.missed[clock] for each in several)
            met = sum(each.met[clock] for each in several)
            kept = sum(not each.missed[clock] for each in decided)
            yield Limit(task, clock, Share(kept, len(decided)), Share(met, met + missed), *_middle_and_most(lasted))


def _in_time(plan: Plan, outcomes: Sequence[Outcome], clock: str, wanted: Callable[[Task], bool]) -> Share:
    several = [of for each in outcomes for name, of in each.tasks.items() if wanted(plan.tasks[name])]
    met = sum(each.met[clock] for each in several)
    return Share(met, met + sum(each.missed[clock] for each in several))


def _seconds(task: TaskOutcome, clock: str) -> list[float]:
    return task.acknowledged if clock == "acknowledge" else task.done


def _roles(plan: Plan, scenario: Scenario, duty: Duty, outcomes: Sequence[Outcome]) -> Iterable[RoleLoad]:
    """Those with the longest waiting first."""
    found = []
    for role in plan.roles:
        loads = [(each.loads[role], each.lasted) for each in outcomes if role in each.loads]
        if not loads:
            continue
        capacity = scenario.teams.get(role) or len(duty.holders(role, scenario.begins)) or 1
        there = sum(lasted for _, lasted in loads) * capacity
        busy = sum(load.busy.total_seconds() for load, _ in loads)
        waited = sum(load.waited.total_seconds() for load, _ in loads) / 60 / len(outcomes)
        held_up = Share(sum(load.held_up for load, _ in loads), sum(load.jobs for load, _ in loads))
        found.append(RoleLoad(role, capacity, busy / there if there else 0.0, waited, held_up))
    return sorted(found, key=lambda each: (-each.waited, -each.utilisation, each.role))


def _escalations(plan: Plan, outcomes: Sequence[Outcome]) -> Iterable[Escalation]:
    """The tasks that most often escalate first."""
    found = []
    for task in plan.tasks:
        several = [each.tasks[task] for each in outcomes if task in each.tasks]
        told: Counter[str] = Counter()
        for each in several:
            told.update(each.escalations)
        if told:
            to = tuple((role, count / len(outcomes)) for role, count in sorted(told.items(), key=lambda one: (-one[1], one[0])))
            found.append(Escalation(task, Share(sum(bool(each.escalations) for each in several), len(several)), to))
    return sorted(found, key=lambda each: (-sum(count for _, count in each.to), each.task))


def _hours(scenario: Scenario, outcomes: Sequence[Outcome]) -> Iterable[Hour]:
    last = max((hour for each in outcomes for hour in each.messages), default=-1)
    for hour in range(min(last, int(scenario.stop.total_seconds() // 3600)) + 1):
        people = _mean(each.people.get(hour, 0) for each in outcomes)
        yield Hour(hour, people, _mean(each.messages.get(hour, 0) for each in outcomes))


def _share(outcomes: Sequence[Outcome], which: Sequence[bool]) -> Share:
    return Share(sum(which), len(outcomes))


def _mean(values: Iterable[float]) -> float:
    given = list(values)
    return fmean(given) if given else 0.0


def _middle_and_most(values: Iterable[float]) -> tuple[float | None, float | None]:
    """Median and 90th percentile, each a value that has been seen."""
    ordered = sorted(values)
    if not ordered:
        return None, None
    return ordered[(len(ordered) - 1) // 2], ordered[min(len(ordered) - 1, int(len(ordered) * 0.9))]
