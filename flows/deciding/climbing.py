"""Climbing a ladder: which rung is due, whom it tells, when a rung is passed. Pure.

After WS-HumanTask: one clock for "acknowledged", one for "done", each with a ladder of its own. A rung fires once; one that can
tell nobody is passed at once and the rest of the ladder comes earlier by the gap.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from flows.deciding.draft import Draft
from flows.deciding.standing import role_at_work
from flows.deciding.tasks.second_person import doers
from flows.model import reasons
from flows.model.events import ClockName, DeadlineMissed, LadderAdvanced, Reason, StepFired, StepPassed, Told
from flows.model.state import Assignment
from plans.model import Ladder, Plan, Rung
from resources.model import Duty, Person

CLOCKS: tuple[ClockName, ...] = ("acknowledge", "done")


def ladder_of(plan: Plan, assignment: Assignment, clock: ClockName) -> Ladder | None:
    task = plan.tasks[assignment.task]
    name = task.ladder if clock == "acknowledge" else task.late
    return plan.ladders[name] if name else None


def is_climbing(assignment: Assignment, clock: ClockName) -> bool:
    """An answer stops the first ladder; only the end of the task stops the second; both rest while it is suspended."""
    return not assignment.has_ended and not assignment.is_suspended and (clock == "done" or not assignment.is_answered)


def next_rung(plan: Plan, assignment: Assignment, clock: ClockName) -> tuple[Rung, datetime] | None:
    """The first rung not yet climbed, and when it is due."""
    ladder = ladder_of(plan, assignment, clock)
    if ladder is None or not is_climbing(assignment, clock):
        return None
    climb = assignment.climb(clock)
    for rung in ladder.rungs:
        if rung.name not in climb.steps:
            return rung, climb.start + rung.at
    return None


def deadline(assignment: Assignment, clock: ClockName) -> datetime | None:
    """When the clock's limit passes; None when it has been met or already recorded as missed."""
    if not is_climbing(assignment, clock) or assignment.climb(clock).missed:
        return None
    return assignment.acknowledge_by if clock == "acknowledge" else assignment.done_by


@dataclass(frozen=True, slots=True)
class Due:
    """A limit or a rung of one assignment; `rung` is None for a limit."""

    due: datetime
    assignment: Assignment
    clock: ClockName
    rung: Rung | None


def dues_of(plan: Plan, assignment: Assignment) -> tuple[Due, ...]:
    """Its limits and next rungs, earliest first; worked out once for each state of an assignment, and asked for in every turn."""
    kept = _dues.get(id(assignment))
    # a number of an object that has gone may come again for another
    if kept is None or kept[0] is not assignment or kept[1] is not plan:
        if len(_dues) >= MOST_KEPT:
            _dues.clear()
        kept = assignment, plan, tuple(sorted(_listed(plan, assignment), key=lambda each: each.due))
        _dues[id(assignment)] = kept
    return kept[2]


MOST_KEPT = 2048
_dues: dict[int, tuple[Assignment, Plan, tuple[Due, ...]]] = {}


def _listed(plan: Plan, assignment: Assignment) -> Iterator[Due]:
    for clock in CLOCKS:
        if not is_climbing(assignment, clock):
            continue
        # a limit that passes together with a rung is recorded first: it is why the rung is climbed
        if limit := deadline(assignment, clock):
            yield Due(limit, assignment, clock, None)
        if found := next_rung(plan, assignment, clock):
            yield Due(found[1], assignment, clock, found[0])


def climb_due(draft: Draft) -> None:
    """Fires everything due now, over all assignments, in the order in which it was due, then in which they opened."""
    while due := _earliest_due(draft):
        if due.rung is None:
            draft.add(DeadlineMissed(at=draft.now, assignment=due.assignment.id, clock=due.clock, due=due.due))
        else:
            fire_next(draft, due.assignment, due.clock)


def fire_next(draft: Draft, assignment: Assignment, clock: ClockName) -> None:
    """Climbs one rung: tells its people, or passes it and brings the next one forward."""
    found = next_rung(draft.plan, assignment, clock)
    if found is None:
        return
    rung, due = found
    told = _told(draft, assignment, rung, clock)
    if told:
        epoch = assignment.climb(clock).epoch
        fired = StepFired(
            at=draft.now,
            assignment=assignment.id,
            clock=clock,
            step=rung.name,
            epoch=epoch,
            due=due,
            told=told,
            manual=rung.manual,
        )
        draft.add(fired)
        return
    draft.add(
        StepPassed(
            at=draft.now,
            assignment=assignment.id,
            clock=clock,
            step=rung.name,
            due=due,
            reason=_why_nobody(draft, assignment, rung),
        )
    )
    bring_forward(draft, assignment.id, clock, reasons.step_empty(rung.name))


def bring_forward(draft: Draft, name: str, clock: ClockName, reason: Reason) -> None:
    """Moves the rest of the ladder so that its next rung is due now."""
    found = next_rung(draft.plan, draft.state.assignments[name], clock)
    if found and found[1] > draft.now:
        draft.add(LadderAdvanced(at=draft.now, assignment=name, clock=clock, earlier=found[1] - draft.now, reason=reason))


def tell_roles(duty: Duty, roles: Iterable[str], now: datetime) -> tuple[Told, ...]:
    """Everybody who holds one of the roles now, each once."""
    told: dict[str, Told] = {}
    for role in roles:
        for person in duty.holders(role, now):
            told.setdefault(person.id, Told(person.id, person.name, role, ()))
    return tuple(told.values())


def _earliest_due(draft: Draft) -> Due | None:
    due = [
        each
        for assignment in draft.state.assignments.unended
        if (dues := dues_of(draft.plan, assignment)) and dues[0].due <= draft.now
        for each in dues
        if each.due <= draft.now
    ]
    return min(due, key=lambda each: each.due, default=None)


def _told(draft: Draft, assignment: Assignment, rung: Rung, clock: ClockName) -> tuple[Told, ...]:
    wanted = _wanted(assignment, clock)
    people: list[tuple[Person, tuple[str, ...]]]
    match rung.tell:
        case "assignee":
            able = (person for person in wanted if person not in assignment.declined)
            people = [(draft.duty.people[person], (person,)) for person in able if person in draft.duty.people]
            role = draft.task(assignment).role
        case "deputy":
            people = _deputies(draft.duty, assignment, wanted)
            role = "deputy"
        case _:
            people = [
                (person, wanted) for person in draft.duty.holders(rung.tell, draft.now) if person.id not in assignment.declined
            ]
            role = rung.tell
    task, not_asked = draft.task(assignment), doers(draft.plan, draft.state, assignment)
    is_for_all = task.signal is not None and rung.tell == "assignee"
    return tuple(
        Told(each.id, each.name, role_at_work(draft, each.id, task) if is_for_all else role, stands_for, rung.by)
        for each, stands_for in people
        if each.id not in not_asked
    )


def _wanted(assignment: Assignment, clock: ClockName) -> tuple[str, ...]:
    """For whom somebody must answer: the silent and those who declined; once late, whoever took the work on."""
    if clock == "done" and assignment.acknowledged:
        return tuple(assignment.acknowledged)
    return tuple(person for person in assignment.assignees if not assignment.is_answered_for(person))


def _deputies(duty: Duty, assignment: Assignment, wanted: tuple[str, ...]) -> list[tuple[Person, tuple[str, ...]]]:
    principals: dict[str, list[str]] = {}
    for person in wanted:
        deputy = duty.deputy_of(person)
        if deputy and deputy.id not in assignment.declined:
            principals.setdefault(deputy.id, []).append(person)
    return [(duty.people[deputy], tuple(people)) for deputy, people in principals.items()]


def _why_nobody(draft: Draft, assignment: Assignment, rung: Rung) -> Reason:
    match rung.tell:
        case "assignee" if not assignment.assignees:
            return reasons.nobody_holds(reasons.role_title(draft.plan, draft.task(assignment).role))
        case "assignee":
            return reasons.ALL_DECLINED_OR_ANSWERED
        case "deputy":
            return reasons.NO_DEPUTY
        case role:
            return reasons.nobody_left(reasons.role_title(draft.plan, role))
