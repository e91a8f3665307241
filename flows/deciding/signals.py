"""Signals (全员撤离、停止演练): sent by a person, told to all at work before anything else; they stop what they stop. Pure."""

from flows.deciding.authority import require
from flows.deciding.climbing import tell_roles
from flows.deciding.draft import Draft
from flows.deciding.ending import end_drill
from flows.deciding.standing import role_at_work
from flows.deciding.tasks.applying import role_of
from flows.deciding.tasks.opening import open_task
from flows.deciding.tasks.suspending import suspend
from flows.errors import ReasonRequiredError, UnknownNameError, WrongStateError
from flows.model.commands import EndDrill, SendSignal
from flows.model.events import SignalSent, Told
from flows.model.reasons import signalled
from plans.model import Plan, Signal, Task
from store.kinds import Kind


def send_signal(draft: Draft, command: SendSignal) -> None:
    """Sent again while people still have to answer, it reaches only those who have come since."""
    task, signal = _signal(draft.plan, command.signal)
    remedy = "tell one of them by the fastest way there is"
    require(draft.duty, f"send {task.name}", command.by, signal.send, draft.now, remedy)
    if not command.reason.strip():
        raise ReasonRequiredError(f"send {task.name}")
    if signal.ends_drill:
        _end_drill(draft, task, command)
    else:
        _send(draft, task, signal, command)


def _send(draft: Draft, task: Task, signal: Signal, command: SendSignal) -> None:
    asked = {person for each in draft.state.of_task(task.name) if not each.has_ended for person in each.assignees}
    to_ask = tuple(person for person in _at_work(draft, task) if person not in asked)
    if asked and not to_ask:
        return
    names = draft.duty.names(command.by)
    draft.add(SignalSent(at=draft.now, by=command.by, via=command.via, signal=task.name, reason=command.reason, names=names))
    open_task(draft, task, "", assignees=to_ask, reason=command.reason)
    reason = signalled(task.title, command.reason)
    for assignment in draft.state.assignments.unended:
        if assignment.task in signal.stops:
            suspend(draft, assignment, reason, command.by, command.via)


def _end_drill(draft: Draft, task: Task, command: SendSignal) -> None:
    """Nobody has to answer: the drill is over for everybody who hears it."""
    if draft.state.kind is not Kind.DRILL:
        raise WrongStateError("the response", "real", f"send {task.name}", "it ends a drill only; this is no drill")
    told = tuple(_told(draft, person, task) for person in _at_work(draft, task))
    sent = SignalSent(
        at=draft.now,
        by=command.by,
        via=command.via,
        signal=task.name,
        reason=command.reason,
        told=told,
        names=draft.duty.names(command.by),
    )
    draft.add(sent)
    end_drill(draft, EndDrill(by=command.by, via=command.via, reason=command.reason), tell=False)


def _at_work(draft: Draft, signal: Task) -> tuple[str, ...]:
    """Everybody called or at work, whoever holds a role with an open task, and who counts heads; each once."""
    state, people = draft.state, dict[str, None]()
    for each in state.assignments.unended:
        task = draft.task(each)
        if task.signal is None:
            people |= dict.fromkeys(person for person in (*each.assignees, *each.told) if person not in each.declined)
            people |= dict.fromkeys(told.person for told in tell_roles(draft.duty, (role_of(state, task),), draft.now))
    people |= dict.fromkeys(told.person for told in tell_roles(draft.duty, (signal.role,), draft.now))
    return tuple(people)


def _told(draft: Draft, person: str, signal: Task) -> Told:
    return Told(person, draft.person_name(person), role_at_work(draft, person, signal), ())


def _signal(plan: Plan, name: str) -> tuple[Task, Signal]:
    signals = [task for task in plan.tasks.values() if task.signal]
    for task in signals:
        if task.name == name and task.signal:
            return task, task.signal
    raise UnknownNameError("signal", name, (task.name for task in signals), f"plan {plan.name!r}")
