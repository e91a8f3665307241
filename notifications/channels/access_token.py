"""An access token of WeChat or WeCom, fetched by one at a time and kept until it ends: many fetches get an account blocked."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from notifications.message import Outcome
from store.clock import Clock

_BEFORE_THE_END = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Token:
    value: str
    lasts: timedelta


Fetch = Callable[[], Awaitable[Token | Outcome]]


class TokenCache:
    """Shared by everything that speaks for one application; may be used from several event loops, one after another."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._value = ""
        self._until: datetime = clock.now()
        self._locks: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()

    async def get(self, fetch: Fetch) -> str | Outcome:
        async with self._locks.setdefault(asyncio.get_running_loop(), asyncio.Lock()):
            if not self._value or self._clock.now() >= self._until:
                fetched = await fetch()
                if isinstance(fetched, Outcome):
                    return fetched
                self._value = fetched.value
                self._until = self._clock.now() + max(fetched.lasts - _BEFORE_THE_END, fetched.lasts / 2)
            return self._value

    def drop(self, value: str) -> None:
        """Forgets `value`, unless somebody has fetched a newer one in the meantime."""
        if self._value == value:
            self._value = ""
