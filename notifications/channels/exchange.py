"""The conversation with one provider, begun with the first question.

The HTTP client takes a fifth of a second to import: `prepare` pays that once the doors are open, not before them.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from notifications.channels.answered import Answered
from notifications.message import Outcome

if TYPE_CHECKING:
    from notifications.channels.session import Session


class Exchange:
    def __init__(self, total: timedelta) -> None:
        self._total = total
        self._session: Session | None = None

    async def ask(self, method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> Answered | Outcome:
        """The provider's answer, or an Outcome that says whether it may have read the question."""
        return await self._open().ask(method, url, headers, body)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _open(self) -> "Session":
        if self._session is None:
            from notifications.channels.session import Session

            self._session = Session(self._total)
        return self._session


def prepare() -> None:
    """So that the first message does not wait for it; from any thread."""
    import notifications.channels.session  # noqa: F401
