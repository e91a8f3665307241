"""Which flow runs must be created, taken up again or let go so that every open response is driven by one run. Pure.

Responses are the truth and Prefect's states are not: a worker that was killed leaves its runs `Running` for ever, and Prefect's
Cancel button asks for an end, which only a person with a reason can decide.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from flows.running.acts import OpenOne, flow_name
from store.kinds import Kind


class RunState(StrEnum):
    """A flow run's state, as far as adoption cares."""

    SCHEDULED = "scheduled"
    RETRYING = "retrying"
    PENDING = "pending"
    RUNNING = "running"
    PAUSED = "paused"
    CANCELLING = "cancelling"
    ASKED = "asked"  # cancelling, and a person has been asked for the reason
    CANCELLED = "cancelled"
    ENDED = "ended"  # completed, failed or crashed


@dataclass(frozen=True, slots=True)
class Run:
    """A flow run as Prefect shows it. `worker` is the one that last took it; `seconds` how long we have seen it in this state."""

    id: str
    flow: str
    state: RunState
    worker: str
    seconds: float
    response: str = ""
    """The response it was told to take up; empty when it opens one itself."""


@dataclass(frozen=True, slots=True)
class Create:
    """A flow run for a response that has none."""

    response: str
    plan: str


@dataclass(frozen=True, slots=True)
class Retry:
    """The same flow run again, on whichever worker is free."""

    run: str
    reason: str


@dataclass(frozen=True, slots=True)
class Ask:
    """A person cancelled it in Prefect while its response is open: whoever may end the response is asked for the reason.

    `again`: nobody drives the run any more, so it is taken up again until that has been decided.
    """

    run: str
    response: str
    again: bool


@dataclass(frozen=True, slots=True)
class Release:
    """A run that a person cancelled in Prefect and that has no open response: it ends as Cancelled."""

    run: str


@dataclass(frozen=True, slots=True)
class Drop:
    """A run in the hands of this worker that Prefect does not know any more: another is made for its response."""

    run: str


Step = Create | Retry | Ask | Release | Drop

PATIENCE_WITH_PENDING = 15.0
"""Seconds: a worker that has taken a run but not begun it is given this long; until then the run bears the last worker's name."""
PATIENCE_WITH_UNCLAIMED = 60.0
PAUSE_BEFORE_AGAIN = 15.0
"""Seconds between a run's failure and its next try, while its response is open."""


@dataclass(frozen=True)
class View:
    """One look at both sides; the open responses were read before the runs."""

    open: Collection[OpenOne]
    runs: Collection[Run]
    driving: Collection[str]
    """Flow runs in the hands of this worker."""
    is_alive: Callable[[str], bool]
    """Whether the worker of that name may be driving a run that is not in `driving`; false for this worker itself."""


def steps(view: View) -> Iterator[Step]:
    attached = {one.flow_run: one.response for one in view.open if one.flow_run}
    for run in view.runs:
        step = _for_run(view, run, attached.get(run.id, ""))
        if step:
            yield step
    known = {run.id for run in view.runs}
    for one in view.open:
        if one.flow_run and one.flow_run not in known and one.flow_run in view.driving:
            yield Drop(one.flow_run)
        if (not one.flow_run or one.flow_run not in known) and not _may_be_claimed(view, one, attached):
            yield Create(one.response, one.plan)


def _for_run(view: View, run: Run, response: str) -> Step | None:
    """`response` is the open one that the run is attached to, if any."""
    in_hand = run.id in view.driving
    match run.state:
        case RunState.CANCELLING if in_hand or _is_stranded(view, run):
            return Ask(run.id, response, again=not in_hand) if response else Release(run.id)
        case RunState.CANCELLED if response and (in_hand or _is_stranded(view, run)):
            return Ask(run.id, response, again=not in_hand)
        case RunState.RUNNING | RunState.ASKED if not in_hand and _is_stranded(view, run):
            return Retry(run.id, f"worker {run.worker or '?'} has gone")
        case RunState.PENDING if not in_hand and run.seconds > PATIENCE_WITH_PENDING:
            return Retry(run.id, "taken by a worker, but never begun")
        case RunState.ENDED if response and not in_hand and run.seconds > PAUSE_BEFORE_AGAIN:
            return Retry(run.id, "its response is still open")
        case _:
            return None


def _is_stranded(view: View, run: Run) -> bool:
    """Nobody drives it. A run without a worker's name has only just been taken, or was started outside our workers."""
    return _is_dead(view, run) or (not run.worker and run.seconds > PATIENCE_WITH_PENDING)


def _is_dead(view: View, run: Run) -> bool:
    return bool(run.worker) and not view.is_alive(run.worker)


def _may_be_claimed(view: View, one: OpenOne, attached: Collection[str]) -> bool:
    """Some run of this kind is between opening its response and attaching itself; it may be this response."""
    active = (RunState.PENDING, RunState.RUNNING, RunState.RETRYING)
    return any(
        run.id not in attached
        and not run.response
        and run.flow == flow_name(one.plan, Kind.of(one.response))
        and run.state in active
        and run.seconds <= PATIENCE_WITH_UNCLAIMED
        for run in view.runs
    )
