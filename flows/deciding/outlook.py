"""What a decision leaves behind about the state it has led to, so that the next one need not look at everything again.

Most decisions only climb a ladder or hear an answer; after one that has looked at everything there is nothing else to look at,
before a known time or before something happens. It is kept beside the plan for the last state that was decided: any other state,
one read from the database for instance, is looked at as a whole.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flows.deciding.outline import outline
from flows.model.events import (
    DeadlineMissed,
    Event,
    LadderAdvanced,
    LinkedNoticed,
    NoteAdded,
    PersonUnreached,
    ProgressMissed,
    ProgressReported,
    StepFired,
    StepPassed,
    TaskAcknowledged,
    TaskCalledAnew,
    TaskDeclined,
    TaskEvent,
    TaskOpened,
    TaskStarted,
)
from flows.model.state import ResponseState
from plans.model import Plan

QUIET = frozenset(
    {
        StepFired,
        StepPassed,
        LadderAdvanced,
        PersonUnreached,
        DeadlineMissed,
        TaskAcknowledged,
        TaskDeclined,
        TaskCalledAnew,
        TaskStarted,
        ProgressReported,
        ProgressMissed,
        NoteAdded,
        LinkedNoticed,
    }
)
"""Events that move ladders and answers only, or nothing: no condition looks at those, and no task opens because of them."""
_NAME = "_outlook"


@dataclass(frozen=True, slots=True)
class Lull:
    """It was looked at and there was nothing to do, nor will there be before `until` (None: at no time) if nothing happens."""

    until: datetime | None

    def goes_on(self, now: datetime) -> bool:
        return self.until is None or now < self.until


@dataclass(frozen=True, slots=True)
class Outlook:
    """`situation`: of facts, levels, findings, the end; `tasks`: of what opens, comes round, stands still. None: not known.

    `unseen`: the tasks that have to be looked at for whether they may open; None: all.
    """

    state: ResponseState
    situation: Lull | None = None
    tasks: Lull | None = None
    unseen: frozenset[str] | None = None


def outlook(plan: Plan, state: ResponseState) -> Outlook:
    known: Outlook | None = plan.__dict__.get(_NAME)
    return known if known is not None and known.state is state else Outlook(state)


def keep(plan: Plan, known: Outlook) -> None:
    plan.__dict__[_NAME] = known


def is_quiet(events: Iterable[Event]) -> bool:
    return all(type(event) in QUIET for event in events)


def is_of_tasks(plan: Plan, events: Iterable[Event]) -> bool:
    """They move tasks only, and what goes by facts does not ask about tasks."""
    return all(
        type(event) in QUIET or (isinstance(event, TaskOpened | TaskEvent) and not outline(plan).watches_tasks)
        for event in events
    )


def touched(plan: Plan, state: ResponseState, events: Iterable[Event], unseen: frozenset[str] | None) -> frozenset[str] | None:
    """`unseen`, and the tasks that may open, or not any more, because of these events."""
    for event in events:
        if unseen is None:
            return None
        if type(event) in QUIET:
            continue
        if not isinstance(event, TaskOpened | TaskEvent):
            # facts, levels and findings are seen by all
            return None
        unseen |= outline(plan).seen_by[state.assignments[event.assignment].task]
    return unseen
