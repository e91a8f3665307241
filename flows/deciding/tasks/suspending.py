"""Tasks that stand still: paused by a condition of their plan (from sunset to sunrise), or by somebody's order. Pure.

While a task is suspended none of its clocks runs; when it goes on, they have moved by the time it stood still. A person lifts an
order, its condition lifts a pause: neither lifts the other.
"""

from datetime import timedelta

from flows.deciding.authority import require_in_charge
from flows.deciding.climbing import tell_roles
from flows.deciding.draft import Draft
from flows.deciding.levels.levels import holds
from flows.deciding.tasks.daylight import is_night, next_change
from flows.errors import ReasonRequiredError, WrongStateError
from flows.model.commands import ResumeTask, SuspendTask
from flows.model.events import ENGINE, Cause, DaylightNoted, Reason, TaskResumed, TaskSuspended, Told
from flows.model.reasons import condition_in_words, not_paused
from flows.model.state import Assignment, ResponseState, Status
from plans.expressions import Truth, night_matters
from plans.model import Plan
from plans.tokens import Kind, tokens


def suspend(
    draft: Draft, assignment: Assignment, reason: Reason, by: str = ENGINE, via: str = "", cause: Cause = "order"
) -> None:
    """Whoever was called is told, as is the task's role when nobody was; twice for the same cause is once."""
    if assignment.has_ended or cause in assignment.suspended_for:
        return
    # whoever already stands still need not be told again
    told = () if assignment.is_suspended else _concerned(draft, assignment, cause)
    draft.add(
        TaskSuspended(at=draft.now, by=by, via=via, assignment=assignment.id, cause=cause, reason=reason, told=told),
    )


def resume(draft: Draft, assignment: Assignment, reason: Reason, by: str = ENGINE, via: str = "", cause: Cause = "order") -> None:
    """Lifts one cause; the clocks run again when it was the last."""
    if not assignment.is_suspended or cause not in assignment.suspended_for or assignment.suspended_at is None:
        return
    goes_on = assignment.suspended_for == (cause,)
    draft.add(
        TaskResumed(
            at=draft.now,
            by=by,
            via=via,
            assignment=assignment.id,
            cause=cause,
            reason=reason,
            stood_still=draft.now - assignment.suspended_at if goes_on else timedelta(0),
            told=_concerned(draft, assignment, cause) if goes_on else (),
        )
    )


def suspend_task(draft: Draft, command: SuspendTask) -> None:
    assignment = draft.assignment(command.assignment)
    if assignment.has_ended:
        remedy = "there is nothing left to stop; add a note to the response if something must still be said"
        raise WrongStateError(f"task {assignment.id}", assignment.status.value, "suspend it", remedy)
    require_in_charge(draft, assignment, command.by, "suspend")
    if not command.reason.strip():
        raise ReasonRequiredError("suspend a task")
    suspend(draft, assignment, command.reason, command.by, command.via)


def resume_task(draft: Draft, command: ResumeTask) -> None:
    """Said twice, it changes nothing; a pause of the plan is not a person's to lift."""
    assignment = draft.assignment(command.assignment)
    if not assignment.is_suspended:
        return
    require_in_charge(draft, assignment, command.by, "resume")
    if assignment.suspended_for == ("pause",):
        condition = draft.task(assignment).pause
        remedy = f"the plan pauses it while {condition}: record the fact that says otherwise, or wait until it ends"
        raise WrongStateError(f"task {assignment.id}", "paused by its plan", "resume it", remedy)
    if not command.reason.strip():
        raise ReasonRequiredError("resume a task")
    resume(draft, assignment, command.reason, command.by, command.via)


def keep_pauses(draft: Draft) -> None:
    """Suspends what its plan pauses now, and lets go on what it does not pause any more."""
    note_daylight(draft)
    for assignment in draft.state.assignments.unended:
        condition = draft.task(assignment).pause
        if not condition:
            continue
        is_paused = "pause" in assignment.suspended_for
        should_pause = holds(draft.plan, condition, draft.state, assignment.finding) is Truth.TRUE
        if should_pause and not is_paused:
            suspend(draft, assignment, condition_in_words(draft.plan, condition), cause="pause")
        elif is_paused and not should_pause:
            resume(draft, assignment, not_paused(draft.plan, condition), cause="pause")


def watches_daylight(plan: Plan, state: ResponseState) -> bool:
    """Whether a task is open that pauses with the night, or an open response has anything else that goes by it."""
    if state.status is Status.OPEN and night_matters(plan):
        return True
    return plan.daylight is not None and any(
        asks_for_night(plan.tasks[assignment.task].pause) for assignment in state.assignments.unended
    )


def asks_for_night(condition: str) -> bool:
    return bool(condition) and any(word.kind is Kind.NAME and word.text == "night" for word in tokens(condition))


def note_daylight(draft: Draft) -> None:
    """At sunrise and sunset, while something goes by them."""
    place, state = draft.plan.daylight, draft.state
    if place is None or not watches_daylight(draft.plan, state):
        return
    if state.night is not None and (state.night_changes_at is None or draft.now < state.night_changes_at):
        return
    change = next_change(place, draft.now)
    draft.add(DaylightNoted(at=draft.now, night=is_night(place, draft.now), until=change.at if change else None))


def _concerned(draft: Draft, assignment: Assignment, cause: Cause) -> tuple[Told, ...]:
    called = assignment.released()
    # an order must reach somebody even before the first call; a pause before it only holds the call back
    return called if called or cause == "pause" else tell_roles(draft.duty, (draft.task(assignment).role,), draft.now)
