"""A running response is moved to another version of its plan: what opens, what is withdrawn, which rungs are passed over. Pure.

Tasks that both versions have keep the limits they were given; their ladders, rounds and conditions are those of the new one.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from flows.deciding.authority import in_charge, require
from flows.deciding.climbing import CLOCKS, is_climbing, ladder_of
from flows.deciding.draft import Draft
from flows.deciding.facts import read_value
from flows.deciding.settling import settle
from flows.deciding.withdrawing import withdraw
from flows.errors import FactValueError, FlowError, ReasonRequiredError, WrongStateError
from flows.model import reasons
from flows.model.assignment import Assignment
from flows.model.events import Event, PlanChanged, StepPassed, TaskOpened
from flows.model.plan_move import MovePlan
from flows.model.state import ResponseState, Status
from plans.model import Level, Plan, Task
from resources.model import Duty


class PlanMoveError(FlowError):
    """The response cannot go on under that version; every reason."""

    status = 422

    def __init__(self, plan: str, version: str, faults: tuple[str, ...]) -> None:
        super().__init__(plan, version, faults)
        self.plan, self.version, self.faults = plan, version, faults

    def __str__(self) -> str:
        return f"cannot move to {self.plan} {self.version}: {'; '.join(self.faults)}; nothing was changed"


def decide_move(
    before: Plan, after: Plan, duty: Duty, state: ResponseState, command: MovePlan, now: datetime
) -> tuple[list[Event], Plan]:
    """The events that move a response to the version `after`, and that version grown by what only `before` has.

    None when it runs under it already. Errors: `WrongStateError`, `NotAuthorisedError`, `ReasonRequiredError`, `PlanMoveError`.
    """
    if after.digest == state.digest:
        return [], before
    plan = grown(after, before)
    draft = Draft(plan, duty, state, now)
    _move(draft, before, after, command)
    settle(draft)
    _require_held(draft, before, after)
    return draft.events, plan


def grown(plan: Plan, before: Plan) -> Plan:
    """The version `plan`, with what only `before` has, so that what happened under it can still be told; none of that opens."""
    gone = {name: _ended(task) for name, task in before.tasks.items() if name not in plan.tasks}
    facts = {name: replace(fact, fresh=None) for name, fact in before.facts.items() if name not in plan.facts}
    findings = {name: replace(kind, when="", every=None) for name, kind in before.findings.items() if name not in plan.findings}
    both = replace(
        plan,
        tasks={**plan.tasks, **gone},
        facts={**plan.facts, **facts},
        findings={**plan.findings, **findings},
        roles={**before.roles, **plan.roles},
        ladders={**before.ladders, **plan.ladders},
    )
    # it stands for the version, and is never stored
    both.__dict__["digest"] = plan.digest
    return both


def _move(draft: Draft, before: Plan, after: Plan, command: MovePlan) -> None:
    """`draft.plan` is `after`, grown by `before`. Errors: `WrongStateError`, `NotAuthorisedError`, `PlanMoveError`."""
    if draft.state.status is Status.CLOSED:
        raise WrongStateError("the response", "closed", "move it to another plan", "its record stays with the plan it had")
    if not command.reason.strip():
        raise ReasonRequiredError("move the response to another version of its plan")
    remedy = "ask one of them (--by)"
    require(draft.duty, "move the response to another version of its plan", command.by, in_charge(before), draft.now, remedy)
    if faults := tuple(_faults(draft.state, after)):
        raise PlanMoveError(after.name, after.version, faults)
    draft.add(
        PlanChanged(
            at=draft.now,
            by=command.by,
            via=command.via,
            before=draft.state.digest,
            digest=after.digest,
            version_before=before.version,
            version=after.version,
            reason=command.reason,
            names=draft.duty.names(command.by),
        )
    )
    for assignment in draft.state.assignments.unended:
        if not _goes_on(assignment, before, after):
            withdraw(draft, assignment, reasons.TASK_GONE, command)
        else:
            _pass_over(draft, assignment)


def _require_held(draft: Draft, before: Plan, after: Plan) -> None:
    """Nobody moves a response to tasks that nobody would hear of. Error: `PlanMoveError`."""
    new = (event for event in draft.events if isinstance(event, TaskOpened) and event.task not in before.tasks)
    unheld = dict.fromkeys(after.tasks[event.task].role for event in new if not event.assignees)
    if unheld:
        said = f"nobody is on duty as {' or '.join(unheld)}, which its new tasks need (tocsin roster)"
        raise PlanMoveError(after.name, after.version, (said,))


def _faults(state: ResponseState, after: Plan) -> Iterator[str]:
    if after.name != state.plan:
        yield f"it is another plan than {state.plan!r}; open a response of it"
        return
    for level in sorted(_levels_in_use(state) - set(after.levels)):
        yield f"it has no level {level.name}, at which the response is or which waits for a decision"
    for name, value in state.facts.items():
        try:
            if name in after.facts:
                read_value(after.facts[name], value)
        except FactValueError as error:
            yield str(error)


def _levels_in_use(state: ResponseState) -> set[Level]:
    situation = state.situation
    asked = {each.level for each in (situation.level, situation.end) if each}
    return {state.level, *asked, *situation.holds, *situation.refused, *situation.proposers}


def _goes_on(assignment: Assignment, before: Plan, after: Plan) -> bool:
    """The task is still one of its kind: what was opened for each finding cannot go on as one for all."""
    old, new = before.tasks[assignment.task], after.tasks.get(assignment.task)
    return new is not None and (new.each, bool(new.report), bool(new.signal)) == (old.each, bool(old.report), bool(old.signal))


def _pass_over(draft: Draft, assignment: Assignment) -> None:
    """Of the rungs that would have been climbed before now, the last one alone is climbed: nobody is called in a burst."""
    for clock in CLOCKS:
        ladder, climb = ladder_of(draft.plan, assignment, clock), assignment.climb(clock)
        rungs = ladder.rungs if ladder and is_climbing(assignment, clock) else ()
        standing = max((number for number, rung in enumerate(rungs) if rung.name in climb.steps), default=-1)
        left = [(number, rung) for number, rung in enumerate(rungs) if rung.name not in climb.steps]
        overdue = [(number, rung) for number, rung in left if climb.start + rung.at <= draft.now]
        for number, rung in overdue:
            if number < standing or (number, rung) != overdue[-1]:
                due = climb.start + rung.at
                why = reasons.PLAN_MOVED
                draft.add(StepPassed(at=draft.now, assignment=assignment.id, clock=clock, step=rung.name, due=due, reason=why))


def _ended(task: Task) -> Task:
    """As it is told in the record, without anything that would open it, call for it or stop another one."""
    return Task(
        name=task.name,
        title=task.title,
        role=task.role,
        levels=frozenset(),
        ladder=task.ladder,
        ack=task.ack,
        done=task.done,
        code=task.code,
        each=task.each,
        evidence=task.evidence,
        message=task.message,
        phase=task.phase,
        life_safety=task.life_safety,
        report=task.report,
    )
