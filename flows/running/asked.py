"""What was asked, as a digest: an idempotency key said again with other words must not pass for a repetition. Pure."""

import hashlib
import json
from dataclasses import asdict

from flows.model.commands import Opening


def digest_of(plan: str, opening: Opening) -> str:
    """The same for the same words, whichever door they came through."""
    words = asdict(opening)
    del words["via"]
    for name in ("occurred_at", "learned_at", "received_at"):
        # what was not said is left out, so that keys from before these words still mean the same
        if (moment := words.pop(name)) is not None:
            words[name] = moment.isoformat()
    return hashlib.sha256(json.dumps([plan, words], ensure_ascii=False, sort_keys=True).encode()).hexdigest()
