"""What all our apprise plugins share: an address of ours, one message to each target, and what the provider said of it.

Apprise only says yes or no; `outcomes()` keeps what the provider said, with its identifier, beside it.
"""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from typing import Any
from urllib.parse import quote, urlencode

import apprise
from apprise import NotifyType

from notifications.channels.endpoint import parse
from notifications.message import Channel, Outcome, Outgoing, Result
from store.clock import new_token
from store.kinds import Kind

# untyped on purpose: the annotations of apprise's own classes forbid every subclass
NotifyBase: Any = apprise.NotifyBase

_outcomes: ContextVar[list[Outcome] | None] = ContextVar("outcomes", default=None)


@contextmanager
def outcomes() -> Iterator[list[Outcome]]:
    """Collects what the providers answered to the notifications sent inside the block, in whichever thread apprise sends them."""
    found: list[Outcome] = []
    before = _outcomes.set(found)
    try:
        yield found
    finally:
        _outcomes.reset(before)


class OurPlugin(NotifyBase):  # type: ignore[misc]
    request_rate_per_sec = 0
    title_maxlen = 128
    form = ""
    scheme = ""

    def __init__(self, address: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.endpoint = parse(self.scheme, address, self.form)

    @staticmethod
    def parse_url(url: str) -> dict[str, Any] | None:
        found: dict[str, Any] | None = NotifyBase.parse_url(url, verify_host=False)
        return found and found | {"address": url}

    @property
    def url_identifier(self) -> tuple[str, ...]:
        return (self.scheme, self.endpoint.user, self.endpoint.secret, self.endpoint.netloc)

    def url(self, privacy: bool = False, *_: Any, **__: Any) -> str:  # noqa: FBT001 - the signature is apprise's
        endpoint = self.endpoint
        user, secret = (self.pprint(part, privacy, safe="") for part in (endpoint.user, endpoint.secret))
        path = "/".join(quote(step, safe="") for step in endpoint.path)
        options = f"?{urlencode(endpoint.options)}" if endpoint.options else ""  # apprise cannot read a bare question mark
        return f"{self.scheme}://{user}:{secret}@{endpoint.netloc}/{path}{options}"

    def __len__(self) -> int:
        return max(1, len(self.people()))

    def send(self, body: str, title: str = "", notify_type: NotifyType = NotifyType.INFO, **_: Any) -> bool:  # noqa: ARG002
        """In a thread of its own, as apprise may be called where an event loop is running."""
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(copy_context().run, asyncio.run, self._send_to_all(title, body)).result()

    async def _send_to_all(self, title: str, body: str) -> bool:
        channel = self.channel()
        try:
            found = [await channel.deliver(_outgoing(target, title, body)) for target in self.people()]
        finally:
            await channel.close()
        kept = _outcomes.get()
        if kept is not None:
            kept.extend(found)
        return bool(found) and all(outcome.result is Result.ACCEPTED for outcome in found)

    def people(self) -> tuple[str, ...]:
        raise NotImplementedError

    def channel(self) -> Channel:
        raise NotImplementedError


def _outgoing(target: str, title: str, body: str) -> Outgoing:
    """Apprise knows neither drills nor answers: what comes this way is a real message that asks for none."""
    return Outgoing(
        delivery=new_token(),
        kind=Kind.REAL,
        address=target,
        title=title,
        text=body,
        short=body,
        template="default",
        variables={},
        language="zh",
        answerable=False,
    )
