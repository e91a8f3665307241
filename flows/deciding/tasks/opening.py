"""Tasks open: for the first time, in the next round, again because something changed or another task asks for it. Pure."""

from datetime import datetime, timedelta

from flows.deciding.changes import changes, given_fields
from flows.deciding.draft import Draft
from flows.deciding.outline import outline
from flows.deciding.outlook import QUIET, touched
from flows.deciding.tasks.applying import findings_of, is_stopped, is_unopened, role_of
from flows.deciding.tasks.limits import done_by
from flows.deciding.tasks.repeating import due_rounds, interval, is_idle, is_over, opens_again
from flows.deciding.tasks.second_person import doers_of
from flows.deciding.tasks.suspending import suspend
from flows.deciding.tasks.waiting import ends_of_waiting, opens_at, renewer, waited_for
from flows.model import reasons
from flows.model.events import Event, Reason, TaskCompleted, TaskOpened, TaskWithdrawn
from flows.model.instances import has_been_done
from flows.model.state import Assignment, Status, TaskStatus
from plans.model import Task


def open_what_may(draft: Draft) -> None:
    """Opens every task that may open now and has no instance, every round that is due, and what a change opens again."""
    if draft.state.status is Status.CLOSED:
        return
    _open_again(draft)
    _open_rounds(draft)
    _open_confirmations(draft)
    looked_at, is_over = 0, _is_waiting_over(draft)
    # what opens may be what another condition waits for (`running`); each opens once in a decision, so this ends
    while is_over or any(_lets_open(draft, event) for event in draft.events[looked_at:]):
        unseen = None if is_over else touched(draft.plan, draft.state, draft.events[looked_at:], draft.unseen)
        looked_at, is_over = len(draft.events), False
        _withdraw_idle(draft)
        draft.unseen = _open_first(draft, unseen)
        if looked_at != len(draft.events):
            _open_rounds(draft)
    draft.unseen = touched(draft.plan, draft.state, draft.events[looked_at:], draft.unseen)


def _lets_open(draft: Draft, event: Event) -> bool:
    """Whether a task may open because of it, or another one stop to come round."""
    match event:
        case TaskOpened():
            return outline(draft.plan).asks_running
        case TaskCompleted():
            return outline(draft.plan).asks_running or not _was_done_before(draft, event.assignment)
        case _:
            return type(event) not in QUIET


def _was_done_before(draft: Draft, name: str) -> bool:
    """The round before has let open whatever waits for this task. A signal stops its tasks until the last one is done."""
    completed = draft.state.assignments[name]
    series = draft.state.assignments.series(completed.task, completed.finding)
    before = series[: completed.round - 1]
    return draft.task(completed).signal is None and not completed.is_reopened and has_been_done(before[-1:])


def _is_waiting_over(draft: Draft) -> bool:
    return any(moment <= draft.now for _, _, moment in ends_of_waiting(draft.plan, draft.state))


def _open_rounds(draft: Draft) -> None:
    for latest, due in tuple(due_rounds(draft.plan, draft.state, draft.now)):
        _open_next(draft, latest, reasons.round_due(latest.round + 1), due=due)


def _open_first(draft: Draft, unseen: frozenset[str] | None) -> frozenset[str]:
    """Of the tasks that nobody has looked at; those that may open, and not now, are to be looked at again."""
    later = set()
    for task in outline(draft.plan).opening:
        if (unseen is not None and task.name not in unseen) or (
            not task.each and not is_unopened(draft.state.of_task(task.name))
        ):
            continue
        for finding in findings_of(draft.state, task):
            moment = opens_at(draft.plan, draft.state, task, finding)
            if moment is None or moment > draft.now:
                continue
            if _was_withdrawn_now(draft, task, finding):
                later.add(task.name)
            else:
                _open_in_turn(draft, task, finding)
    return frozenset(later)


def _open_in_turn(draft: Draft, task: Task, finding: str) -> None:
    """For the first time, or once more after what its finding has opened again."""
    without = waited_for(draft.plan, draft.state, task, finding) if task.after_at_most else ()
    if before := renewer(draft.plan, draft.state, task, finding):
        because = f"after {before}"
        reason = reasons.opened_again(draft.plan, because, draft.state.assignments[before].task)
        latest = draft.state.assignments.series(task.name, finding)[-1]
        _open_next(draft, latest, reason, because=because, without=without)
    else:
        open_task(draft, task, finding, without=without)


def open_task(
    draft: Draft,
    task: Task,
    finding: str,
    *,
    due: datetime | None = None,
    because: str = "",
    again: str = "",
    without: tuple[str, ...] = (),
    assignees: tuple[str, ...] | None = None,
    reason: str = "",
) -> None:
    """A new instance; its ladder begins now. `due` is when it should have come round; assignees and reason are a signal's."""
    now, state = draft.now, draft.state
    if assignees is None:
        assignees = _holders(draft, task, finding)
    series = state.assignments.series(task.name, finding)
    goes_on = again and "." not in because
    age = now - (series[-1].since or now) if goes_on else timedelta(0)
    every = interval(draft.plan, state, task, finding, age, len(series) + 1)
    opened = TaskOpened(
        at=now,
        assignment=f"{task.name}.{len(state.of_task(task.name)) + 1}",
        task=task.name,
        round=len(series) + 1,
        assignees=assignees,
        acknowledge_by=now + task.ack,
        done_by=done_by(state, task, now),
        next_round=now + every if every else None,
        due=due,
        finding=finding,
        because=because,
        again=again,
        reason=reason,
        without=without,
    )
    draft.add(opened)
    _reopen(draft, task, draft.state.assignments[opened.assignment])


def _holders(draft: Draft, task: Task, finding: str) -> tuple[str, ...]:
    """Whoever holds its role now; where it confirms another task, but those who did that one."""
    did = doers_of(draft.state, task, finding)
    return tuple(person.id for person in draft.duty.holders(role_of(draft.state, task), draft.now) if person.id not in did)


def _open_confirmations(draft: Draft) -> None:
    """Once more for each later round of what they confirm; the first time they open like any other task."""
    for event in tuple(draft.events):
        if not isinstance(event, TaskCompleted):
            continue
        done = draft.state.assignments[event.assignment]
        task = draft.plan.tasks.get(outline(draft.plan).confirmed_by.get(done.task, ""))
        latest = _standing(draft, task, done.finding) if task else None
        if task and latest and opens_again(draft.plan, draft.state, task, done.finding):
            _open_next(draft, latest, reasons.opened_again(draft.plan, done.id, done.task), because=done.id)


def _open_next(
    draft: Draft,
    latest: Assignment,
    reason: Reason,
    *,
    due: datetime | None = None,
    because: str = "",
    without: tuple[str, ...] = (),
    is_reopened: bool = False,
) -> None:
    """The next instance of a series; work under way goes on to its end beside it, unless another task opened this one again."""
    task = draft.task(latest)
    if is_reopened and not task.report:
        _replace(draft, task, latest.finding, reason)
    elif not latest.has_ended and not latest.has_begun:
        draft.add(TaskWithdrawn(at=draft.now, assignment=latest.id, reason=reason))
    open_task(draft, task, latest.finding, due=due, because=because, again=latest.id, without=without)
    if is_stopped(draft.plan, draft.state, task):
        suspend(draft, draft.state.of_task(task.name)[-1], reasons.STILL_STANDS)


def _replace(draft: Draft, task: Task, finding: str, reason: Reason) -> None:
    """What was done before counts no longer, so nobody is kept at it; whoever is called again is not called off."""
    wanted = _holders(draft, task, finding)
    for earlier in draft.state.assignments.series(task.name, finding):
        if not earlier.has_ended:
            released = earlier.released(wanted)
            draft.add(TaskWithdrawn(at=draft.now, assignment=earlier.id, reason=reason, released=released))


def _open_again(draft: Draft) -> None:
    """What has changed in this decision opens again whatever follows it."""
    changed, given = changes(draft.plan, draft.before, draft.state), given_fields(draft.events)
    for task in outline(draft.plan).following if changed or given else ():
        for finding in findings_of(draft.state, task):
            own = given.get(finding, ())
            because = next((changed.get(name, name) for name in task.again if name in changed or name in own), "")
            if because and not is_over(draft.plan, draft.state, task, finding):
                _open_because(draft, task, finding, because)


def _open_because(draft: Draft, task: Task, finding: str, because: str) -> None:
    latest = _standing(draft, task, finding)
    if latest and opens_again(draft.plan, draft.state, task, finding) and not _was_ended_now(draft, latest):
        _open_next(draft, latest, reasons.opened_again(draft.plan, because, each=task.each), because=because)


def _reopen(draft: Draft, task: Task, opened: Assignment) -> None:
    """The tasks that this one opens again: in its own finding, in the whole response, or in every finding."""
    for name in task.reopens:
        target = draft.plan.tasks[name]
        findings = (opened.finding,) if target.each and target.each == task.each else findings_of(draft.state, target)
        for finding in findings:
            latest = _standing(draft, target, finding)
            if latest and opens_again(draft.plan, draft.state, target, finding):
                reason = reasons.opened_again(draft.plan, opened.id, opened.task)
                _open_next(draft, latest, reason, because=opened.id, is_reopened=True)


def _standing(draft: Draft, task: Task, finding: str) -> Assignment | None:
    """The latest instance, if it was there before this decision: what has just opened does not open again."""
    series = draft.state.assignments.series(task.name, finding)
    if not series or series[-1].status is TaskStatus.WITHDRAWN or series[-1].id not in draft.before.assignments:
        return None
    return series[-1]


def _was_ended_now(draft: Draft, latest: Assignment) -> bool:
    """Its own result is no news to a task."""
    return latest.has_ended and not draft.before.assignments[latest.id].has_ended


def _withdraw_idle(draft: Draft) -> None:
    """What its task comes round for has gone, and nobody has begun."""
    for assignment in draft.state.assignments.unended:
        task, finding = draft.task(assignment), assignment.finding
        has_come_now = assignment.id not in draft.before.assignments
        if not task.repeat_while or assignment.has_begun or has_come_now:
            continue
        if is_idle(draft.plan, draft.state, task, finding):
            reason = reasons.not_needed(draft.plan, task.repeat_while)
            released = assignment.released()
            draft.add(TaskWithdrawn(at=draft.now, assignment=assignment.id, reason=reason, released=released))


def _was_withdrawn_now(draft: Draft, task: Task, finding: str) -> bool:
    """A task whose condition is undone by its own opening must not go to and fro."""
    series = draft.state.assignments.series(task.name, finding)
    return bool(series) and series[-1].has_ended and not draft.before.assignments.get(series[-1].id, series[-1]).has_ended
