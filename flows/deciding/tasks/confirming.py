"""Sending back: whoever is to confirm a task and finds it undone returns it, with the reason, to those who did it. Pure."""

from flows.confirmation_errors import NotAConfirmationError
from flows.deciding.draft import Draft
from flows.deciding.outline import outline
from flows.deciding.tasks.opening import open_task
from flows.deciding.tasks.second_person import confirmed_instance, doers, require_another
from flows.errors import NotCalledError, ReasonRequiredError, WrongStateError
from flows.model.commands import SendBack
from flows.model.events import TaskWithdrawn


def send_back(draft: Draft, command: SendBack) -> None:
    """It has not been done as it should: it opens again for those who did it, with the reason; said twice, it changes nothing."""
    assignment = draft.assignment(command.assignment)
    confirmed = confirmed_instance(draft.state, draft.task(assignment), assignment.finding)
    if confirmed is None:
        raise NotAConfirmationError(assignment.id, tuple(outline(draft.plan).confirmed_by.values()))
    if assignment.has_ended:
        if assignment.sent_back:
            return
        remedy = "open what it confirmed again by reporting what is wrong, or add a note to the response"
        raise WrongStateError(f"task {assignment.id}", assignment.status.value, "send it back", remedy)
    if command.by not in assignment.told:
        draft.require_person(command.by)
        raise NotCalledError(command.by, assignment.id, tuple(assignment.told))
    require_another(draft.plan, draft.state, assignment, command.by)
    if not command.reason.strip():
        raise ReasonRequiredError("send it back")
    again = tuple(person for person in doers(draft.plan, draft.state, assignment) if person in draft.duty.people)
    draft.add(
        TaskWithdrawn(
            at=draft.now,
            by=command.by,
            via=command.via,
            assignment=assignment.id,
            reason=command.reason,
            released=assignment.released(still_wanted=(command.by,)),
            sent_back=confirmed.id,
        )
    )
    task, latest = draft.task(confirmed), draft.state.assignments.series(confirmed.task, confirmed.finding)[-1]
    if not latest.has_ended and not latest.has_begun:
        draft.add(TaskWithdrawn(at=draft.now, assignment=latest.id, reason=command.reason))
    open_task(
        draft,
        task,
        confirmed.finding,
        because=assignment.id,
        again=latest.id,
        assignees=tuple(sorted(again)) or None,
        reason=command.reason,
    )
