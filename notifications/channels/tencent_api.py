"""One account's signed questions to an API of Tencent Cloud; HTTP is 200 always, and an `Error` in the body is a refusal."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from notifications.channels import tc3
from notifications.channels.answered import Answered, unreadable
from notifications.channels.exchange import Exchange
from notifications.message import Outcome, Result
from notifications.phones import canonical
from store.clock import Clock

REGION = "ap-guangzhou"


@dataclass(frozen=True, slots=True)
class TencentKey:
    identifier: str
    secret: str = field(repr=False)
    base: str
    netloc: str
    region: str


class TencentApi:
    """`clock` is real time: the provider compares it with its own."""

    def __init__(
        self, service: tc3.Service, account: TencentKey, classify: Callable[[str], Result], clock: Clock, patience: timedelta
    ) -> None:
        self._service, self._account, self._classify = service, account, classify
        self._clock = clock
        self._exchange = Exchange(patience)

    async def ask(self, action: str, question: Mapping[str, Any]) -> dict[str, Any] | Outcome:
        """The `Response`, or what its `Error` means."""
        account, body = self._account, json.dumps(question, ensure_ascii=False).encode()
        headers = tc3.signed_headers(
            self._service, account.identifier, account.secret, account.netloc, action, account.region, body, self._clock.now()
        )
        answer = await self._exchange.ask("POST", f"{account.base}/", headers, body)
        return self._read(answer) if isinstance(answer, Answered) else answer

    async def close(self) -> None:
        await self._exchange.close()

    def _read(self, answer: Answered) -> dict[str, Any] | Outcome:
        response = (answer.fields() or {}).get("Response")
        if not isinstance(response, dict):
            return unreadable(answer)
        error = response.get("Error")
        if not isinstance(error, dict):
            return response
        code = str(error.get("Code", ""))
        return Outcome(self._classify(code), code=code, detail=str(error.get("Message", "")))


def international(address: str) -> str:
    number = canonical(address)
    return f"+86{number}" if len(number) == 11 and number.startswith("1") else number
