"""Texts cut to what a provider takes: whole characters, and a sign that something is missing."""

import re

_URL = re.compile(r"(?:https?://|www\.)[^\s，。；、）】]+", re.IGNORECASE)
_SPACES = re.compile(r"\s+")
SMS_VARIABLE = 35
"""Characters that Alibaba Cloud takes in one variable of a template."""


def cut_bytes(text: str, limit: int) -> str:
    """At most `limit` bytes of UTF-8, never half a character, ending in … where something was cut."""
    data = text.encode()
    if len(data) <= limit:
        return text
    return data[: limit - len("…".encode())].decode(errors="ignore") + "…"


def cut_characters(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def sms_variable(text: str, longest: int = SMS_VARIABLE) -> str:
    """A value as carriers let it pass in a template's variable: no address, no signature brackets, one line, never empty."""
    plain = _URL.sub("…", text).replace("【", "（").replace("】", "）")
    return cut_characters(_SPACES.sub(" ", plain).strip(), longest) or "－"
