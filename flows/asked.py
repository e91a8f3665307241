"""What was asked, as a digest: an idempotency key said again with other words must not pass for a repetition. Pure."""

import hashlib
import json
from dataclasses import asdict

from flows.commands import Opening


def digest_of(plan: str, opening: Opening) -> str:
    """The same for the same words, whichever door they came through."""
    words = asdict(opening)
    del words["via"]
    return hashlib.sha256(json.dumps([plan, words], ensure_ascii=False, sort_keys=True).encode()).hexdigest()
