"""Taking a task back, or giving it to others: it ends or changes hands, and whoever had been called for it is told so. Pure."""

from typing import Protocol

from flows.deciding.draft import Draft
from flows.model.events import Reason, TaskReassigned, TaskWithdrawn
from flows.model.reasons import handed_over, level_moved, role_title
from flows.model.state import Assignment
from plans.model import Level, OnDowngrade, Text


class Order(Protocol):
    """Whose decision it is, and through which door it came."""

    @property
    def by(self) -> str: ...

    @property
    def via(self) -> str: ...


def withdraw(draft: Draft, assignment: Assignment, reason: Reason, order: Order, *, tell: bool = True) -> None:
    """By a person's decision; `tell`: whoever was called hears of it."""
    draft.add(
        TaskWithdrawn(
            at=draft.now,
            by=order.by,
            via=order.via,
            assignment=assignment.id,
            reason=reason,
            released=assignment.released() if tell else (),
        )
    )


def leave_level(draft: Draft, before: Level, order: Order) -> None:
    """What the new level does not ask for: withdrawn if nobody has begun, handed over, or kept, as its plan says."""
    moved = level_moved(before, draft.state.level)
    for assignment in draft.state.assignments.unended:
        task = draft.task(assignment)
        if draft.state.level in task.levels or before not in task.levels or task.signal:
            continue
        match task.on_downgrade:
            case OnDowngrade.CANCEL if not assignment.has_begun:
                withdraw(draft, assignment, moved, order)
            case OnDowngrade.HAND_OVER:
                _hand_over(draft, assignment, task.hand_over, handed_over(moved, role_title(draft.plan, task.hand_over)), order)
            case _:
                pass


def _hand_over(draft: Draft, assignment: Assignment, role: str, reason: Text, order: Order) -> None:
    """To whoever holds the role; while nobody does, it stays with those who have it."""
    holders = tuple(person.id for person in draft.duty.holders(role, draft.now))
    if not holders or set(holders) == set(assignment.assignees):
        return
    draft.add(
        TaskReassigned(
            at=draft.now,
            by=order.by,
            via=order.via,
            assignment=assignment.id,
            assignees=holders,
            reason=reason,
            acknowledge_by=draft.now + draft.task(assignment).ack,
            released=assignment.released(still_wanted=holders),
        )
    )
