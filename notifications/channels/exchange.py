"""One pooled HTTP session to one provider; what a broken conversation means is decided here, and nothing is ever sent twice."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientSession,
    ClientSSLError,
    ClientTimeout,
    ConnectionTimeoutError,
)
from yarl import URL

from notifications.message import Outcome, Result

CONNECT = timedelta(seconds=1.5)
_LARGEST_ANSWER = 256 * 1024


@dataclass(frozen=True, slots=True)
class Answered:
    status: int
    body: bytes

    def fields(self) -> dict[str, Any] | None:
        """The JSON object in the body, or None when it is something else (a proxy's page, half an answer)."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return None
        return found if isinstance(found, dict) else None


class Exchange:
    def __init__(self, total: timedelta) -> None:
        self._timeout = ClientTimeout(total=total.total_seconds(), connect=CONNECT.total_seconds())
        self._session: ClientSession | None = None

    async def ask(self, method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> Answered | Outcome:
        """The provider's answer, or an Outcome that says whether it may have read the question."""
        try:
            async with self._open().request(
                method, URL(url, encoded=True), headers=headers, data=body or None, allow_redirects=False
            ) as response:
                return Answered(response.status, await response.content.read(_LARGEST_ANSWER))
        except ClientSSLError as cause:
            return Outcome(Result.PROVIDER_DOWN, code="tls", detail=str(cause))
        except (ClientConnectorError, ConnectionTimeoutError) as cause:
            return Outcome(Result.FAILED_FOR_NOW, code="connect", detail=str(cause))
        except TimeoutError:
            return Outcome(Result.UNKNOWN, code="timeout", detail="no answer in time after the request was written")
        except ClientError as cause:
            return Outcome(Result.UNKNOWN, code="disconnected", detail=str(cause) or type(cause).__name__)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _open(self) -> ClientSession:
        if self._session is None:
            self._session = ClientSession(timeout=self._timeout)
        return self._session


def unreadable(answered: Answered) -> Outcome:
    """An answer that is not the provider's: below 500 something before the provider refused; otherwise we cannot know."""
    certain = 300 <= answered.status < 500
    start = answered.body[:80].decode(errors="replace")
    return Outcome(
        Result.PROVIDER_DOWN if certain else Result.UNKNOWN,
        code=f"http-{answered.status}",
        detail=f"not the provider's answer: {start!r}",
    )
