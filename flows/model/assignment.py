"""One instance of a task: who was given it, how far its ladders and its work have come. `flows.model.progression` moves it on."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from flows.model.replacing import replace
from flows.model.task_events import Cause, ClockName, Reason, Told, Value


class TaskStatus(StrEnum):
    OPEN = "open"
    CALLED = "called"
    ACKNOWLEDGED = "acknowledged"
    STARTED = "started"
    DONE = "done"
    SKIPPED = "skipped"
    WITHDRAWN = "withdrawn"


ENDED = frozenset({TaskStatus.DONE, TaskStatus.SKIPPED, TaskStatus.WITHDRAWN})


@dataclass(frozen=True)
class Climb:
    """How far a ladder has been climbed. `steps` are fired or passed rungs; `epoch` rises when its times move.

    `told` are the people of the last rung that fired.
    """

    start: datetime
    steps: tuple[str, ...] = ()
    epoch: int = 1
    missed: bool = False
    told: tuple[str, ...] = ()


@dataclass(frozen=True)
class Assignment:
    """One instance of a task, given to named people."""

    id: str
    task: str
    round: int
    assignees: tuple[str, ...]
    opened_at: datetime
    acknowledge_by: datetime
    done_by: datetime
    next_round: datetime | None
    acknowledge: Climb
    done: Climb
    status: TaskStatus = TaskStatus.OPEN
    told: Mapping[str, Told] = field(default_factory=dict)
    acknowledged: Mapping[str, datetime] = field(default_factory=dict)
    answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The assignees each acknowledgement counts for."""
    declined: Mapping[str, Reason] = field(default_factory=dict)
    unreached: Mapping[str, Reason] = field(default_factory=dict)
    """Whom no channel reached when they were last told, and why."""
    is_answered: bool = False
    """Enough people have acknowledged: the acknowledge ladder rests."""
    awaits_decision: bool = False
    """The ladder has ended without an answer: a person must record a manual decision."""
    evidence: Mapping[str, Value | tuple[Value, ...]] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    ended_at: datetime | None = None
    finding: str = ""
    """For which finding; empty: for the whole response."""
    because: str = ""
    """Why it opened again: `level`, `fact NAME`, `finding.FIELD`, the id of the instance that reopened it, `after ID`."""
    reason: str = ""
    """What the sender of a signal says, or whoever sent it back."""
    sent_back: str = ""
    """The instance that was returned to those who did it, instead of being confirmed here."""
    serial: int = 0
    """Its place among all instances of the response, from 1."""
    since: datetime | None = None
    """When the task first opened, or was last opened again by another one: rounds go on from there."""
    suspended_at: datetime | None = None
    suspended_for: tuple[Cause, ...] = ()
    stood_still: timedelta = timedelta(0)
    """For how long its clocks have stood still, over all suspensions that have ended."""
    progress_from: datetime | None = None
    """When somebody last said how far it is, or was asked to."""
    progress_misses: int = 0
    """In a row."""

    @property
    def is_suspended(self) -> bool:
        return bool(self.suspended_for) and not self.has_ended

    @property
    def age(self) -> timedelta:
        """How long after the first opening this one opened."""
        return self.opened_at - (self.since or self.opened_at)

    @property
    def is_reopened(self) -> bool:
        """By another task, or by its finding: what was done before does not count any more."""
        return "." in self.because

    @property
    def is_renewed(self) -> bool:
        """By a field of its finding, or after one that was: what comes after it in that finding is done once more too."""
        named, _, field = self.because.partition(".")
        return named.startswith("after ") or (named == "finding" and field[:1].isalpha())

    @property
    def has_begun(self) -> bool:
        """Somebody has taken it on."""
        return self.status not in (TaskStatus.OPEN, TaskStatus.CALLED)

    @property
    def has_ended(self) -> bool:
        return self.status in ENDED

    def has_answered(self, person: str) -> bool:
        """For everybody this person has been told for: who was called again for somebody else may answer again."""
        told = self.told.get(person)
        return person in self.acknowledged and told is not None and set(told.stands_for) <= set(self.answers[person])

    def awaits(self, person: str, clock: ClockName) -> bool:
        """Whether this person, who was told, may still do what the clock waits for."""
        if person in self.declined or person in self.unreached:
            return False
        return clock == "done" or not self.has_answered(person)

    def is_answered_for(self, assignee: str) -> bool:
        return any(assignee in counted for counted in self.answers.values())

    def released(self, still_wanted: Collection[str] = ()) -> tuple[Told, ...]:
        """Who was called, has not declined, and is not wanted any more."""
        return tuple(told for who, told in self.told.items() if who not in self.declined and who not in still_wanted)

    def climb(self, clock: ClockName) -> Climb:
        return self.acknowledge if clock == "acknowledge" else self.done

    def with_climb(self, clock: ClockName, climb: Climb) -> "Assignment":
        return replace(self, acknowledge=climb) if clock == "acknowledge" else replace(self, done=climb)
