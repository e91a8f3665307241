"""One pooled HTTP session to one provider; what a broken conversation means is decided here, and nothing is ever sent twice."""

from collections.abc import Mapping
from datetime import timedelta

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientResponseError,
    ClientSession,
    ClientSSLError,
    ClientTimeout,
    ConnectionTimeoutError,
)
from yarl import URL

from notifications.channels.answered import BROKEN, Answered
from notifications.message import Outcome

CONNECT = timedelta(seconds=1.5)
_LARGEST_ANSWER = 256 * 1024


class Session:
    """Made on the event loop that uses it."""

    def __init__(self, total: timedelta) -> None:
        self._session = ClientSession(timeout=ClientTimeout(total=total.total_seconds(), connect=CONNECT.total_seconds()))

    async def ask(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answered | Outcome:
        """The provider's answer, or an Outcome that says whether it may have read the question."""
        try:
            async with self._session.request(
                method, URL(url, encoded=True), headers=headers, data=body or None, allow_redirects=False
            ) as response:
                return Answered(response.status, await response.content.read(_LARGEST_ANSWER))
        except ClientSSLError as cause:
            return _broken("tls", str(cause))
        except ConnectionTimeoutError:
            # its own words, as those of a ClientResponseError, have the whole address with the secrets in it
            return _broken("connect", "no connection in time")
        except ClientConnectorError as cause:
            return _broken("connect", str(cause))
        except TimeoutError:
            return _broken("timeout", "no answer in time after the request was written")
        except ClientResponseError as cause:
            return _broken("disconnected", f"no HTTP: {cause.message}")
        except (ClientError, ValueError) as cause:
            return _broken("disconnected", type(cause).__name__)

    async def close(self) -> None:
        await self._session.close()


def _broken(code: str, detail: str) -> Outcome:
    return Outcome(BROKEN[code], code=code, detail=detail)
