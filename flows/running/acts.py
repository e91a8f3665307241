"""What the Prefect side shows of a response (`Act`) and what it needs from the engine (`Responses`). No Prefect in here."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import Literal, Protocol

from flows.model.commands import Opening
from flows.running.journal import Entry, Head
from plans.model import Plan
from store.kinds import Kind

POOL = "tocsin"
"""The work pool in which our flow runs wait for a worker."""
PREFECT = "prefect"
"""The door (`via`) of what was done in Prefect."""

ActKind = Literal["assign", "escalate", "notify", "report", "level", "end"]


@dataclass(frozen=True, slots=True)
class Act:
    """One thing the engine decided: a task run in Prefect.

    `title` is the plan task's title, `entry` the journal entry that decided it, `people` those told by it. `step` and
    `epoch` name the rung, so that `Responses.deliveries` looks at this call and not at an earlier one.
    """

    kind: ActKind
    title: str
    assignment: str
    entry: int
    people: tuple[str, ...] = ()
    step: str = ""
    epoch: int = 0

    @property
    def run_name(self) -> str:
        return f"{self.kind} · {self.title}"

    @property
    def calls_people(self) -> bool:
        """Whether it is a failure when nobody could be reached."""
        return self.kind in ("assign", "escalate", "notify")


class Reach(StrEnum):
    """How far the calls to one person have come, over all channels of one act."""

    WAITING = "waiting"
    ACCEPTED = "accepted"  # by a gateway, or further
    FAILED = "failed"
    WITHDRAWN = "withdrawn"  # before it went out: the task was settled, or the response closed


@dataclass(frozen=True, slots=True)
class PersonReached:
    """`how` is the channel kind that took the message; `detail` the provider's reason when none did."""

    person: str
    reach: Reach
    how: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Ending:
    """A response that has closed. `summary` is one line for people."""

    response: str
    closed_at: datetime
    entries: int
    summary: str


@dataclass(frozen=True, slots=True)
class OpenOne:
    """An open response, and the flow run that was attached to it."""

    response: str
    plan: str
    flow_run: str | None


@dataclass(frozen=True, slots=True)
class Glance:
    """A response as one look found it, and what its journal has got since the look before."""

    head: Head
    plan: Plan
    news: tuple[Entry, ...]
    zone: tzinfo


def flow_name(plan: str, kind: Kind) -> str:
    """A plan's real responses and its drills run in two flows."""
    return f"{plan}-drill" if kind is Kind.DRILL else plan


def deployment_name(plan: str, kind: Kind) -> str:
    """As `prefect deployment run` takes it."""
    return f"{flow_name(plan, kind)}/{'drill' if kind is Kind.DRILL else 'response'}"


Perform = Callable[[Act], Awaitable[None]]


class Responses(Protocol):
    """The engine, as far as Prefect may see it. Coroutines apart, everything blocks and is called from a thread."""

    def open(self, plan: str, opening: Opening, key: str) -> str:
        """The response's identifier; the same `key` gives the same response again. Errors: `FlowError`."""
        ...

    def attach(self, response: str, flow_run: str) -> None:
        """Remembers which flow run drives it; twice is once. Errors: `UnknownNameError`."""
        ...

    async def follow(self, response: str, perform: Perform, from_entry: int) -> Ending:
        """Fires what is due, hands out the acts after `from_entry`, waits for the next due time or entry; ends when it closes."""
        ...

    def deliveries(self, response: str, act: Act) -> tuple[PersonReached, ...]:
        """How far this act's messages have come, for each person who was told."""
        ...

    def waiting_for_prefect(self) -> list[OpenOne]:
        """Every open response."""
        ...

    def glance(self, response: str, after: int) -> Glance:
        """How it stands, and the entries after that number."""
        ...

    async def grown(self, response: str, beyond: int) -> None:
        """Waits until its journal has more entries than `beyond`."""
        ...

    def ask_why(self, response: str) -> None:
        """Somebody cancelled its run in Prefect: whoever may end the response is asked for the reason, and it goes on."""
        ...

    def page(self, response: str) -> str:
        """Where our own doors show it."""
        ...
