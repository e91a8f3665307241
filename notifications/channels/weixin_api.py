"""Questions to WeChat and WeCom under an access token: errcode 0 is success, and a token that ended is fetched anew, once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from notifications.channels.access_token import Token, TokenCache
from notifications.channels.answered import Answered, unreadable
from notifications.channels.exchange import Exchange
from notifications.message import Outcome, Result

_JSON = {"Content-Type": "application/json"}
_USUAL_LIFE = 7200


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """How a token is asked for: it holds the secret, so nothing of it is ever shown."""

    method: str
    path: str = field(repr=False)
    body: bytes = field(default=b"", repr=False)


class WeixinApi:
    def __init__(
        self,
        base: str,
        request: TokenRequest,
        expired: frozenset[int],
        classify: Callable[[int], Result],
        token: TokenCache,
        patience: timedelta,
    ) -> None:
        """`expired`: the errcodes that say that the token has ended."""
        self._base, self._request = base, request
        self._expired, self._classify = expired, classify
        self._token = token
        self._exchange = Exchange(patience)

    async def ask(self, path: str, content: bytes) -> dict[str, Any] | Outcome:
        """The answer whatever its errcode, or what it means that there is none."""
        answer, token = await self._ask_once(path, content)
        if isinstance(answer, dict) and answer["errcode"] in self._expired:
            self._token.drop(token)
            answer, _ = await self._ask_once(path, content)
        return answer

    async def fetch_token(self) -> Token | Outcome:
        request = self._request
        headers = _JSON if request.body else {}
        answer = _read(await self._exchange.ask(request.method, f"{self._base}{request.path}", headers, request.body))
        if isinstance(answer, Outcome):
            # no message was written yet, so nothing is in doubt
            result = Result.FAILED_FOR_NOW if answer.result is Result.UNKNOWN else answer.result
            return Outcome(result, code=answer.code, detail=f"no token: {answer.detail}")
        if answer["errcode"] != 0:
            return self.refusal(answer)
        return Token(str(answer.get("access_token", "")), timedelta(seconds=int(answer.get("expires_in", _USUAL_LIFE))))

    def refusal(self, answer: Mapping[str, Any]) -> Outcome:
        code = answer["errcode"]
        return Outcome(self._classify(code), code=str(code), detail=str(answer.get("errmsg", "")))

    async def close(self) -> None:
        await self._exchange.close()

    async def _ask_once(self, path: str, content: bytes) -> tuple[dict[str, Any] | Outcome, str]:
        token = await self._token.get(self.fetch_token)
        if isinstance(token, Outcome):
            return token, ""
        url = f"{self._base}{path}?{urlencode({'access_token': token})}"
        return _read(await self._exchange.ask("POST", url, _JSON, content)), token


def _read(answer: Answered | Outcome) -> dict[str, Any] | Outcome:
    """An Official Account's token comes without an errcode: then there was no fault."""
    if isinstance(answer, Outcome):
        return answer
    fields = answer.fields()
    if fields is None or not isinstance(fields.get("errcode", 0 if "access_token" in fields else None), int):
        return unreadable(answer)
    return {"errcode": 0} | fields
