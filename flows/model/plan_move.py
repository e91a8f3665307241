"""The one command that comes with a plan: the version to which a response is moved is handed over beside it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class MovePlan:
    """A running response goes on under another version of its plan (`flows.deciding.moving.decide_move`)."""

    by: str
    reason: str
    via: str = ""
