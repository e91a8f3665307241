"""Taking a task back: it ends, and whoever had been called for it is told so. Pure."""

from flows.commands import ChangeLevel, Close, EndDrill, StandDown
from flows.draft import Draft
from flows.events import TaskWithdrawn
from flows.state import Assignment


def withdraw(draft: Draft, assignment: Assignment, reason: str, command: ChangeLevel | StandDown | Close | EndDrill) -> None:
    """By a person's decision."""
    draft.add(
        TaskWithdrawn(
            at=draft.now,
            by=command.by,
            via=command.via,
            assignment=assignment.id,
            reason=reason,
            released=assignment.released(),
        )
    )
