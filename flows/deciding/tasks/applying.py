"""Whether a task is asked for now: phase, level, finding; and what goes on when its level or the response has ended. Pure."""

from flows.deciding.outline import outline
from flows.model.assignment import TaskStatus
from flows.model.instances import Series
from flows.model.state import ResponseState, Status
from plans.model import Level, OnDowngrade, OnEnd, Phase, Plan, Task


def is_asked_for(state: ResponseState, task: Task) -> bool:
    """It may open for the first time. Signals are sent, never opened."""
    return task.signal is None and state.level in task.levels and (_is_phase(state, task) or _is_owed(state, task))


def goes_on(state: ResponseState, task: Task) -> bool:
    """Once opened, it comes round and opens again: also where it outlives its level or the response."""
    if task.signal is not None or level_of(state, task) is None:
        return False
    outlives = task.on_end is OnEnd.KEEP and state.status is Status.STOOD_DOWN
    return outlives or _is_phase(state, task)


def level_of(state: ResponseState, task: Task) -> Level | None:
    """The level at which it runs: the present one, or its own lowest where a lower one keeps it or hands it over."""
    if state.level in task.levels:
        return state.level
    lowest = max(task.levels, default=None)
    outlives = task.on_downgrade is not OnDowngrade.CANCEL and lowest is not None and state.level > lowest
    return lowest if outlives else None


def role_of(state: ResponseState, task: Task) -> str:
    """Who takes it on: below its own levels, whoever it was handed over to."""
    handed_over = task.on_downgrade is OnDowngrade.HAND_OVER and state.level not in task.levels
    return task.hand_over if handed_over else task.role


def findings_of(state: ResponseState, task: Task) -> tuple[str, ...]:
    """The findings it runs for: every open one of its kind, or none at all (`""`)."""
    if not task.each:
        return ("",)
    return tuple(finding.id for finding in state.findings.values() if finding.of == task.each and finding.is_open)


def is_unopened(series: Series) -> bool:
    """Never opened, or withdrawn (by a lower level, by idleness) and wanted again."""
    return not series or series[-1].status is TaskStatus.WITHDRAWN


def is_stopped(plan: Plan, state: ResponseState, task: Task) -> bool:
    """A signal that stops it has been sent, and not everybody is accounted for."""
    signals = outline(plan).stopped_by.get(task.name, ())
    return any(each.task in signals for each in state.assignments.unended) if signals else False


def _is_owed(state: ResponseState, task: Task) -> bool:
    """A report whose turn would have come: what leads to it had opened when the response was stood down."""
    is_kept = task.report is not None and task.on_end is OnEnd.KEEP and state.status is Status.STOOD_DOWN
    return is_kept and bool(task.after) and all(state.of_task(name) for name in task.after)


def _is_phase(state: ResponseState, task: Task) -> bool:
    wanted = Phase.RESPONSE if state.status is Status.OPEN else Phase.RECOVERY
    return state.status is not Status.CLOSED and task.phase is wanted
