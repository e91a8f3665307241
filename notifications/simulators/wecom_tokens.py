"""Access tokens of WeCom and WeChat: for the right account and secret, the last two valid, each for two hours."""

from datetime import datetime, timedelta

from notifications.simulators.wecom_rules import Refused
from store.clock import new_token

LASTS = timedelta(hours=2)
_VALID_AT_ONCE = 2


class Tokens:
    def __init__(self, account: str, secret: str) -> None:
        """`account` is the id of a corporation, or of an Official Account."""
        self._account, self._secret = account, secret
        self._until: dict[str, datetime] = {}
        self.fetched = 0

    def fetch(self, account: str, secret: str, now: datetime) -> str | Refused:
        self.fetched += 1
        if account != self._account:
            return Refused(40013, "invalid corpid or appid")
        if secret != self._secret:
            return Refused(40001, "invalid credential")
        value = new_token(32)
        self._until[value] = now + LASTS
        while len(self._until) > _VALID_AT_ONCE:
            del self._until[next(iter(self._until))]
        return value

    def refuses(self, value: str, now: datetime) -> Refused | None:
        if not value:
            return Refused(41001, "access_token missing")
        until = self._until.get(value)
        if until is None:
            return Refused(40014, "invalid access_token")
        return Refused(42001, "access_token expired") if now >= until else None

    def known(self) -> tuple[str, ...]:
        """Those that were given out last."""
        return tuple(self._until)

    def expire(self, now: datetime) -> None:
        """All end at once, as after a change of the secret."""
        self._until = dict.fromkeys(self._until, now)
