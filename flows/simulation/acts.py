"""What simulated people are about to do, as values on the agenda of a run."""

from dataclasses import dataclass

from flows.model.commands import Command
from flows.model.events import Subject, Told
from plans.scenario_model import Happening


@dataclass(frozen=True, slots=True)
class Answer:
    """Somebody has heard a call and says yes or no."""

    told: Told
    assignment: str


@dataclass(frozen=True, slots=True)
class Begin:
    """Whoever has taken the task on is there."""

    assignment: str
    ticket: int


@dataclass(frozen=True, slots=True)
class Finish:
    assignment: str
    ticket: int


@dataclass(frozen=True, slots=True)
class SayProgress:
    assignment: str
    ticket: int


@dataclass(frozen=True, slots=True)
class DecideByHand:
    person: str
    assignment: str


@dataclass(frozen=True, slots=True)
class Courier:
    """Somebody stands at the door of those who have not answered."""

    by: str
    assignment: str


@dataclass(frozen=True, slots=True)
class Approve:
    person: str
    subject: Subject
    number: int


@dataclass(frozen=True, slots=True)
class GoOn:
    """What a signal had stopped is let go on."""

    signal: str


@dataclass(frozen=True, slots=True)
class Open:
    pass


@dataclass(frozen=True, slots=True)
class Say:
    """A command as it stands."""

    command: Command


@dataclass(frozen=True, slots=True)
class Outside:
    happening: Happening


Act = Answer | Begin | Finish | SayProgress | DecideByHand | Courier | Approve | GoOn | Open | Say | Outside
