"""The hash chain of a journal. Pure: whoever has the lines can walk it, without a database."""

import hashlib
import json
from datetime import UTC, datetime


def genesis(response: str) -> str:
    """The hash before the first entry."""
    return hashlib.sha256(response.encode()).hexdigest()


def chained(before: str, number: int, recorded_at: datetime, body: str) -> str:
    """The hash of an entry: over the hash before it, its number, when it was recorded and its content."""
    content = json.dumps(
        [before, number, recorded_at.astimezone(UTC).isoformat(), body], ensure_ascii=False, separators=(",", ":")
    )
    return hashlib.sha256(content.encode()).hexdigest()
