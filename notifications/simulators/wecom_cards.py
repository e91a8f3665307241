"""The cards that were sent and the codes that change them: each code works once, for 72 hours."""

from datetime import datetime, timedelta

from notifications.simulators.wecom_rules import Refused
from store.clock import new_token

_LASTS = timedelta(hours=72)


class Cards:
    def __init__(self) -> None:
        self._codes: dict[str, tuple[str, datetime]] = {}
        self.shown: dict[tuple[str, str], str] = {}
        """(delivery, member) → the text in place of the buttons."""

    def issue(self, delivery: str, now: datetime) -> str:
        code = new_token(16)
        self._codes[code] = (delivery, now + _LASTS)
        return code

    def change(self, code: str, people: list[str], text: str, now: datetime) -> Refused | None:
        delivery, until = self._codes.pop(code, ("", now))
        if now >= until:
            return Refused(42022, "the response_code is unknown, was used, or is older than 72 hours")
        for person in people:
            self.shown[delivery, person] = text
        return None
