"""One account's signed questions to an API of Alibaba Cloud, of the style that all of them share (RPC, POST)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from notifications.channels import acs3
from notifications.channels.answered import Answered, unreadable
from notifications.channels.exchange import Exchange
from notifications.message import Outcome
from store.clock import Clock, new_token


@dataclass(frozen=True, slots=True)
class AliyunKey:
    key: str
    secret: str = field(repr=False)
    base: str
    netloc: str


class AliyunApi:
    """`clock` is real time: the provider compares it with its own."""

    def __init__(self, account: AliyunKey, clock: Clock, patience: timedelta) -> None:
        self._account = account
        self._clock = clock
        self._exchange = Exchange(patience)

    async def ask(
        self, action: str, query: Mapping[str, str], form: Mapping[str, str] = MappingProxyType({})
    ) -> dict[str, Any] | Outcome:
        """The fields of an answer with a `Code`, or what it means that there is none. `form`: what is too long for `query`."""
        account, body = self._account, acs3.canonical_query(form).encode()
        headers = acs3.signed_headers(
            account.key, account.secret, account.netloc, action, query, self._clock.now(), new_token(16), body
        )
        answer = await self._exchange.ask("POST", f"{account.base}/?{acs3.canonical_query(query)}", headers, body)
        if not isinstance(answer, Answered):
            return answer
        fields = answer.fields()
        return unreadable(answer) if fields is None or "Code" not in fields else fields

    async def close(self) -> None:
        await self._exchange.close()
