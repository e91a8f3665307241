"""The states of a delivery and the one order they move in; a delivery never moves to a lower one, except to be tried again."""

from enum import StrEnum


class State(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"  # claimed; bytes may have been written
    UNKNOWN = "unknown"  # bytes were written and nobody answered: in doubt
    ACCEPTED = "accepted"  # the provider has it
    SENT = "sent"  # the carrier has it
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    DELIVERED = "delivered"  # the person's device has it
    READ = "read"
    ANSWERED = "answered"

    @property
    def rank(self) -> int:
        """Late news of a delivery outranks `failed`: what the person has, they have."""
        return _RANKS[self]

    @property
    def behind(self) -> tuple["State", ...]:
        """The states that may still move forward to this one."""
        return tuple(state for state in State if state.rank < self.rank)


_RANKS = {
    State.QUEUED: 0,
    State.SENDING: 1,
    State.UNKNOWN: 2,
    State.ACCEPTED: 3,
    State.SENT: 4,
    State.FAILED: 5,
    State.WITHDRAWN: 5,
    State.EXPIRED: 5,
    State.DELIVERED: 6,
    State.READ: 7,
    State.ANSWERED: 8,
}

GONE_OUT = (State.SENDING, State.UNKNOWN, State.ACCEPTED, State.SENT, State.DELIVERED, State.READ)
"""States of a delivery that the person may have in hand; an answer settles these."""
