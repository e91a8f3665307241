"""Nobody who was told at a step can be reached: the ladder does not wait for them. Pure."""

from flows.deciding.climbing import bring_forward, is_climbing
from flows.deciding.draft import Draft
from flows.model.commands import ReportUnreached
from flows.model.events import PersonUnreached
from flows.model.reasons import unreachable
from flows.model.state import Assignment


def pass_over(draft: Draft, command: ReportUnreached) -> None:
    """Records it, and fires the next rung when the last one has nobody left who could answer. Late news changes nothing."""
    assignment = draft.assignment(command.assignment)
    if not _is_news(assignment, command):
        return
    draft.add(
        PersonUnreached(
            at=draft.now,
            assignment=assignment.id,
            clock=command.clock,
            step=command.step,
            person=command.person,
            reason=command.reason,
        )
    )
    after = draft.state.assignments[assignment.id]
    if not any(after.awaits(person, command.clock) for person in after.climb(command.clock).told):
        reason = unreachable(draft.person_name(command.person), command.step, command.reason)
        bring_forward(draft, after.id, command.clock, reason)


def _is_news(assignment: Assignment, command: ReportUnreached) -> bool:
    """About the rung that the ladder stands on, in the same epoch; what failed before says nothing about the call after it."""
    climb = assignment.climb(command.clock)
    return (
        is_climbing(assignment, command.clock)
        and (climb.epoch, climb.steps[-1:]) == (command.epoch, (command.step,))
        and command.person in climb.told
        and command.person not in assignment.unreached
    )
