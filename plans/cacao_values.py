"""What every part of a CACAO playbook is made of: identifiers, times, and texts in two languages."""

import hashlib
from datetime import UTC, datetime
from uuid import UUID, uuid5

from plans.basics import Text

Json = dict[str, object]

# ours alone: the namespace that the specification names is for identifiers made from a playbook's name and types
_namespace = UUID("5d1d5c0e-6b0c-5f5e-9c55-2f6d8c1b7a40")
EXTENSION = f"extension-definition--{uuid5(_namespace, 'x_tocsin/1')}"
PROPERTY = "x_tocsin"
MAKER = f"identity--{uuid5(_namespace, 'identity/tocsin')}"


def playbook_id(digest: str) -> str:
    """The same plan always gives the same playbook."""
    return f"playbook--{uuid5(_namespace, digest)}"


def identity(name: str) -> str:
    return f"identity--{uuid5(_namespace, f'identity/{name}')}"


def made_id(kind: str, digest: str, *parts: str) -> str:
    """An identifier of the fourth form, which steps must have, that the same plan gives again."""
    seed = hashlib.sha256("\0".join((digest, kind, *parts)).encode()).digest()
    return f"{kind}--{UUID(bytes=seed[:16], version=4)}"


def timestamp(moment: datetime) -> str:
    """To the millisecond, in UTC, as the specification asks."""
    utc = moment.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03}Z"


def both(text: Text) -> str:
    """CACAO has texts in one language: ours have both, Chinese first."""
    return text.zh if text.zh == text.en else f"{text.zh} / {text.en}"


def extended(value: object) -> Json:
    return {EXTENSION: {PROPERTY: value}}


def extension_of(extensions: object) -> Json:
    """What ours holds among the extensions of an object; empty when it has none."""
    ours = extensions.get(EXTENSION) if isinstance(extensions, dict) else None
    value = ours.get(PROPERTY) if isinstance(ours, dict) else None
    return value if isinstance(value, dict) else {}


def whole_numbers(value: object) -> object:
    """Seconds as they are said: 600, not 600.0."""
    match value:
        case bool():
            return value
        case float() if value.is_integer():
            return int(value)
        case dict():
            return {key: whole_numbers(each) for key, each in value.items()}
        case list():
            return [whole_numbers(each) for each in value]
        case _:
            return value
