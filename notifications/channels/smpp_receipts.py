"""What a gateway brings over the line: receipts of our messages, and what people wrote back. Pure."""

import contextlib
import hashlib
import re
from datetime import datetime

from notifications.channels.smpp_codes import NUMBERED, STATES
from notifications.channels.smpp_pdu import RECEIPTED_ID, STATE, UDH, ShortMessage
from notifications.channels.smpp_texts import readable
from notifications.message import Receipt, Reply
from notifications.phones import canonical

_ID = re.compile(r"\bid:([^\s]+)", re.IGNORECASE)
_STAT = re.compile(r"\bstat:([A-Z]{1,7})", re.IGNORECASE)
_ERROR = re.compile(r"\berr:([0-9A-Z]{1,8})", re.IGNORECASE)


def provider_id(identifier: str, phone: str, base: int = 0) -> str:
    """With a digest of the phone: a gateway counts anew after a restart, and an old message must not get a new one's receipt.

    `base`: the figures that the gateway writes it in, where its answers and its receipts differ in them.
    """
    if base:
        with contextlib.suppress(ValueError):
            identifier = str(int(identifier, base))
    return f"smpp-{identifier}-{hashlib.sha256(canonical(phone).encode()).hexdigest()[:8]}"


def receipt_of(message: ShortMessage, now: datetime, *, is_decimal: bool = False) -> Receipt | None:
    """None where it names no message, or says nothing of it. Its own time is in nobody knows which zone: ours counts."""
    text = readable(message.text, message.coding, has_header=False)
    named = message.options.get(RECEIPTED_ID, b"").rstrip(b"\0").decode("latin-1") or _first(_ID, text)
    numbered = message.options.get(STATE, b"")
    stat = _first(_STAT, text).upper() or NUMBERED.get(int.from_bytes(numbered, "big"), "")
    if not named or stat not in STATES:
        return None
    return Receipt(
        provider_id(named, message.source, 10 if is_decimal else 0), STATES[stat], now, f"{stat} {_first(_ERROR, text)}".rstrip()
    )


def reply_of(message: ShortMessage, kind: str, now: datetime) -> Reply:
    """A gateway gives it no identifier: the same words from the same phone within a minute are one reply."""
    text = readable(message.text, message.coding, has_header=bool(message.esm_class & UDH))
    digest = hashlib.sha256(message.text).hexdigest()[:12]
    phone = canonical(message.source)
    identifier = f"smpp-{phone}-{digest}-{now:%Y%m%d%H%M}"
    return Reply(kind, identifier, phone, text, now, extra={"dest_code": message.destination})


def _first(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return match[1] if match else ""
