"""What a provider answered over HTTP, as it came."""

import json
import re
from dataclasses import dataclass
from typing import Any

from notifications.message import Outcome, Result

_QUESTION = re.compile(r"\?[^\s\"'<>]*")
BROKEN = {
    "connect": Result.FAILED_FOR_NOW,
    "tls": Result.PROVIDER_DOWN,
    "timeout": Result.UNKNOWN,
    "disconnected": Result.UNKNOWN,
}
"""What a conversation that broke means: whether the provider may have read the question."""


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


def unreadable(answered: Answered) -> Outcome:
    """An answer that is not the provider's: below 500 something before the provider refused; otherwise we cannot know."""
    certain = 300 <= answered.status < 500
    # a proxy's page likes to repeat what was asked, with the secrets in it
    start = _QUESTION.sub("?…", answered.body[:400].decode(errors="replace"))[:80]
    return Outcome(
        Result.PROVIDER_DOWN if certain else Result.UNKNOWN,
        code=f"http-{answered.status}",
        detail=f"not the provider's answer: {start!r}",
    )
