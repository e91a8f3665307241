"""What is to be said to whom (`Call`), what goes over one channel (`Outgoing`), and what became of it (`Outcome`)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Protocol, runtime_checkable

from store.kinds import Kind


class Priority(IntEnum):
    """Dispatch order; a signal overtakes everything."""

    FLASH = 0
    LIFE_SAFETY = 1
    OPERATION = 2
    PAPER = 3
    MASS = 4
    """The public, by the thousand: may go in batches, which providers may hold back for a while."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person and the address of each channel kind (`wechat`, `sms`, `voice`, `email`, `file`) they can be reached by."""

    person: str
    name: str
    language: str
    addresses: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Call:
    """One person told once, over one or several channels; written to the outbox in the transaction of the decision.

    Unique per (response, assignment, step, epoch, person, channel). `parameters` feed the plan's message template
    `template`; they are text from people and alerts, never template source.
    """

    response: str
    plan_digest: str
    assignment: str
    step: str
    epoch: int
    recipient: Recipient
    channels: tuple[str, ...]
    template: str
    parameters: Mapping[str, str]
    priority: Priority
    at: datetime
    expires: datetime
    answerable: bool = True
    """Asks for an answer: gets a short code, a signed link and buttons."""

    @property
    def kind(self) -> Kind:
        return Kind.of(self.response)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One delivery, rendered, as a channel gets it.

    `delivery` is our identifier (`[0-9a-z-]`, at most 40 characters) and goes to the provider as its reference. `text` is
    the full text, `short` the SMS text; both already carry the drill mark when `kind` is a drill. `variables` are the
    values for providers that take only approved templates (each a plain string, drill mark included where `mark` is asked).
    """

    delivery: str
    kind: Kind
    address: str
    title: str
    text: str
    short: str
    template: str
    variables: Mapping[str, str]
    language: str
    link: str = ""
    code: str = ""
    answerable: bool = True
    priority: Priority = Priority.OPERATION


class Result(StrEnum):
    ACCEPTED = "accepted"
    FAILED_FOR_NOW = "failed_for_now"  # surely not accepted; the same provider may be tried again
    FAILED_FOR_GOOD = "failed_for_good"  # this address or text will never work here
    PROVIDER_DOWN = "provider_down"  # surely not accepted; the fault is the provider's or our account's
    UNKNOWN = "unknown"  # bytes were written, no answer: in doubt, never blindly resent


WRITTEN_TO_FILE = "written-to-file"
"""The code of an acceptance by no provider: the message was only written down on this machine."""


@dataclass(frozen=True, slots=True)
class Outcome:
    result: Result
    provider_id: str = ""
    code: str = ""
    detail: str = ""
    provider: str = ""
    """Of several gateways, who says so."""


class Channel(Protocol):
    """A way to reach people. Adapters live in `notifications.channels`, one file each."""

    kind: str
    """`sms`, `wechat`, `email`, `file` …: the key of `Recipient.addresses`."""
    resend_is_safe: bool
    """The provider drops a second copy of the same delivery by itself."""

    async def deliver(self, message: Outgoing) -> Outcome: ...

    async def look_up(self, message: Outgoing, sent: datetime) -> Outcome | None:
        """What became of a delivery in doubt; None when the provider cannot say."""
        ...

    async def close(self) -> None: ...


@runtime_checkable
class Proving(Protocol):
    """A channel that can show that the provider knows us, and sends nothing by it."""

    async def prove(self) -> Outcome:
        """Accepted: it would take a message of ours now."""
        ...


@runtime_checkable
class Batching(Protocol):
    """A channel that takes many messages in one request."""

    largest: int
    """Messages in one request."""

    async def deliver_many(self, messages: Sequence[Outgoing]) -> Sequence[Outcome]:
        """What came of each, in their order."""
        ...


@runtime_checkable
class SeveralProviders(Protocol):
    """A channel that leaves each of its providers alone by itself; the fault of one must not shut it as a whole."""

    providers: tuple[str, ...]

    def steer(self, shares: Mapping[str, int]) -> None:
        """For how many of a hundred messages each keeps its place in the order; for the others it stands behind its twins."""
        ...


class Verb(StrEnum):
    ACKNOWLEDGE = "acknowledge"
    DECLINE = "decline"


@dataclass(frozen=True, slots=True)
class Answer:
    """A person's answer to a call, from whichever channel it came."""

    response: str
    assignment: str
    person: str
    verb: Verb
    via: str
    at: datetime
    reason: str = ""


class ReceiptState(StrEnum):
    """Later news of a delivery, in forward order."""

    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Receipt:
    delivery: str
    state: ReceiptState
    at: datetime
    code: str = ""
    detail: str = ""
    """In words, as of a call: how long somebody listened. Not kept of one that comes before its delivery is known."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came in from a provider before we know what it means: an SMS text, a button."""

    channel: str
    external_id: str
    """The provider's identifier of this reply; the same twice is one reply."""
    address: str
    text: str
    at: datetime
    delivery: str = ""
    """Known for buttons; an SMS is matched by its short code."""
    extra: Mapping[str, str] = field(default_factory=dict)


@runtime_checkable
class Listening(Protocol):
    """A channel whose receipts and replies come over a line of its own, as long as somebody listens."""

    async def listen(
        self, on_receipt: Callable[[Receipt], Awaitable[None]], on_reply: Callable[[Reply], Awaitable[None]]
    ) -> None:
        """Until it is cancelled. What a callee raises is kept by the provider and comes again."""
        ...
