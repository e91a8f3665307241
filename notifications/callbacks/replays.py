"""Signed calls that were taken in before: the same signature again, while it would still be believed, does nothing more."""

from datetime import datetime, timedelta

from store.clock import Clock

_WINDOW = timedelta(minutes=11)
"""A signature is believed five minutes before and after its time."""


class Replays:
    """Only whoever knows the token makes a signature that gets here, so what is kept stays small."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._taken: dict[str, datetime] = {}

    def knows(self, signature: str) -> bool:
        self._forget()
        return signature in self._taken

    def take(self, signature: str) -> None:
        """Once what was signed is kept: until then the provider's next try must be heard."""
        self._taken[signature] = self._clock.now()

    def _forget(self) -> None:
        begin = self._clock.now() - _WINDOW
        while self._taken and next(iter(self._taken.values())) < begin:
            del self._taken[next(iter(self._taken))]
